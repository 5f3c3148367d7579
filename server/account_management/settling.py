"""Bringing an order's account up to date after any change of it, and telling who must know.

Every change locks the order's row first and the customer's row after it, in that order everywhere.
"""

from datetime import date, datetime
from decimal import Decimal

import asyncpg

from app.domain.customers import PaymentTerms
from app.domain.hours import business_date
from app.domain.receivables import Balance
from app.wire.accounts import PaymentStatusUpdate
from app.wire.customers import CreditUpdate
from app.wire.enums import CreditOperation, PaymentStatus
from server.account_management.holds import judge
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed, owe


async def lock_order(connection: asyncpg.Connection, order_id: str) -> asyncpg.Record:
    """The account of an order, made if there is none, locked until the transaction ends."""
    await connection.execute(
        "INSERT INTO order_accounts (order_id) VALUES ($1) ON CONFLICT DO NOTHING", order_id
    )
    return await connection.fetchrow(
        "SELECT * FROM order_accounts WHERE order_id = $1 FOR UPDATE", order_id
    )


async def settle(connection: asyncpg.Connection, before: asyncpg.Record, now: datetime) -> None:
    """Sum an order up anew; owe its payment status, the credit it gives back, and the hold.

    `before` is its locked row as it was when the transaction began to change it.
    """
    order_id, today = before["order_id"], business_date(now)
    after = await _sum_up(connection, before, today)
    calls = _news(before, after) + _releases(before, after, now)
    if calls:
        await owe(connection, calls)
        await connection.execute(
            """UPDATE order_accounts SET told = CASE WHEN standing IS NULL THEN told ELSE $2 END,
                      releases = releases + (on_account AND paid > released)::integer,
                      released = CASE WHEN on_account THEN greatest(paid, released)
                                 ELSE released END
               WHERE order_id = $1""",
            *(order_id, _word(after)),
        )
    for customer_id in sorted({before["customer_id"], after["customer_id"]} - {""}):
        await judge(connection, customer_id, today)


async def _sum_up(
    connection: asyncpg.Connection, before: asyncpg.Record, today: date
) -> asyncpg.Record:
    order_id = before["order_id"]
    living = await connection.fetch(
        "SELECT * FROM receivables WHERE order_id = $1 AND state = 'LIVING' ORDER BY revision",
        order_id,
    )
    received = await connection.fetchval(
        "SELECT coalesce(sum(amount), 0) FROM payments WHERE order_id = $1", order_id
    )
    due = sum(row["amount"] for row in living)
    customer_id = living[-1]["customer_id"] if living else before["customer_id"]
    due_date = min((row["due_date"] for row in living), default=None)
    balance = Balance(Decimal(due), Decimal(received))
    standing = None if due_date is None else balance.standing(due_date, today).value
    is_moved = customer_id != before["customer_id"]
    return await connection.fetchrow(
        """UPDATE order_accounts SET due = $2, received = $3, customer_id = $4, due_date = $5,
                  standing = $6, on_account = $7, revision = $8,
                  released = CASE WHEN $9 THEN 0 ELSE released END
           WHERE order_id = $1 RETURNING *""",
        *(order_id, due, received, customer_id, due_date, standing),
        any(row["payment_terms"] != PaymentTerms.CASH for row in living),
        max((row["revision"] for row in living), default=before["revision"]),
        is_moved,
    )


def _word(account: asyncpg.Record) -> str:
    """What there is to be told about an order, in one text."""
    return f"{account['standing']} {account['paid']} {account['receipt_number']}".strip()


def _news(before: asyncpg.Record, after: asyncpg.Record) -> list[Owed]:
    """The payment status, where it says something that Order Sales does not know."""
    if after["standing"] is None or before["told"] == _word(after):
        return []
    is_paid = after["paid"] > 0
    body = PaymentStatusUpdate(
        payment_status=PaymentStatus(after["standing"]),
        paid_amount=Decimal(after["paid"]),
        paid_date=after["paid_date"] if is_paid else None,
        payment_method=after["payment_method"] if is_paid else None,
        receipt_number=after["receipt_number"] if is_paid else None,
    )
    order_id = after["order_id"]
    path = f"/internal/orders/{order_id}/payment-status"
    lane = f"{order_id}/payment-status"
    return [Owed(Neighbour.ORDER_SALES, "POST", path, body, lane, order_id, "payment.status")]


def _releases(before: asyncpg.Record, after: asyncpg.Record, now: datetime) -> list[Owed]:
    """The credit that a payment gives back; see docs/rules/payments.md."""
    amount = after["paid"] - after["released"]
    if not after["on_account"] or amount <= 0:
        return []
    receipt, order_id = after["receipt_number"], after["order_id"]
    # One payment may settle what becomes due bit by bit: then each part has a name of its own.
    is_further = before["receipt_number"] == receipt and after["releases"] > 0
    update = CreditUpdate(
        operation=CreditOperation.RELEASE,
        amount=Decimal(amount),
        order_id=order_id,
        timestamp=now,
        revision=after["revision"],
        reference=f"{receipt}-{after['releases'] + 1}" if is_further else receipt,
    )
    path = f"/internal/customers/{after['customer_id']}/credit"
    # The lane that Order Sales uses, so that an earlier RESERVE and USE arrive first.
    lane = f"{order_id}/{Neighbour.CUSTOMERS}"
    return [Owed(Neighbour.CUSTOMERS, "POST", path, update, lane, order_id, "credit.paid")]
