"""The server as an application: what it consists of, how it starts and ends."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import BrokenExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import structlog
from fastapi import FastAPI

from server.database.shop import open_pool
from server.feed import changes as feed
from server.feed.hub import DATABASE_TROUBLE, Hub
from server.feed.snapshots import Snapshots
from server.http import (
    catalogue,
    changes,
    customers,
    events,
    health,
    outbox,
    registers,
    sessions,
    snapshots,
)
from server.http.digest import ContentDigest
from server.http.openapi import describe
from server.http.problems import explain_errors
from server.http.request_log import RequestLog
from server.jobs.queue import JobQueue
from server.neighbours.lines import Lines
from server.neighbours.names import Urls
from server.orders.consequences import CONSEQUENCES
from server.outbox.delivery import Deliverer
from server.parts import Parts
from server.security.sessions import Tokens, load_key

HOUSEKEEPING_S = 24 * 3600
KEEP_KEYS_DAYS = 400
JOB_CONNECTIONS = 12
FAREWELL_S = 3.0
ROUTERS = (sessions, registers, outbox, changes, snapshots, customers, catalogue, events, health)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server finds its database and keeps its files.

    With `prepares_snapshot` it builds a bootstrap file at once, else when the first one asks.
    `urls` are the neighbours that other processes keep; all others are built in.
    """

    dsn: str
    data_dir: Path
    prepares_snapshot: bool = False
    urls: Urls = field(default_factory=dict)


def create_app(place: Place | None = None) -> FastAPI:
    """The application; without a place it can describe itself (`openapi`), but not run."""
    app = FastAPI(
        title="Lucky Gas Office",
        version="1",
        lifespan=None if place is None else _lifespan_at(place),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    for module in ROUTERS:
        app.include_router(module.router)
    explain_errors(app)
    app.add_middleware(ContentDigest)
    app.add_middleware(RequestLog)
    return app


def api_document() -> dict[str, object]:
    """The OpenAPI document, without a database."""
    return describe(create_app())


def _lifespan_at(place: Place) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        pool = await open_pool(place.dsn)
        job_pool = await open_pool(place.dsn, JOB_CONNECTIONS)
        try:
            async with pool.acquire() as connection:
                key = await load_key(connection)
            hub = Hub(pool)
            await hub.start()
            newest = Snapshots(place.data_dir / "snapshots", place.dsn, pool)
            tokens = Tokens(key)
            lines = Lines(app, place.urls, lambda: f"Bearer {tokens.issue_own()}")
            app.state.parts = Parts(pool, tokens, hub, newest, lines)
            jobs = JobQueue(job_pool, Deliverer(job_pool, lines, CONSEQUENCES, hub.wake).deliver)
            working = asyncio.create_task(jobs.run())
            background = [
                asyncio.create_task(hub.run()),
                asyncio.create_task(_tidy(pool)),
            ]
            if place.prepares_snapshot:
                background.append(asyncio.create_task(_prepare(newest)))
            yield
            jobs.stop()
            await asyncio.wait([working], timeout=FAREWELL_S)
            background.append(working)
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await lines.close()
        finally:
            await job_pool.close()
            await pool.close()

    return lifespan


async def _prepare(snapshots: Snapshots) -> None:
    """Have a bootstrap file ready before the first register asks for one."""
    try:
        await snapshots.manifest()
    except (*DATABASE_TROUBLE, BrokenExecutor) as error:
        _log.warning("no snapshot could be built", error=type(error).__name__)


async def _tidy(pool: asyncpg.Pool) -> None:
    """Once a day: forget old changes, keys and sessions."""
    while True:
        try:
            async with pool.acquire() as connection, connection.transaction():
                await feed.prune(connection)
                await connection.execute(
                    "DELETE FROM idempotency WHERE received_at < now() - make_interval(days => $1)",
                    KEEP_KEYS_DAYS,
                )
                await connection.execute("DELETE FROM refresh_tokens WHERE expires_at < now()")
        except DATABASE_TROUBLE as error:
            _log.warning("tidying up failed", error=type(error).__name__)
        await asyncio.sleep(HOUSEKEEPING_S)
