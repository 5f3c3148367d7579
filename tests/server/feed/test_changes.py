"""The feed misses nothing, has no holes, and its order is the order of the commits."""

import asyncio
import random
from collections.abc import Sequence

import asyncpg
import pytest

from app.wire.registers import Change, Entity
from server.database.shop import snapshot_of
from server.feed import changes as feed
from server.refusals import Conflict, Gone

WRITERS = 8
TRANSACTIONS = 40


async def page_after(pool: asyncpg.Pool, after: int, limit: int = 1000) -> Sequence[Change]:
    async with snapshot_of(pool) as connection:
        head = await feed.read_head(connection)
        return (await feed.page(connection, head.epoch, after, limit)).rows


async def head_of(pool: asyncpg.Pool) -> feed.Head:
    async with pool.acquire() as connection:
        return await feed.read_head(connection)


class Undone(Exception):
    """Raised by a writer to roll its transaction back."""


async def write(pool: asyncpg.Pool, writer: int, committed: dict[str, int]) -> None:
    """Transactions on one to three customers; every tenth is rolled back."""
    draw = random.Random(writer)
    async with pool.acquire() as connection:
        for turn in range(TRANSACTIONS):
            ids = sorted(f"C{draw.randrange(1, 40):06d}" for _ in range(draw.randint(1, 3)))
            try:
                async with connection.transaction():
                    for customer_id in ids:
                        await connection.execute(
                            "UPDATE customers SET note = $2 WHERE customer_id = $1",
                            *(customer_id, f"{writer}/{turn}"),
                        )
                    if draw.random() < 0.1:
                        raise Undone
            except Undone:
                continue
            for customer_id in set(ids):
                committed[customer_id] = committed.get(customer_id, 0) + 1


async def read_until(pool: asyncpg.Pool, start: int, done: asyncio.Event) -> list[Change]:
    """Everything that a register would see that pulls without a pause."""
    seen: list[Change] = []
    cursor = start
    while True:
        is_last_look = done.is_set()
        async with snapshot_of(pool) as connection:
            rows = await feed.read_rows(connection, cursor, 50)
        seen += [row.change for row in rows]
        cursor = seen[-1].pos if rows else cursor
        if is_last_look and not rows:
            return seen


async def test_a_reader_beside_eight_writers_misses_nothing(pool: asyncpg.Pool) -> None:
    start = (await head_of(pool)).pos
    committed: dict[str, int] = {}
    done = asyncio.Event()
    reader = asyncio.create_task(read_until(pool, start, done))
    await asyncio.gather(*(write(pool, n, committed) for n in range(WRITERS)))
    done.set()
    seen = await reader
    counted: dict[str, int] = {}
    for change in seen:
        counted[change.id] = counted.get(change.id, 0) + 1
    assert counted == committed
    assert [change.pos for change in seen] == list(range(start + 1, start + 1 + len(seen)))
    assert await pool.fetchval("SELECT count(*) FROM feed_inbox") == 0


async def test_positions_are_in_the_order_of_the_commits(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as early, pool.acquire() as late:
        slow = early.transaction()
        await slow.start()
        await early.execute("UPDATE customers SET note='slow' WHERE customer_id='C000123'")
        await late.execute("UPDATE customers SET note='quick' WHERE customer_id='C000124'")
        await slow.commit()
    last = await pool.fetch("SELECT row_id FROM feed ORDER BY pos DESC LIMIT 2")
    assert [row["row_id"] for row in last] == ["C000123", "C000124"]


async def test_a_transaction_that_stays_open_stops_nobody(pool: asyncpg.Pool) -> None:
    before = (await head_of(pool)).pos
    async with pool.acquire() as idle, idle.transaction():
        await idle.execute("UPDATE customers SET note='open' WHERE customer_id='C000123'")
        await pool.execute("UPDATE customers SET note='done' WHERE customer_id='C000124'")
        assert [change.id for change in await page_after(pool, before)] == ["C000124"]


async def test_a_row_changed_twice_in_one_transaction_appears_once(pool: asyncpg.Pool) -> None:
    before = (await head_of(pool)).pos
    async with pool.acquire() as connection, connection.transaction():
        for note in ("one", "two"):
            await connection.execute(
                "UPDATE customers SET note = $1 WHERE customer_id = 'C000123'", note
            )
        await connection.execute("DELETE FROM customer_phones WHERE customer_id = 'C000123'")
        await connection.execute("UPDATE customer_addresses SET note='x' WHERE address_id = 456")
    changes = await page_after(pool, before)
    assert [(c.e, c.id) for c in changes] == [(Entity.CUSTOMER, "C000123")]
    assert (await head_of(pool)).pos == before + 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE customer_phones SET label = 'x' WHERE customer_id = 'C000123'",
        "INSERT INTO customer_phones VALUES ('C000123', 9, '0223456789')",
        "DELETE FROM customer_addresses WHERE customer_id = 'C000123'",
        "INSERT INTO customer_special_prices VALUES ('C000123', 9, 'P002', 60000)",
    ],
)
async def test_a_changed_part_is_a_newer_customer(pool: asyncpg.Pool, statement: str) -> None:
    before = (await head_of(pool)).pos
    version = await pool.fetchval("SELECT version FROM customers WHERE customer_id='C000123'")
    await pool.execute(statement)
    changes = await page_after(pool, before)
    assert [(c.e, c.id, c.v) for c in changes] == [(Entity.CUSTOMER, "C000123", version + 1)]


