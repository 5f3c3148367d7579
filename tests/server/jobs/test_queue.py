"""The job queue outlives a database that is away for a while."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from structlog.testing import capture_logs

from server.database.shop import open_pool
from server.jobs.queue import JobQueue, enqueue_deliveries
from tests.conftest import Databases


@pytest.fixture
def dsn(databases: Databases) -> str:
    return databases.empty()


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(dsn)
    yield pool
    await pool.close()


async def test_jobs_go_on_when_the_database_is_back(
    databases: Databases, dsn: str, pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.queue.POLL_S", 0.1)
    delivered: asyncio.Queue[str] = asyncio.Queue()

    async def deliver(lane: str) -> None:
        await delivered.put(lane)

    queue = JobQueue(pool, deliver)
    working = asyncio.create_task(queue.run())
    await owe(pool, "before")
    assert await soon(delivered) == "before"
    name = urlsplit(dsn).path.lstrip("/").split("?")[0]
    doctor = await asyncpg.connect(databases.address("postgres"))
    await doctor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await doctor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
    )
    with capture_logs() as logs:
        await logged(logs, "the job queue can not be read")
    await doctor.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    await doctor.close()
    await owe(pool, "after")
    assert await soon(delivered) == "after"
    await queue.end(working, 5)
    await working


async def owe(pool: asyncpg.Pool, lane: str) -> None:
    """Queue a delivery; idle connections that were cut are replaced one by one."""
    for _ in range(20):
        try:
            async with pool.acquire() as connection, connection.transaction():
                return await enqueue_deliveries(connection, [lane])
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            continue
    raise AssertionError("the database did not come back")


async def logged(logs: list[MutableMapping[str, Any]], event: str) -> None:
    """Wait until the queue has said so."""
    async with asyncio.timeout(20):
        while event not in {entry["event"] for entry in logs}:  # noqa: ASYNC110 - logs do not tell
            await asyncio.sleep(0.01)


async def soon(delivered: asyncio.Queue[str]) -> str:
    async with asyncio.timeout(20):
        return await delivered.get()


async def test_a_job_that_meets_trouble_is_tried_again(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.jobs.queue.POLL_S", 0.1)
    monkeypatch.setattr("server.jobs.queue.TRIED_AGAIN_AFTER_S", 0.1)
    delivered: asyncio.Queue[str] = asyncio.Queue()
    troubles = [asyncpg.TooManyConnectionsError("sorry, too many clients already")]

    async def deliver(lane: str) -> None:
        if troubles:
            raise troubles.pop()
        await delivered.put(lane)

    queue = JobQueue(pool, deliver)
    working = asyncio.create_task(queue.run())
    await owe(pool, "lane")
    assert await soon(delivered) == "lane"
    await queue.end(working, 5)
    await working
