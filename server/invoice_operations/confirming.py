"""Telling Order Sales about an invoice: `POST /internal/orders/{order_id}/invoice-generated`."""

import asyncpg

from app.wire.enums import SubmissionStatus
from app.wire.invoices import InvoiceGenerated
from server.invoice_operations.settings import InvoiceSettings
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed, owe


async def confirm(
    connection: asyncpg.Connection, row: asyncpg.Record, settings: InvoiceSettings
) -> None:
    """Owe the confirmation of a numbered invoice as its row has it now."""
    order_id, number, day = row["order_id"], row["invoice_number"], row["invoice_date"]
    body = InvoiceGenerated(
        invoice_id=row["invoice_id"],
        invoice_number=number,
        invoice_date=day,
        pdf_url=settings.pdf_url(number, day),
        qr_code=row["qr_code"],
        submission_status=SubmissionStatus(row["submission_status"]),
        revision=row["revision"],
    )
    call = Owed(
        neighbour=Neighbour.ORDER_SALES,
        method="POST",
        path=f"/internal/orders/{order_id}/invoice-generated",
        body=body,
        lane=f"{order_id}/invoice-confirmations",
        order_id=order_id,
        operation="invoice.generated",
    )
    await owe(connection, [call])
