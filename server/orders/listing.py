"""The orders of a day for an administrator's terminal: `luckygas-server orders`."""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

import asyncpg

from app.domain.hours import business_date

_ORDERS = """
    SELECT o.order_id, o.order_uid, o.customer_id, o.status, o.hold_reason, o.payable,
           count(e.entry_id) AS reservations,
           coalesce(sum(CASE e.operation WHEN 'RESERVE' THEN e.amount
                                         WHEN 'RELEASE' THEN -e.amount END), 0)::bigint AS reserved
    FROM orders o LEFT JOIN credit_entries e ON e.order_id = o.order_id
    WHERE o.order_date = $1
    GROUP BY o.order_uid ORDER BY o.order_id
"""


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """One order of the day; `payable` and `reserved` credit in whole 元."""

    order_id: str
    order_uid: str
    customer_id: str
    status: str
    hold_reason: str
    payable: int
    reservations: int
    reserved: int


def add_arguments(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Which day, and whether a program reads the answer."""
    today = business_date(datetime.now(UTC))
    command.add_argument("--day", type=date.fromisoformat, default=today, help="%(default)s")
    command.add_argument("--json", action="store_true", help="for programs")
    return command


async def list_orders(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    """Print the orders of a business date with the credit that they hold."""
    orders = [
        ListedOrder(**dict(row) | {"order_uid": str(row["order_uid"])})
        for row in await connection.fetch(_ORDERS, chosen.day)
    ]
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(order) for order in orders]) + "\n")
        return
    for order in orders:
        sys.stdout.write(
            f"{order.order_id}  {order.customer_id:<10} {order.status:<11} "
            f"{order.payable:>8,}  {order.reserved:>8,}  {order.hold_reason}\n"
        )
    sys.stdout.write(f"{len(orders)} orders on {chosen.day}\n")
