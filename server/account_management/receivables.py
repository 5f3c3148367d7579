"""What is due: booked once per order, kind and revision; newer revisions replace older ones."""

from datetime import datetime

import asyncpg

from app.domain.money import whole
from app.wire.account_books import ReceivableCancellation, ReceivableKind
from app.wire.accounts import Receivable
from server.account_management.settling import lock_order, settle
from server.plausibility import check_id
from server.refusals import Conflict, Malformed


async def book(connection: asyncpg.Connection, body: Receivable, now: datetime) -> None:
    """Write a receivable down; repetitions and late older revisions change nothing.

    Raises `Malformed`, and `Conflict` for the same revision with other contents.
    """
    _check(body)
    kind = ReceivableKind.REST if body.invoice_id is None else ReceivableKind.INVOICE
    account = await lock_order(connection, body.order_id)
    known = await connection.fetchrow(
        "SELECT * FROM receivables WHERE order_id = $1 AND kind = $2 AND revision = $3",
        *(body.order_id, kind.value, body.revision),
    )
    if known is not None:
        _check_repetition(known, body)
        return
    newest = await connection.fetchval(
        "SELECT max(revision) FROM receivables WHERE order_id = $1 AND kind = $2",
        *(body.order_id, kind.value),
    )
    stage = "LIVING"
    if body.revision <= account["cancelled_through"]:
        stage = "CANCELLED"
    elif newest is not None and newest > body.revision:
        stage = "REPLACED"
    await _insert(connection, body, kind, stage)
    await settle(connection, account, now)


async def cancel(
    connection: asyncpg.Connection,
    order_id: str,
    cancellation: ReceivableCancellation,
    now: datetime,
) -> None:
    """Nothing is due any more for this revision and earlier ones, also where it comes late."""
    account = await lock_order(connection, order_id)
    through = cancellation.revision
    if through is None:
        through = await connection.fetchval(
            "SELECT coalesce(max(revision), $2) FROM receivables WHERE order_id = $1",
            *(order_id, account["cancelled_through"]),
        )
    await connection.execute(
        """UPDATE receivables SET state = 'CANCELLED', cancelled_at = $3
           WHERE order_id = $1 AND revision <= $2 AND state = 'LIVING'""",
        *(order_id, through, now),
    )
    await connection.execute(
        """UPDATE order_accounts SET cancelled_through = greatest(cancelled_through, $2)
           WHERE order_id = $1""",
        *(order_id, through),
    )
    await settle(connection, account, now)


async def _insert(
    connection: asyncpg.Connection, body: Receivable, kind: ReceivableKind, stage: str
) -> None:
    if stage == "LIVING":
        await connection.execute(
            """UPDATE receivables SET state = 'REPLACED', cancelled_at = now()
               WHERE order_id = $1 AND kind = $2 AND state = 'LIVING'""",
            *(body.order_id, kind.value),
        )
    await connection.execute(
        """INSERT INTO receivables (order_id, kind, revision, customer_id, amount, due_date,
                                    invoice_id, payment_terms, state, cancelled_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $9 <> 'LIVING' THEN now() END)""",
        *(body.order_id, kind.value, body.revision, body.customer_id, int(body.amount)),
        *(body.due_date, body.invoice_id, body.payment_terms.value, stage),
    )


def _check(body: Receivable) -> None:
    if body.amount <= 0 or body.amount != whole(body.amount):
        raise Malformed("AMOUNT", "A receivable is whole 元, and more than none.")
    if body.revision < 1:
        raise Malformed("REVISION", "A revision is 1 or more.")
    check_id(body.order_id, "order_id")
    check_id(body.customer_id, "customer_id")
    if body.invoice_id is not None:
        check_id(body.invoice_id, "invoice_id")


def _check_repetition(known: asyncpg.Record, body: Receivable) -> None:
    same = (
        known["customer_id"] == body.customer_id
        and known["amount"] == body.amount
        and known["due_date"] == body.due_date
        and known["invoice_id"] == body.invoice_id
        and known["payment_terms"] == body.payment_terms
    )
    if not same:
        raise Conflict(
            "ALREADY_BOOKED",
            f"Revision {body.revision} of what is due for {body.order_id} was booked with other "
            "contents. Use a new revision.",
        )
