"""Taking in requests for invoices: checked, queued, answered at once."""

from datetime import datetime

import asyncpg

from app.domain.hours import business_date
from app.wire.codec import decode, encode
from app.wire.invoices import InvoiceRequest
from server.invoice_operations.checking import check_request
from server.invoice_operations.printed import claim_printed
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed, owe
from server.refusals import Conflict

NUMBERING = Owed(
    neighbour=Neighbour.INVOICES,
    method="POST",
    path="/internal/invoices/numbering",
    body=None,
    lane="invoice-numbering",
    operation="invoice.numbering",
)


async def take_request(
    connection: asyncpg.Connection, request: InvoiceRequest, now: datetime
) -> str:
    """Queue an invoice and its numbering; the invoice_id, the same one for every repetition.

    Runs in the caller's transaction. Raises `Malformed`, and `Conflict` when the same revision
    was requested with other contents or the order still has a living invoice.
    """
    check_request(request)
    known = await _known(connection, request)
    if known is not None:
        return known
    # The month's counter is locked until the commit: from here on requests come one by one.
    month = f"{business_date(now):%Y%m}"
    serial = await connection.fetchval(
        """INSERT INTO invoice_counters AS c VALUES ($1, 1)
           ON CONFLICT (month) DO UPDATE SET last = c.last + 1 RETURNING last""",
        month,
    )
    known = await _known(connection, request)  # a twin may have been first
    if known is not None:
        return known
    invoice_id = f"IV-{month}-{serial:05}"
    await _insert(connection, invoice_id, request, now)
    await owe(connection, [NUMBERING])
    return invoice_id


async def _known(connection: asyncpg.Connection, request: InvoiceRequest) -> str | None:
    row = await connection.fetchrow(
        "SELECT invoice_id, body FROM invoices WHERE order_id = $1 AND revision = $2",
        *(request.order_id, request.revision),
    )
    if row is None:
        return None
    if decode(InvoiceRequest, row["body"]) != request:
        raise Conflict(
            "ALREADY_REQUESTED",
            f"Revision {request.revision} of {request.order_id} was requested with other "
            f"contents, as {row['invoice_id']}. Use a new revision.",
        )
    return str(row["invoice_id"])


async def _insert(
    connection: asyncpg.Connection, invoice_id: str, request: InvoiceRequest, now: datetime
) -> None:
    other = await connection.fetchrow(
        """SELECT invoice_id, revision FROM invoices
           WHERE order_id = $1 AND (stage IN ('QUEUED', 'ISSUED') OR revision > $2)
           ORDER BY revision DESC LIMIT 1""",
        *(request.order_id, request.revision),
    )
    if other is not None and other["revision"] > request.revision:
        raise Conflict("STALE_REVISION", f"Revision {other['revision']} was requested already.")
    if other is not None:
        raise Conflict(
            "INVOICE_EXISTS",
            f"{request.order_id} has the invoice {other['invoice_id']}; cancel it first.",
        )
    printed = await claim_printed(connection, request, business_date(now))
    await connection.execute(
        """INSERT INTO invoices (invoice_id, order_id, revision, stage, body, requested_at,
                                 period, printed_number)
           VALUES ($1, $2, $3, 'QUEUED', $4, $5, $6, $7)""",
        *(invoice_id, request.order_id, request.revision, encode(request).decode(), now),
        *((str(printed), request.printed_number) if printed else (None, None)),
    )