async def test_a_deleted_customer_leaves_tombstones(pool: asyncpg.Pool) -> None:
    before = (await head_of(pool)).pos
    await pool.execute("DELETE FROM customers WHERE customer_id = 'C000123'")
    changes = await page_after(pool, before)
    assert {(c.e, c.op, c.d) for c in changes} == {
        (Entity.CUSTOMER, "D", None),
        (Entity.CREDIT, "D", None),
        (Entity.STATISTICS, "D", None),
    }


async def test_what_a_savepoint_took_back_does_not_appear(pool: asyncpg.Pool) -> None:
    before = (await head_of(pool)).pos
    async with pool.acquire() as connection, connection.transaction():
        inner = connection.transaction()
        await inner.start()
        await connection.execute("UPDATE customers SET note='a' WHERE customer_id='C000123'")
        await inner.rollback()
        await connection.execute("UPDATE customers SET note='b' WHERE customer_id='C000124'")
    assert [change.id for change in await page_after(pool, before)] == ["C000124"]


async def test_pages_end_where_a_transaction_ends(pool: asyncpg.Pool) -> None:
    before = (await head_of(pool)).pos
    for ids in (["C000001", "C000002", "C000003"], ["C000004", "C000005"]):
        await pool.execute("UPDATE customers SET note='x' WHERE customer_id = ANY($1)", ids)
    async with snapshot_of(pool) as connection:
        head = await feed.read_head(connection)
        first = await feed.page(connection, head.epoch, before, 1)
        second = await feed.page(connection, head.epoch, first.to, 1)
    assert (len(first.rows), first.to, first.complete) == (3, before + 3, False)
    assert (len(second.rows), second.to, second.complete) == (2, before + 5, True)
    assert [row.tx_last for row in first.rows] == [False, False, True]


async def test_a_page_holds_only_the_last_change_of_a_row(pool: asyncpg.Pool) -> None:
    before = (await head_of(pool)).pos
    for note in ("one", "two", "three"):
        await pool.execute("UPDATE customers SET note=$1 WHERE customer_id='C000123'", note)
    (change,) = await page_after(pool, before)
    assert (change.pos, change.d.note) == (before + 3, "three")


async def test_another_epoch_or_a_position_from_the_future_is_refused(pool: asyncpg.Pool) -> None:
    head = await head_of(pool)
    async with snapshot_of(pool) as connection:
        for epoch, after in ((head.epoch + 1, head.pos), (head.epoch, head.pos + 1)):
            with pytest.raises(Conflict) as refusal:
                await feed.page(connection, epoch, after, 10)
            assert refusal.value.code == "EPOCH"


async def test_what_was_pruned_needs_a_snapshot(pool: asyncpg.Pool) -> None:
    head = await head_of(pool)
    await pool.execute("UPDATE feed SET occurred_at = now() - interval '91 days' WHERE pos < 100")
    async with pool.acquire() as connection:
        await feed.prune(connection)
    floor = (await head_of(pool)).floor
    assert 0 < floor < 100
    async with snapshot_of(pool) as connection:
        assert (await feed.page(connection, head.epoch, floor, 10)).from_pos == floor
        with pytest.raises(Gone):
            await feed.page(connection, head.epoch, floor - 1, 10)


async def test_pruning_everything_keeps_the_newest_change(pool: asyncpg.Pool) -> None:
    await pool.execute("UPDATE feed SET occurred_at = now() - interval '91 days'")
    async with pool.acquire() as connection:
        await feed.prune(connection)
    head = await head_of(pool)
    assert head.floor < head.pos
