"""`luckygas-server invoices`: importing tracks, and looking after numbers."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from app.domain.hours import business_date
from app.domain.invoices import Period
from server.invoice_operations.allotments import store_allotments
from server.invoice_operations.number_stock import number_stock, outstanding_blocks, unused
from server.invoice_operations.track_file import read_track_file


def add_actions(parser: argparse.ArgumentParser) -> Sequence[argparse.ArgumentParser]:
    """Describe the command line of `invoices`; the parser of each action."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    bring = actions.add_parser("import-track", help="take in the authority's list (CSV)")
    bring.add_argument("file", type=Path)
    numbers = actions.add_parser("numbers", help="how many numbers are left")
    left = actions.add_parser("unused", help="numbers that nobody used, to be reported")
    left.add_argument("--period", type=_period, required=True, help="such as 11302")
    return bring, numbers, left


async def look_after_invoices(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    """Run the chosen action and print what came of it; raises `TrackFileRefused`."""
    now = datetime.now(UTC)
    if chosen.action == "import-track":
        found = read_track_file(chosen.file)
        new = await store_allotments(connection, found, now)
        numbers = sum(x.last_serial - x.first_serial + 1 for x in found)
        _tell(f"{len(found)} ranges with {numbers} numbers; {new} of the ranges are new.")
    elif chosen.action == "numbers":
        await _tell_stock(connection, now)
    else:
        await _tell_unused(connection, chosen.period)


async def _tell_stock(connection: asyncpg.Connection, now: datetime) -> None:
    stock = await number_stock(connection, business_date(now))
    for period in stock.periods:
        _tell(
            f"{period.period}  allotted {period.allotted}, free {period.free}, "
            f"office {period.office}, registers {period.registers}"
        )
    for alarm in stock.alarms:
        _tell(f"! {alarm}")


async def _tell_unused(connection: asyncpg.Connection, period: Period) -> None:
    for held in await outstanding_blocks(connection, period):
        _tell(f"! {held}")
    for first, last in await unused(connection, period):
        _tell(f"{first} {last}")


def _period(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
