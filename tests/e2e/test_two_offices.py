"""Two server processes on one PostgreSQL share the work; one of them may be killed."""

import asyncio
from pathlib import Path
from uuid import UUID

import asyncpg

from tests.conftest import Databases
from tests.e2e.counters import delivered, draft, open_for_business, place
from tests.e2e.office import RealOffice

ORDERS = 12
PATIENCE_S = 90.0  # a killed worker's jobs are taken over after ten seconds, on an idle machine
EFFECTS = """
    SELECT o.order_uid,
           (SELECT count(*) FROM stock_entries s WHERE s.document = o.order_id) AS stock,
           (SELECT count(*) FROM dispatch_orders d WHERE d.order_id = o.order_id) AS dispatch,
           (SELECT count(*) FROM invoices i WHERE i.order_id = o.order_id) AS invoices,
           (SELECT coalesce(sum(r.amount), 0) FROM receivables r
             WHERE r.order_id = o.order_id AND r.state = 'LIVING') AS due, o.payable
    FROM orders o WHERE o.order_uid = ANY($1::uuid[])
"""


async def settled(dsn: str) -> list[asyncpg.Record]:
    """What is still owed or was refused, once nothing is owed any more."""
    connection = await asyncpg.connect(dsn)
    try:
        async with asyncio.timeout(PATIENCE_S):
            owed = "SELECT 1 FROM outbox WHERE state = 'owed' LIMIT 1"
            while await connection.fetchval(owed):  # noqa: ASYNC110 - the database does not tell
                await asyncio.sleep(0.1)
        refused = "SELECT operation, last_error FROM outbox WHERE state = 'refused'"
        return await connection.fetch(refused)
    finally:
        await connection.close()


async def effects(dsn: str, uids: list[UUID]) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetch(EFFECTS, uids)
    finally:
        await connection.close()


async def test_what_a_killed_server_owed_is_delivered_by_the_other_once(
    databases: Databases, tmp_path: Path
) -> None:
    dsn = databases.sample()
    first, second = (RealOffice(dsn, tmp_path / name) for name in ("first", "second"))
    for office in (first, second):
        await asyncio.to_thread(office.start)
    try:
        async with open_for_business(tmp_path / "counter", first.url) as counter:
            placed = [await place(counter, draft(counter)) for _ in range(ORDERS)]
            await delivered(counter)
            first.kill()
        assert await settled(dsn) == []
    finally:
        second.stop()
        first.stop()
    rows = await effects(dsn, [order.order_uid for order in placed])
    assert len(rows) == ORDERS
    for row in rows:
        assert (row["stock"], row["dispatch"], row["invoices"]) == (1, 1, 1)
        assert row["due"] == row["payable"]
