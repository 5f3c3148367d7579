"""The authority's file of allotted tracks, and what stays of it."""

import argparse
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from app.domain.invoices import Period
from server.__main__ import main
from server.invoice_operations.allotments import store_allotments
from server.invoice_operations.command import add_actions, look_after_invoices
from server.invoice_operations.number_stock import alarms, number_stock, unused
from server.invoice_operations.track_file import Allotment, TrackFileRefused, read_track_file
from tests.server.invoice_operations.conftest import RUNNING, SELLER

HEAD = "營業人統編,發票類別代號,發票類別,發票期別,發票字軌名稱,發票起號,發票迄號\r\n"
NOW = datetime.now(UTC)


def months(period: Period) -> str:
    year = period.year - 1911
    return f"{year}/{period.end_month - 1:02} ~ {year}/{period.end_month:02}"


def line(track: str = "AB", first: str = "00000000", last: str = "00000149") -> str:
    return f"{SELLER},7,一般稅額計算,{months(RUNNING)},{track},{first},{last}\r\n"


def saved(folder: Path, text: str, encoding: str = "cp950") -> Path:
    path = folder / "track.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.fixture
async def books(pool: asyncpg.Pool) -> asyncpg.Pool:
    """A shop without numbers."""
    await pool.execute("TRUNCATE invoice_allotments CASCADE")
    return pool


async def stored(pool: asyncpg.Pool, *allotments: Allotment, now: datetime = NOW) -> int:
    async with pool.acquire() as connection:
        return await store_allotments(connection, allotments, now)


def allotment(first: int = 0, last: int = 149, period: Period = RUNNING) -> Allotment:
    return Allotment(2, SELLER, period, "AB", first, last)


@pytest.mark.parametrize("encoding", ["cp950", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("head", ["", HEAD])
def test_the_file_is_read_as_it_is_downloaded(tmp_path: Path, encoding: str, head: str) -> None:
    found = read_track_file(saved(tmp_path, head + line() + line("CD"), encoding))
    assert [str(x) for x in found] == [
        f"AB 00000000-00000149 ({RUNNING})",
        f"CD 00000000-00000149 ({RUNNING})",
    ]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (line("ab"), "two capital letters"),
        (line(first="00000001"), "whole booklets"),
        (line(last="00000150"), "whole booklets"),
        (line(last="x"), "eight digits"),
        (line().replace(SELLER, "12345678"), "no tax id"),
        (line().replace(",7,", ",8,"), "type 8"),
        (line().replace(months(RUNNING), "113/02 ~ 113/03"), "even month"),
        (line().replace(months(RUNNING), "113/01 ~ 113/04"), "two months"),
        (line().replace(months(RUNNING), "soon"), "no period"),
        ("04595257,7\r\n", "columns"),
        ("", "no allotment"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_with_its_number(
    tmp_path: Path, row: str, complaint: str
) -> None:
    with pytest.raises(TrackFileRefused, match=complaint) as refusal:
        read_track_file(saved(tmp_path, HEAD + row))
    assert not row or "Line 2" in str(refusal.value)


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


def test_a_period_that_is_none_is_refused_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["invoices", "unused", "--period", "11301"])
    assert "even month" in capsys.readouterr().err


def test_the_running_period_is_the_one_of_today() -> None:
    assert RUNNING.first_day <= date.today() <= RUNNING.last_day  # noqa: DTZ011 - either zone
