"""Cancelling invoices: dropped, void, or an allowance is needed. See docs/rules/invoices.md."""

from datetime import datetime

import asyncpg

from app.domain.hours import business_date
from app.domain.invoices import Period
from app.wire.codec import decode, encode
from app.wire.invoice_books import InvoiceStage
from app.wire.invoices import InvoiceCancellation, InvoiceRequest
from server.invoice_operations.reading import locked
from server.refusals import Conflict, Malformed


async def cancel(
    connection: asyncpg.Connection,
    invoice_id: str,
    cancellation: InvoiceCancellation,
    now: datetime,
) -> None:
    """Cancel an invoice; a repetition changes nothing, the first reason stands.

    Raises `NotFound`, `Malformed`, and `Conflict` when it is another order's invoice.
    """
    if not cancellation.reason.strip():
        raise Malformed("REASON", "Say why the invoice is cancelled.")
    row = await locked(connection, invoice_id)
    if row["order_id"] != cancellation.order_id:
        raise Conflict("OTHER_ORDER", f"{invoice_id} is the invoice of {row['order_id']}.")
    stage = _following(row, now)
    if stage is None:
        return
    # What a register printed is an invoice on paper, though no job has taken it in yet.
    await connection.execute(
        """UPDATE invoices SET stage = $2, cancellation = $3, cancelled_at = $4,
                  invoice_number = coalesce(invoice_number, printed_number),
                  invoice_date = coalesce(invoice_date, $5)
           WHERE invoice_id = $1""",
        *(invoice_id, stage.value, encode(cancellation).decode(), now),
        decode(InvoiceRequest, row["body"]).printed_on,
    )
    if stage is InvoiceStage.VOID:
        await connection.execute(
            "UPDATE invoice_numbers SET state = 'VOID' WHERE period = $1 AND invoice_number = $2",
            *(row["period"], row["invoice_number"] or row["printed_number"]),
        )


def _following(row: asyncpg.Record, now: datetime) -> InvoiceStage | None:
    """The stage that follows; None when it is cancelled already."""
    if row["stage"] == InvoiceStage.QUEUED and row["printed_number"] is None:
        return InvoiceStage.CANCELLED
    if row["stage"] not in (InvoiceStage.QUEUED, InvoiceStage.ISSUED):
        return None
    is_same_period = row["period"] == str(Period.of(business_date(now)))
    return InvoiceStage.VOID if is_same_period else InvoiceStage.ALLOWANCE_NEEDED
