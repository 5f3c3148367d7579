"""Orders per second into one server process, against bare inserts of the same bytes.

Sixteen uploads are under way at any time, each of another customer. The peer inserts the same
bodies into a plain table over as many connections of the same PostgreSQL. A second figure is how
long it takes until everything that followed from the orders has reached the neighbours.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import asyncpg

from app.demo.office_process import OfficeProcess
from bench.commands import command
from bench.figures import Figure, Size
from bench.shops import Offices, drafts, filled_register, folder, working_morning
from local_db.outbox import Parcel, ready
from server.database.cluster import Cluster
from server.database.shop import DATABASE

AT_ONCE = 16
DRAINED = "SELECT count(*) FROM outbox WHERE state = 'owed'"


async def measure(size: Size, _offices: Offices) -> list[Figure]:
    """An office of its own, since its database is looked at."""
    with folder() as data:
        office = OfficeProcess(data, size.small)
        address = await asyncio.to_thread(office.start)
        try:
            return await _measure(address, data, size.rounds * 2)
        finally:
            await asyncio.to_thread(office.stop)


async def _measure(address: str, data: Path, count: int) -> list[Figure]:
    pool = await asyncpg.create_pool(
        Cluster(data).dsn(DATABASE), min_size=AT_ONCE, max_size=AT_ONCE
    )
    async with pool, filled_register(address) as counter:
        for order, quoted in drafts(counter, count):
            await counter.desks.orders.place(order, quoted)
        with counter.database.read() as session:
            parcels = ready(session, working_morning(), count)
        office = counter.engine.office
        await office.health()

        async def upload(parcel: Parcel) -> None:
            await office.upload(parcel.message, parcel.msg_id)

        taken_in = await _rate(parcels, upload)
        began = time.perf_counter()
        while await pool.fetchval(DRAINED):  # noqa: ASYNC110 - the database does not tell
            await asyncio.sleep(0.05)
        drained = time.perf_counter() - began
        await pool.execute("CREATE TABLE bench_bare (key uuid PRIMARY KEY, body text NOT NULL)")
        bare = await _rate(parcels, lambda parcel: _insert(pool, parcel))
    per_order = (drained + count / taken_in) / count * 1000
    return [
        Figure("orders taken in", taken_in, "bare inserts", bare, "/s"),
        Figure("order with all that follows", per_order, "bare insert", 1000 / bare, "ms"),
    ]


async def _insert(pool: asyncpg.Pool, parcel: Parcel) -> None:
    await pool.execute(
        "INSERT INTO bench_bare VALUES ($1, $2)", parcel.msg_id, parcel.message.decode()
    )


async def _rate(parcels: Sequence[Parcel], act: Callable[[Parcel], Awaitable[None]]) -> float:
    """How many per second, with `AT_ONCE` under way."""
    waiting = iter(parcels)

    async def work() -> None:
        for parcel in waiting:
            await act(parcel)

    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    return len(parcels) / (time.perf_counter() - began)


if __name__ == "__main__":
    command(__doc__, measure)
