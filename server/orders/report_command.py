"""`luckygas-server reports send`: report a day, or several, again."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

import asyncpg

from app.domain.hours import business_date
from app.wire.reports import DailyOrders
from server.neighbours.names import Neighbour
from server.orders.daily_summary import PATH, summaries
from server.outbox.owing import Owed, owe
from server.reference.order_sums import day_sums
from server.refusals import Malformed

LONGEST_SPAN = timedelta(days=400)
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Job = Callable[[asyncpg.Connection, argparse.Namespace], Awaitable[None]]
Adds = Callable[[Commands, str, str, Job], argparse.ArgumentParser]


def add_commands(commands: Commands, add: Adds) -> None:
    """Add `reports` with what belongs to it; `add` makes a command that gets the database."""
    parser = commands.add_parser("reports", help="the daily summaries that go to Reports")
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    send = add(kinds, "send", "sum the orders of a day up and report them again", _send)
    send.add_argument("day", type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD")
    send.add_argument("--to", type=date.fromisoformat, metavar="DATE", help="last of several days")


async def _send(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    """The server that runs delivers the summaries at once, else the next one that starts."""
    first: date = chosen.day
    last: date = chosen.to or first
    now = datetime.now(UTC)
    if not first <= last <= business_date(now) or last - first > LONGEST_SPAN:
        raise Malformed("SPAN", "Give one day, or up to 400 days in order, none in the future.")
    async with connection.transaction(isolation="repeatable_read"):
        reports = summaries(await day_sums(connection, first, last), first, last, now)
        await owe(connection, [_owed(report) for report in reports])
    for report in reports:
        told = report.summary
        sys.stdout.write(
            f"{report.report_date}  {told.total_orders:>5} orders  {told.total_revenue:>10,}  "
            f"{told.total_cylinders:>5} cylinders  {told.cancelled_orders:>3} cancelled  "
            f"{told.delivery_success_rate:.2%} delivered\n"
        )


def _owed(report: DailyOrders) -> Owed:
    return Owed(Neighbour.REPORTS, "POST", PATH, report, lane="reports", operation="report.daily")
