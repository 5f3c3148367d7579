"""How a server starts and ends: its parts, and what goes on beside the requests."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import BrokenExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial

import asyncpg
import structlog
from fastapi import FastAPI

from app.transport.service_auth import ServiceIdentity
from server.database.shop import open_pool
from server.feed.hub import DATABASE_TROUBLE, Hub
from server.feed.snapshots import Snapshots
from server.jobs.queue import JobQueue
from server.jobs.schedules import Timetable
from server.mirror.keeper import keep_copies
from server.mirror.standing import open_mirrors
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.operation.secrets import Secrets
from server.orders.consequences import CONSEQUENCES
from server.outbox.delivery import Deliverer
from server.outbox.watchdog import keep_delivering
from server.parts import Parts
from server.place import Place
from server.security.callers import Callers
from server.security.directory import Directory
from server.security.rates import Rates
from server.security.sessions import Tokens, load_key
from server.timetable import SCHEDULES
from server.watching import watched

CONNECTIONS = 12
JOB_CONNECTIONS = 12
FAREWELL_S = 3.0
_log = structlog.get_logger()


@asynccontextmanager
async def living(app: FastAPI, place: Place) -> AsyncIterator[None]:
    """The server at work; leaving ends what runs beside the requests, in order."""
    async with AsyncExitStack() as endings:
        pool = await _pool(endings, place.dsn, CONNECTIONS)
        # Deliveries wait for neighbours; requests must not wait for their connections.
        job_pool = await _pool(endings, place.dsn, JOB_CONNECTIONS)
        parts = await _parts(app, place, pool)
        endings.push_async_callback(parts.lines.close)
        app.state.parts = parts
        deliverer = Deliverer(job_pool, parts.lines, CONSEQUENCES, parts.hub.wake)
        jobs = JobQueue(job_pool, deliverer.deliver)
        Timetable(parts, SCHEDULES).join(jobs)
        await _go_on(endings, parts.hub.run())
        await _go_on(endings, parts.directory.run())
        await _go_on(endings, keep_copies(pool, parts.lines, parts.hub.wake))
        await _go_on(endings, keep_delivering(pool))
        if place.prepares_snapshot:
            await _go_on(endings, _prepare(parts.snapshots))
        await endings.enter_async_context(watched(pool, parts.lines, app.state.measures))
        working = await _go_on(endings, jobs.run())
        endings.push_async_callback(jobs.end, working, FAREWELL_S)
        yield


async def _pool(endings: AsyncExitStack, dsn: str, size: int) -> asyncpg.Pool:
    pool = await open_pool(dsn, size)
    endings.push_async_callback(pool.close)
    return pool


async def _go_on(endings: AsyncExitStack, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    task = asyncio.create_task(work)

    async def end() -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    endings.push_async_callback(end)
    return task


async def _parts(app: FastAPI, place: Place, pool: asyncpg.Pool) -> Parts:
    async with pool.acquire() as connection:
        tokens = Tokens(await load_key(connection))
    hub = Hub(pool)
    await hub.start()
    directory = await Directory.opened(pool)
    secrets = Secrets(place.data_dir)
    identity = partial(_identity, place, directory)
    lines = Lines(app, place.urls, identity, place.trust, find_secret=secrets.find)
    async with pool.acquire() as connection, connection.transaction():
        await open_mirrors(connection, lines)
    return Parts(
        pool=pool,
        tokens=tokens,
        hub=hub,
        snapshots=Snapshots(place.data_dir / "snapshots", place.dsn, pool),
        lines=lines,
        directory=directory,
        callers=Callers(tokens, directory),
        secrets=secrets,
        trusted_proxies=place.trusted_proxies,
        rates=Rates(place.rate_factor),
    )


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
