"""Invoices as they stand, for whoever asks."""

from collections.abc import Sequence

import asyncpg

from app.domain.invoices import Period
from app.wire.codec import decode
from app.wire.enums import SubmissionStatus
from app.wire.invoice_books import InvoiceRecord, InvoiceStage, WaitsFor
from app.wire.invoices import InvoiceCancellation, InvoiceRequest
from server.invoice_operations.checking import buyer_of
from server.invoice_operations.settings import InvoiceSettings
from server.refusals import NotFound


async def one(
    connection: asyncpg.Connection, invoice_id: str, settings: InvoiceSettings
) -> InvoiceRecord:
    """One invoice; raises `NotFound`."""
    return record_of(await locked(connection, invoice_id, lock=False), settings)


async def locked(
    connection: asyncpg.Connection, invoice_id: str, *, lock: bool = True
) -> asyncpg.Record:
    """The row of an invoice, locked until the transaction ends; raises `NotFound`."""
    row = await connection.fetchrow(
        f"SELECT * FROM invoices WHERE invoice_id = $1 {'FOR UPDATE' if lock else ''}", invoice_id
    )
    if row is None:
        raise NotFound("UNKNOWN_INVOICE", f"There is no invoice {invoice_id}.")
    return row


async def of_order(
    connection: asyncpg.Connection, order_id: str, settings: InvoiceSettings
) -> Sequence[InvoiceRecord]:
    """All invoices of an order, the newest first."""
    rows = await connection.fetch(
        "SELECT * FROM invoices WHERE order_id = $1 ORDER BY n DESC", order_id
    )
    return tuple(record_of(row, settings) for row in rows)


def record_of(row: asyncpg.Record, settings: InvoiceSettings) -> InvoiceRecord:
    """The invoice in a row of `invoices`."""
    request = decode(InvoiceRequest, row["body"])
    withdrawn = row["cancellation"] and decode(InvoiceCancellation, row["cancellation"])
    number, day = row["invoice_number"] or "", row["invoice_date"]
    return InvoiceRecord(
        invoice_id=row["invoice_id"],
        order_id=row["order_id"],
        revision=row["revision"],
        stage=InvoiceStage(row["stage"]),
        waits_for=_waits_for(row),
        invoice_type=request.invoice_type,
        customer_id=request.customer_info.customer_id,
        customer_name=request.customer_info.customer_name,
        buyer_tax_id=buyer_of(request),
        subtotal=request.subtotal,
        tax_amount=request.tax_amount,
        total_amount=request.total_amount,
        requested_at=row["requested_at"],
        invoice_number=number,
        invoice_date=day,
        random_code=row["random_code"],
        qr_code=row["qr_code"],
        qr_code_right=row["qr_code_right"],
        code39=f"{Period.of(day)}{number}{row['random_code']}" if number else "",
        pdf_url=settings.pdf_url(number, day) if number else "",
        submission_status=SubmissionStatus(row["submission_status"]),
        submission_message=row["submission_message"],
        cancel_reason=withdrawn.reason if withdrawn else "",
        cancelled_by=withdrawn.cancelled_by if withdrawn else "",
        cancelled_at=row["cancelled_at"],
    )


def _waits_for(row: asyncpg.Record) -> WaitsFor | None:
    if row["stage"] == InvoiceStage.QUEUED:
        return WaitsFor.NUMBERS
    is_uncoded = row["stage"] == InvoiceStage.ISSUED and not row["qr_code"]
    return WaitsFor.KEY if is_uncoded else None
