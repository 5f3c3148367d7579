"""Stopping and reopening accounts. See docs/rules/overdue-and-holds.md."""

from datetime import date
from decimal import Decimal

import asyncpg

from app.domain.receivables import Hold, OpenItem, decide_hold
from app.wire.customers import CreditHold
from app.wire.enums import HoldStatus
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed, owe

REASON = "OVERDUE_PAYMENT"


async def judge(connection: asyncpg.Connection, customer_id: str, today: date) -> None:
    """Decide on a customer's hold and owe Order Sales what is news (spec: `credit-hold`)."""
    row = await lock_customer(connection, customer_id)
    items = await open_items(connection, customer_id)
    hold = decide_hold(items, today, is_active=row["is_held"])
    known = Hold(
        is_active=row["is_held"],
        overdue_amount=Decimal(row["overdue_amount"]),
        days_overdue=row["days_overdue"],
        affected_orders=tuple(row["affected_orders"]),
    )
    if hold == known:
        return
    await connection.execute(
        """UPDATE customer_accounts SET is_held = $2, overdue_amount = $3, days_overdue = $4,
                  affected_orders = $5, changed_at = now()
           WHERE customer_id = $1""",
        *(customer_id, hold.is_active, int(hold.overdue_amount), hold.days_overdue),
        list(hold.affected_orders),
    )
    await owe(connection, [_told(customer_id, hold)])


async def lock_customer(connection: asyncpg.Connection, customer_id: str) -> asyncpg.Record:
    """A customer's row, made if there is none, locked until the transaction ends."""
    await connection.execute(
        "INSERT INTO customer_accounts (customer_id) VALUES ($1) ON CONFLICT DO NOTHING",
        customer_id,
    )
    return await connection.fetchrow(
        "SELECT * FROM customer_accounts WHERE customer_id = $1 FOR UPDATE", customer_id
    )


async def open_items(connection: asyncpg.Connection, customer_id: str) -> tuple[OpenItem, ...]:
    """The customer's orders of which something is open, oldest due first."""
    rows = await connection.fetch(
        """SELECT order_id, open, due_date FROM order_accounts
           WHERE customer_id = $1 AND open > 0 ORDER BY due_date, order_id""",
        customer_id,
    )
    return tuple(OpenItem(row["order_id"], Decimal(row["open"]), row["due_date"]) for row in rows)


def _told(customer_id: str, hold: Hold) -> Owed:
    body = CreditHold(
        hold_status=HoldStatus.ACTIVE if hold.is_active else HoldStatus.RELEASED,
        hold_reason=REASON if hold.is_active else "",
        overdue_amount=hold.overdue_amount,
        days_overdue=hold.days_overdue,
        affected_orders=hold.affected_orders,
    )
    return Owed(
        neighbour=Neighbour.ORDER_SALES,
        method="POST",
        path=f"/internal/customers/{customer_id}/credit-hold",
        body=body,
        lane=f"{customer_id}/credit-hold",
        operation="credit.hold",
    )
