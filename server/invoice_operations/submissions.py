"""How far an invoice is with the authority's platform."""

import asyncpg

from app.wire.enums import SubmissionStatus
from app.wire.invoice_books import SubmissionUpdate
from server.invoice_operations.confirming import confirm
from server.invoice_operations.reading import locked
from server.invoice_operations.settings import InvoiceSettings
from server.refusals import Conflict


async def update(
    connection: asyncpg.Connection,
    invoice_id: str,
    change: SubmissionUpdate,
    settings: InvoiceSettings,
) -> None:
    """Note the platform's word and owe Order Sales the confirmation again when it is news.

    What is older than the last word, or comes after ACCEPTED, changes nothing. Raises `NotFound`,
    and `Conflict` while the invoice has no number.
    """
    row = await locked(connection, invoice_id)
    if row["invoice_number"] is None:
        raise Conflict("NOT_ISSUED", f"{invoice_id} has no number yet.")
    if row["submission_status"] == SubmissionStatus.ACCEPTED:
        return
    if row["submission_at"] is not None and row["submission_at"] >= change.timestamp:
        return
    newer = await connection.fetchrow(
        """UPDATE invoices SET submission_status = $2, submission_message = $3, submission_at = $4
           WHERE invoice_id = $1 RETURNING *""",
        *(invoice_id, change.submission_status.value, change.message, change.timestamp),
    )
    if newer["submission_status"] != row["submission_status"]:
        await confirm(connection, newer, settings)
