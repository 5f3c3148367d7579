"""What was paid: written once per reference number, with a receipt. See docs/rules/payments.md."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import asyncpg

from app.domain.hours import business_date
from app.domain.money import whole
from app.wire.account_books import PaymentSource
from app.wire.accounts import PaymentCollection
from server.account_management.settling import lock_order, settle
from server.plausibility import check_id
from server.refusals import Conflict, Malformed

CLOCKS_DIFFER = timedelta(hours=24)
LONGEST_REFERENCE = 64


@dataclass(frozen=True, slots=True)
class Movement:
    """One row of `payments`."""

    collection: PaymentCollection
    source: PaymentSource = PaymentSource.COLLECTED


async def collect(connection: asyncpg.Connection, body: PaymentCollection, now: datetime) -> str:
    """Write a payment down; its receipt number, the same one for every repetition.

    Raises `Malformed`, and `Conflict` when the reference number was used for another payment.
    """
    check_amount(body.amount_collected, body.reference_number)
    if body.collection_date > now + CLOCKS_DIFFER:
        raise Malformed("COLLECTION_DATE", "A payment can not be collected in the future.")
    check_id(body.order_id, "order_id")
    account = await lock_order(connection, body.order_id)
    known = await repeated(connection, body)
    if known is not None:
        return known
    receipt = await write(connection, Movement(body))
    await settle(connection, account, now)
    return receipt


async def repeated(connection: asyncpg.Connection, body: PaymentCollection) -> str | None:
    """The receipt number of a payment that is known; raises `Conflict` when it was another one."""
    row = await connection.fetchrow(
        "SELECT * FROM payments WHERE reference_number = $1", body.reference_number
    )
    if row is None:
        return None
    same = (
        row["order_id"] == body.order_id
        and row["amount"] == body.amount_collected
        and row["payment_method"] == body.payment_method
        and row["source"] in (PaymentSource.COLLECTED, PaymentSource.BALANCE)
    )
    if not same:
        raise Conflict(
            "REFERENCE_USED",
            f"{body.reference_number} is the reference of a payment of {row['amount']} for "
            f"{row['order_id']}.",
        )
    return str(row["receipt_number"])


async def write(connection: asyncpg.Connection, movement: Movement) -> str:
    """Insert a payment with the next receipt of its day; the order's row is locked.

    Raises `Conflict` when the reference was used for another order at the same moment.
    """
    body = movement.collection
    day = business_date(body.collection_date)
    serial = await connection.fetchval(
        """INSERT INTO receipt_counters AS c VALUES ($1, 1)
           ON CONFLICT (day) DO UPDATE SET last = c.last + 1 RETURNING last""",
        day,
    )
    receipt = f"RCP-{day:%Y%m%d}-{serial:03}"
    written = await connection.fetchval(
        """INSERT INTO payments (reference_number, order_id, source, payment_method, amount,
                                 collected_by, collected_at, receipt_number)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (reference_number) DO NOTHING RETURNING 1""",
        *(body.reference_number, body.order_id, movement.source.value),
        *(body.payment_method.value, int(body.amount_collected)),
        *(body.collected_by, body.collection_date, receipt),
    )
    if written is None:
        raise Conflict("REFERENCE_USED", f"{body.reference_number} was just used elsewhere.")
    await connection.execute(
        """UPDATE order_accounts SET paid_date = $2, payment_method = $3, receipt_number = $4
           WHERE order_id = $1""",
        *(body.order_id, day, body.payment_method.value, receipt),
    )
    return receipt


def check_amount(amount: Decimal, reference: str) -> None:
    """Raise `Malformed` unless it is whole 元, more than none, under a usable reference."""
    if amount <= 0 or amount != whole(amount):
        raise Malformed("AMOUNT", "A payment is whole 元, and more than none.")
    if not 1 <= len(reference.strip()) <= LONGEST_REFERENCE:
        raise Malformed("REFERENCE", f"A reference number has 1 to {LONGEST_REFERENCE} signs.")
