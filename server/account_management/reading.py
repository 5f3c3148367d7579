"""Accounts as they stand, for whoever asks."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal

import asyncpg

from app.domain.customers import PaymentTerms
from app.domain.money import ZERO
from app.domain.orders import PaymentMethod
from app.domain.receivables import ageing, days_overdue
from app.wire.account_books import (
    AgeingBody,
    CustomerAccount,
    OpenOrder,
    OrderAccount,
    PaymentEntry,
    PaymentSource,
    ReceivableEntry,
    ReceivableKind,
    ReceivableStage,
)
from app.wire.enums import PaymentStatus
from server.account_management.holds import open_items
from server.refusals import NotFound


async def order_account(connection: asyncpg.Connection, order_id: str) -> OrderAccount:
    """What is due and paid for an order; raises `NotFound`."""
    row = await connection.fetchrow("SELECT * FROM order_accounts WHERE order_id = $1", order_id)
    if row is None:
        raise NotFound("UNKNOWN_ORDER", f"Nothing is due or paid for an order {order_id}.")
    due = await connection.fetch(
        "SELECT * FROM receivables WHERE order_id = $1 ORDER BY receivable_id", order_id
    )
    paid = await connection.fetch(
        "SELECT * FROM payments WHERE order_id = $1 ORDER BY payment_id", order_id
    )
    return OrderAccount(
        order_id=order_id,
        customer_id=row["customer_id"],
        payment_status=None if row["standing"] is None else PaymentStatus(row["standing"]),
        due_amount=Decimal(row["due"]),
        paid_amount=Decimal(row["paid"]),
        open_amount=Decimal(row["open"]),
        excess_amount=Decimal(row["excess"]),
        due_date=row["due_date"],
        receivables=tuple(_receivable(found) for found in due),
        payments=tuple(_payment(found) for found in paid),
    )


async def customer_account(
    connection: asyncpg.Connection, customer_id: str, today: date
) -> CustomerAccount:
    """What a customer owes by age, and has paid too much; nothing known is an empty account."""
    held = await connection.fetchval(
        "SELECT is_held FROM customer_accounts WHERE customer_id = $1", customer_id
    )
    excess = await connection.fetchval(
        "SELECT coalesce(sum(excess), 0) FROM order_accounts WHERE customer_id = $1", customer_id
    )
    items = await open_items(connection, customer_id)
    late = [item for item in items if days_overdue(item.due_date, today)]
    standings = await connection.fetch(
        "SELECT order_id, standing FROM order_accounts WHERE customer_id = $1 AND open > 0",
        customer_id,
    )
    standing = {row["order_id"]: PaymentStatus(row["standing"]) for row in standings}
    return CustomerAccount(
        customer_id=customer_id,
        open_amount=sum((item.open for item in items), ZERO),
        credit_balance=Decimal(excess),
        overdue_amount=sum((item.open for item in late), ZERO),
        days_overdue=max((days_overdue(item.due_date, today) for item in late), default=0),
        on_hold=bool(held),
        ageing=AgeingBody(**asdict(ageing(items, today))),
        open_orders=tuple(
            OpenOrder(
                order_id=item.order_id,
                open_amount=item.open,
                due_date=item.due_date,
                days_overdue=days_overdue(item.due_date, today),
                payment_status=standing.get(item.order_id, PaymentStatus.UNPAID),
            )
            for item in items
        ),
    )


def _receivable(row: asyncpg.Record) -> ReceivableEntry:
    return ReceivableEntry(
        kind=ReceivableKind(row["kind"]),
        revision=row["revision"],
        amount=Decimal(row["amount"]),
        due_date=row["due_date"],
        invoice_id=row["invoice_id"],
        payment_terms=PaymentTerms(row["payment_terms"]),
        stage=ReceivableStage(row["state"]),
    )


def _payment(row: asyncpg.Record) -> PaymentEntry:
    return PaymentEntry(
        reference_number=row["reference_number"],
        receipt_number=row["receipt_number"] or "",
        source=PaymentSource(row["source"]),
        payment_method=PaymentMethod(row["payment_method"]),
        amount=Decimal(row["amount"]),
        collected_by=row["collected_by"],
        collection_date=row["collected_at"],
    )
