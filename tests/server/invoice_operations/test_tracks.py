"""The authority's file of allotted tracks, and what stays of it."""

import argparse
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from app.domain.invoices import Period
from server.database.shop import open_pool
from server.invoice_operations.allotments import store_allotments
from server.invoice_operations.command import add_actions, look_after_invoices
from server.invoice_operations.number_stock import (
    alarms,
    number_stock,
    outstanding_blocks,
    unused,
)
from server.invoice_operations.track_file import Allotment, TrackFileRefused
from tests.conftest import Databases
from tests.server.invoice_operations.conftest import HEAD, RUNNING, SELLER, line, saved

NOW = datetime.now(UTC)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(databases: Databases) -> AsyncIterator[asyncpg.Pool]:
    """A database that the tests of this module share."""
    pool = await open_pool(databases.sample(), 2)
    yield pool
    await pool.close()


@pytest_asyncio.fixture(loop_scope="module")
async def books(shop: asyncpg.Pool) -> asyncpg.Pool:
    """A shop without numbers."""
    await shop.execute("TRUNCATE invoice_allotments CASCADE")
    return shop


async def stored(pool: asyncpg.Pool, *allotments: Allotment, now: datetime = NOW) -> int:
    async with pool.acquire() as connection:
        return await store_allotments(connection, allotments, now)


def allotment(first: int = 0, last: int = 149, period: Period = RUNNING) -> Allotment:
    return Allotment(2, SELLER, period, "AB", first, last)


async def test_an_allotment_is_taken_in_once(books: asyncpg.Pool) -> None:
    assert [await stored(books, allotment()), await stored(books, allotment())] == [1, 0]
    assert await books.fetchval("SELECT count(*) FROM invoice_blocks") == 3


@pytest.mark.parametrize(("first", "last"), [(100, 199), (50, 99), (0, 199)])
async def test_an_overlap_is_refused_and_nothing_of_the_file_is_kept(
    books: asyncpg.Pool, first: int, last: int
) -> None:
    await stored(books, allotment())
    with pytest.raises(TrackFileRefused, match="overlaps 00000000-00000149"):
        await stored(books, allotment(500, 599), allotment(first, last))
    assert await books.fetchval("SELECT count(*) FROM invoice_allotments") == 1


async def test_periods_that_are_over_and_other_sellers_are_refused(books: asyncpg.Pool) -> None:
    with pytest.raises(TrackFileRefused, match="is over"):
        await stored(books, allotment(period=Period.parse("11302")))
    foreign = Allotment(2, "24549210", RUNNING, "AB", 0, 49)
    with pytest.raises(TrackFileRefused, match="this shop is 04595257"):
        await stored(books, foreign)


async def test_people_are_told_before_numbers_run_out(books: asyncpg.Pool) -> None:
    async with books.acquire() as connection:
        assert await alarms(connection, RUNNING.first_day) == ()
        await stored(books, allotment(0, 499, RUNNING.following))
        assert "No invoice number is left" in (await alarms(connection, RUNNING.first_day))[0]
        await books.execute("TRUNCATE invoice_allotments CASCADE")
        await stored(books, allotment(0, 499))
        assert await alarms(connection, RUNNING.first_day) == ()
        last_days = await alarms(connection, RUNNING.last_day - timedelta(days=4))
        assert f"No numbers of {RUNNING.following}" in last_days[0]
        await books.execute("UPDATE invoice_blocks SET holder = 7 WHERE first_serial >= 100")
        assert "Only 100" in (await alarms(connection, RUNNING.first_day))[0]
        stock = await number_stock(connection, RUNNING.first_day)
    assert [(x.allotted, x.free, x.is_low) for x in stock.periods] == [(500, 100, True)]


async def test_unused_numbers_are_reported_in_ranges(books: asyncpg.Pool) -> None:
    await stored(books, allotment(0, 149))
    await books.execute("UPDATE invoice_blocks SET holder = 0 WHERE first_serial = 0")
    await books.execute(
        """INSERT INTO invoice_numbers (period, invoice_number, block_id, random_code, state)
           SELECT b.period, 'AB' || to_char(n, 'FM00000000'), block_id, '1234',
                  CASE WHEN n < 3 OR n = 10 THEN 'USED' WHEN n = 11 THEN 'VOID' ELSE 'FREE' END
           FROM invoice_blocks b, generate_series(0, 49) n WHERE first_serial = 0"""
    )
    async with books.acquire() as connection:
        ranges = await unused(connection, RUNNING)
    assert ranges == [("AB00000003", "AB00000009"), ("AB00000012", "AB00000149")]


async def test_booklets_of_which_nothing_is_known_are_named(books: asyncpg.Pool) -> None:
    await stored(books, allotment(0, 149))
    await books.execute(
        "UPDATE invoice_blocks SET holder = CASE first_serial WHEN 0 THEN 7 WHEN 50 THEN -1 END"
    )
    async with books.acquire() as connection:
        named = await outstanding_blocks(connection, RUNNING)
    assert [x.partition(":")[0] for x in named] == ["AB00000050-00000099", "AB00000000-00000049"]
    assert ["set aside" in named[0], "register 07" in named[1]] == [True, True]


async def test_the_command_tells_what_it_did(
    books: asyncpg.Pool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    add_actions(parser)
    path = saved(tmp_path, HEAD + line())
    async with books.acquire() as connection:
        for words in (
            ["import-track", str(path)],
            ["numbers"],
            ["unused", "--period", str(RUNNING)],
        ):
            await look_after_invoices(connection, parser.parse_args(words))
    told = capsys.readouterr().out
    assert "1 ranges with 150 numbers; 1 of the ranges are new." in told
    assert f"{RUNNING}  allotted 150, free 150" in told
    assert "AB00000000 AB00000149" in told
