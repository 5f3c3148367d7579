"""Using what a customer paid too much: for another order, or paid back. Never lost, never twice."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import asyncpg

from app.domain.orders import PaymentMethod
from app.wire.account_books import BalanceUse, PaymentSource
from app.wire.accounts import PaymentCollection
from server.account_management.holds import lock_customer
from server.account_management.payments import Movement, check_amount, write
from server.account_management.settling import settle
from server.plausibility import check_id
from server.refusals import Conflict, NotFound


async def use_balance(
    connection: asyncpg.Connection, customer_id: str, body: BalanceUse, now: datetime
) -> None:
    """Move excess to an order of the customer, or pay it back; a repetition changes nothing.

    Raises `Malformed`, `NotFound`, and `Conflict` (BALANCE, NOT_OPEN, REFERENCE_USED).
    """
    check_amount(body.amount, body.reference_number)
    orders = await _lock_orders(connection, customer_id, body)
    await lock_customer(connection, customer_id)
    if await _is_done(connection, orders, body):
        return
    if body.order_id:
        _check_target(orders, body)
    await _take_excess(connection, orders, body)
    if body.order_id:
        await write(connection, Movement(_collection(body), PaymentSource.BALANCE))
    for order in orders:
        await settle(connection, order, now)


async def _lock_orders(
    connection: asyncpg.Connection, customer_id: str, body: BalanceUse
) -> Sequence[asyncpg.Record]:
    """The customer's orders with excess or taken from before, and the one to be paid, locked."""
    if body.order_id:
        check_id(body.order_id, "order_id")
    rows: Sequence[asyncpg.Record] = await connection.fetch(
        """SELECT * FROM order_accounts o
           WHERE customer_id = $1 AND (received > due OR order_id = $2 OR EXISTS (
               SELECT FROM payments p
               WHERE p.order_id = o.order_id AND p.reference_number = $3 || '/' || o.order_id))
           ORDER BY order_id FOR UPDATE""",
        *(customer_id, body.order_id, body.reference_number),
    )
    return rows


async def _is_done(
    connection: asyncpg.Connection, orders: Sequence[asyncpg.Record], body: BalanceUse
) -> bool:
    """Whether this very use was written; raises `Conflict` when the reference is another's."""
    rows = await connection.fetch(
        """SELECT order_id, source, amount FROM payments
           WHERE reference_number = $1 OR reference_number = ANY($2)""",
        body.reference_number,
        [f"{body.reference_number}/{order['order_id']}" for order in orders],
    )
    if not rows:
        return False
    taken = -sum(row["amount"] for row in rows if row["amount"] < 0)
    given = [row["order_id"] for row in rows if row["source"] == PaymentSource.BALANCE]
    if taken != body.amount or given != ([body.order_id] if body.order_id else []):
        raise Conflict("REFERENCE_USED", f"{body.reference_number} was used for something else.")
    return True


def _check_target(orders: Sequence[asyncpg.Record], body: BalanceUse) -> None:
    target = next((x for x in orders if x["order_id"] == body.order_id), None)
    if target is None:
        raise NotFound("UNKNOWN_ORDER", f"The customer has no account of order {body.order_id}.")
    if target["open"] < body.amount:
        raise Conflict("NOT_OPEN", f"Only {target['open']} of {body.order_id} is open.")


async def _take_excess(
    connection: asyncpg.Connection, orders: Sequence[asyncpg.Record], body: BalanceUse
) -> None:
    left = int(body.amount)
    source = PaymentSource.MOVED if body.order_id else PaymentSource.REPAID
    for order in orders:
        part = min(left, order["excess"])
        if part:
            await connection.execute(
                """INSERT INTO payments (reference_number, order_id, source, payment_method,
                                         amount, collected_by, collected_at)
                   VALUES ($1, $2, $3, $4, $5, $6, $7)""",
                *(f"{body.reference_number}/{order['order_id']}", order["order_id"]),
                *(source.value, PaymentMethod(body.payment_method).value, -part),
                *(body.used_by, body.used_at),
            )
            left -= part
    if left:
        raise Conflict("BALANCE", f"The credit balance is only {body.amount - left}.")


def _collection(body: BalanceUse) -> PaymentCollection:
    return PaymentCollection(
        order_id=body.order_id,
        payment_method=body.payment_method,
        amount_collected=Decimal(body.amount),
        collected_by=body.used_by,
        collection_date=body.used_at,
        reference_number=body.reference_number,
    )
