"""The server as an application: what it consists of, how it starts and ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import BrokenExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import structlog
from fastapi import FastAPI

from app.transport.service_auth import ServiceIdentity
from app.transport.trust import Trust
from server.database.shop import open_pool
from server.feed.hub import DATABASE_TROUBLE, Hub
from server.feed.snapshots import Snapshots
from server.http import (
    accounts,
    catalogue,
    changes,
    credit,
    customers,
    dispatch,
    events,
    fleet,
    health,
    invoice_blocks,
    invoices,
    metrics,
    order_reports,
    outbox,
    registers,
    reports,
    schedules,
    sessions,
    snapshots,
    stock,
)
from server.http.digest import ContentDigest
from server.http.openapi import describe
from server.http.problems import explain_errors
from server.http.rate_limits import RateLimit
from server.http.request_log import RequestLog
from server.jobs.queue import JobQueue
from server.jobs.schedules import Timetable
from server.mirror.keeper import keep_copies
from server.mirror.standing import open_mirrors
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour, Urls, audiences_from
from server.operation.measures import Measures
from server.operation.secrets import Secrets
from server.orders.consequences import CONSEQUENCES
from server.outbox.delivery import Deliverer
from server.parts import Parts
from server.security.callers import Callers
from server.security.directory import Directory
from server.security.rates import Rates
from server.security.sessions import Tokens, load_key
from server.timetable import SCHEDULES
from server.watching import watched

JOB_CONNECTIONS = 12
FAREWELL_S = 3.0
ROUTERS = (
    sessions,
    registers,
    outbox,
    order_reports,
    changes,
    snapshots,
    customers,
    credit,
    catalogue,
    stock,
    dispatch,
    fleet,
    invoice_blocks,
    invoices,
    accounts,
    reports,
    schedules,
    events,
    health,
    metrics,
)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server finds its database and keeps its files.

    With `prepares_snapshot` it builds a bootstrap file at once, else when the first one asks.
    `urls` are the neighbours that other processes keep; all others are built in. `audiences` are
    the names of the servers that keep them, `trust` says whose certificates are believed there.
    Only `trusted_proxies` may say whom they speak for. `rate_factor` stretches the rate limits.
    """

    dsn: str
    data_dir: Path
    prepares_snapshot: bool = False
    urls: Urls = field(default_factory=dict)
    audiences: Mapping[Neighbour, str] = field(default_factory=lambda: audiences_from({}))
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    trust: Trust | None = None
    rate_factor: float = 1.0


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
    app.add_middleware(RateLimit)
    app.add_middleware(ContentDigest)
    app.state.measures = Measures()
    app.add_middleware(RequestLog, measures=app.state.measures)
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
            directory = await Directory.opened(pool)
            callers = Callers(tokens, directory)
            secrets = Secrets(place.data_dir)
            identity = partial(_identity, place, directory)
            lines = Lines(app, place.urls, identity, place.trust, find_secret=secrets.find)
            async with pool.acquire() as connection, connection.transaction():
                await open_mirrors(connection, lines)
            app.state.parts = Parts(
                pool,
                tokens,
                hub,
                newest,
                lines,
                directory,
                callers,
                secrets,
                place.trusted_proxies,
                Rates(place.rate_factor),
            )
            jobs = JobQueue(job_pool, Deliverer(job_pool, lines, CONSEQUENCES, hub.wake).deliver)
            Timetable(app.state.parts, SCHEDULES).join(jobs.pgq)
            working = asyncio.create_task(jobs.run())
            background = [
                asyncio.create_task(hub.run()),
                asyncio.create_task(directory.run()),
                asyncio.create_task(keep_copies(pool, lines, hub.wake)),
            ]
            if place.prepares_snapshot:
                background.append(asyncio.create_task(_prepare(newest)))
            async with watched(pool, lines, app.state.measures):
                yield
                await jobs.end(working, FAREWELL_S)
            background.append(working)
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await lines.close()
        finally:
            await job_pool.close()
            await pool.close()

    return lifespan


def _identity(place: Place, directory: Directory, neighbour: Neighbour) -> ServiceIdentity:
    """Who we are to a neighbour; a built-in one is this very server."""
    own = directory.now.own
    is_remote = neighbour in place.urls
    return replace(own, audience=place.audiences[neighbour]) if is_remote else own


async def _prepare(snapshots: Snapshots) -> None:
    """Have a bootstrap file ready before the first register asks for one."""
    try:
        await snapshots.manifest()
    except (*DATABASE_TROUBLE, BrokenExecutor) as error:
        _log.warning("no snapshot could be built", error=type(error).__name__)
