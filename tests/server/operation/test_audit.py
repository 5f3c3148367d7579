"""The audit log: in the transaction of its cause, linked, and impossible to change unnoticed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.operation import correlation
from server.operation.audit import AuditEntry, note
from server.operation.audit_chain import Mark, read_mark, verify
from tests.conftest import Databases


@pytest.fixture
async def connection(databases: Databases) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(databases.empty())
    yield connection
    await connection.close()


def entry(n: int) -> AuditEntry:
    return AuditEntry("test", f"target {n}", "mei", detail={"n": n, "問": "答", "open": None})


async def test_a_chain_of_entries_is_whole(connection: asyncpg.Connection) -> None:
    for n in range(3):
        await note(connection, entry(n), entry(n + 10))
    verdict = await verify(connection)
    assert (verdict.entries, verdict.defect) == (6, "")
    assert verdict.mark == await read_mark(connection)
    targets = await connection.fetch("SELECT target FROM audit_log ORDER BY n")
    assert [row["target"] for row in targets[:2]] == ["target 0", "target 10"]
    assert await connection.fetchval("SELECT count(*) FROM audit_inbox") == 0


@pytest.mark.parametrize(
    ("change", "defect"),
    [
        ("UPDATE audit_log SET actor = 'another' WHERE n = 3", "Entry 3 was changed."),
        ("UPDATE audit_log SET detail = '{}' WHERE n = 3", "Entry 3 was changed."),
        (
            "UPDATE audit_log SET at = at + interval '1 microsecond' WHERE n = 3",
            "Entry 3 was changed.",
        ),
        ("DELETE FROM audit_log WHERE n = 3", "Entry 3 is missing."),
        (
            "UPDATE audit_log SET actor = 'another' WHERE n = 3;"
            "UPDATE audit_log SET hash = audit_hash(audit_log) WHERE n = 3",
            "Entry 4 does not follow entry 3.",
        ),
    ],
)
async def test_a_superusers_change_is_found_where_it_was_made(
    connection: asyncpg.Connection, change: str, defect: str
) -> None:
    await note(connection, *map(entry, range(6)))
    await connection.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
    await connection.execute(change)
    assert (await verify(connection)).defect == defect


@pytest.mark.parametrize("rest", [0, 4])
async def test_a_tail_that_was_cut_off_is_missed(connection: asyncpg.Connection, rest: int) -> None:
    await note(connection, *map(entry, range(6)))
    await connection.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
    await connection.execute("DELETE FROM audit_log WHERE n > $1", rest)
    assert (await verify(connection)).defect == (f"The log ends with {rest}, but 6 were written.")


async def test_a_log_that_was_written_anew_does_not_hold_the_noted_entry(
    connection: asyncpg.Connection,
) -> None:
    await note(connection, *map(entry, range(3)))
    noted = await read_mark(connection)
    assert (await verify(connection, noted)).defect == ""
    await connection.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
    await connection.execute("DELETE FROM audit_log")
    await connection.execute("UPDATE audit_head SET n = 0, hash = decode(repeat('00',32),'hex')")
    assert "missing" in (await verify(connection, noted)).defect
    await note(connection, *map(entry, (7, 8, 9)))
    assert (await verify(connection)).defect == ""
    assert "not the one" in (await verify(connection, noted)).defect
    assert "missing" in (await verify(connection, Mark(99, noted.hash))).defect


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log SET actor = ''", "DELETE FROM audit_log", "TRUNCATE audit_log"],
)
async def test_nobody_changes_an_entry_by_mistake(
    connection: asyncpg.Connection, statement: str
) -> None:
    await note(connection, entry(1))
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await connection.execute(statement)


async def test_an_entry_shares_the_fate_of_its_transaction(
    connection: asyncpg.Connection,
) -> None:
    transaction = connection.transaction()
    await transaction.start()
    await note(connection, entry(1))
    await transaction.rollback()
    async with connection.transaction():
        await note(connection, entry(2))
    assert (await verify(connection)).entries == 1


async def test_an_entry_carries_the_correlation_of_its_context(
    connection: asyncpg.Connection,
) -> None:
    with correlation.correlated("from-the-register"):
        await note(connection, entry(1))
    await note(connection, AuditEntry("test", "x", correlation="said"))
    found = await connection.fetch("SELECT correlation FROM audit_log ORDER BY n")
    assert [row["correlation"] for row in found] == ["from-the-register", "said"]


async def test_many_writers_make_one_chain_beside_the_feed_without_waiting_for_each_other(
    databases: Databases,
) -> None:
    dsn = databases.sample()

    async def write(writer: int) -> None:
        own = await asyncpg.connect(dsn)
        for turn in range(15):
            async with own.transaction():
                # In either order, so that the deferred triggers fire in either order.
                if (writer + turn) % 2:
                    await note(own, entry(turn))
                await own.execute(
                    "UPDATE products SET available = available + 1 WHERE product_id = "
                    "(SELECT product_id FROM products ORDER BY 1 OFFSET $1 LIMIT 1)",
                    writer,
                )
                if (writer + turn) % 2 == 0:
                    await note(own, entry(turn))
            await note(own, entry(100))
        await own.close()

    await asyncio.gather(*map(write, range(6)))
    connection = await asyncpg.connect(dsn)
    verdict = await verify(connection)
    await connection.close()
    assert (verdict.entries, verdict.defect) == (6 * 30, "")


texts = st.text(st.characters(codec="utf-8") | st.just("\x00"), max_size=30)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(actor=texts, target=texts, detail=st.dictionaries(texts, texts | st.integers(), max_size=3))
async def test_any_text_is_kept_and_verified(
    connection: asyncpg.Connection, actor: str, target: str, detail: dict[str, str | int]
) -> None:
    await note(connection, AuditEntry("test", target, actor, detail=detail))
    assert (await verify(connection)).defect == ""
    kept = await connection.fetchrow("SELECT * FROM audit_log ORDER BY n DESC LIMIT 1")
    assert kept["target"] == target.replace("\x00", "")
    assert kept["at"] <= datetime.now(UTC)
