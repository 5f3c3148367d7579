"""Giving waiting invoices their numbers, in the order in which they were asked for."""

from datetime import datetime

import asyncpg
import structlog

from app.domain.hours import business_date
from app.domain.invoices import Period
from app.wire.codec import decode
from app.wire.invoice_books import Numbered
from app.wire.invoices import InvoiceRequest
from server.invoice_operations.booklets import take_number
from server.invoice_operations.codes import Assigned, coded
from server.invoice_operations.confirming import confirm
from server.invoice_operations.printed import printed_number
from server.invoice_operations.settings import InvoiceSettings

AT_ONCE = 100
_LOCK = 0x4C47494E
_log = structlog.get_logger()


async def number_waiting(
    connection: asyncpg.Connection, settings: InvoiceSettings, now: datetime
) -> Numbered:
    """Number what waits, as far as numbers go, and owe each confirmation; one transaction.

    Also completes the codes of invoices that were numbered before there was a key.
    """
    await connection.execute("SELECT pg_advisory_xact_lock($1)", _LOCK)
    rows = await connection.fetch(
        """SELECT * FROM invoices WHERE stage = 'QUEUED' ORDER BY printed_number IS NULL, n
           LIMIT $1 FOR UPDATE""",
        AT_ONCE,
    )
    numbered = 0
    for row in rows:
        if await _number(connection, row, settings, now):
            numbered += 1
    if numbered < len(rows):
        _log.warning("no invoice number left", period=str(Period.of(business_date(now))))
    if settings.key is not None:
        await _complete_codes(connection, settings)
    waiting = await connection.fetchval("SELECT count(*) FROM invoices WHERE stage = 'QUEUED'")
    return Numbered(numbered=numbered, waiting=waiting)


async def _number(
    connection: asyncpg.Connection, row: asyncpg.Record, settings: InvoiceSettings, now: datetime
) -> bool:
    day = decode(InvoiceRequest, row["body"]).printed_on or business_date(now)
    period = Period.of(day)
    is_printed = row["printed_number"] is not None
    taken = await (
        printed_number(connection, row) if is_printed else take_number(connection, period)
    )
    if taken is None:
        return False
    assigned = Assigned(taken.number, day, taken.random_code, taken.seller_tax_id)
    left, right = _codes(row, assigned, settings)
    issued = await connection.fetchrow(
        """UPDATE invoices SET stage = 'ISSUED', period = $2, invoice_number = $3,
                  invoice_date = $4, issued_at = $5, random_code = $6, seller_tax_id = $7,
                  qr_code = $8, qr_code_right = $9
           WHERE invoice_id = $1 RETURNING *""",
        *(row["invoice_id"], str(period), taken.number, day, now),
        *(taken.random_code, taken.seller_tax_id, left, right),
    )
    await confirm(connection, issued, settings)
    return True


async def _complete_codes(connection: asyncpg.Connection, settings: InvoiceSettings) -> None:
    for row in await connection.fetch(
        """SELECT * FROM invoices WHERE stage = 'ISSUED' AND qr_code = '' ORDER BY n
           LIMIT $1 FOR UPDATE""",
        AT_ONCE,
    ):
        assigned = Assigned(
            row["invoice_number"], row["invoice_date"], row["random_code"], row["seller_tax_id"]
        )
        left, right = _codes(row, assigned, settings)
        completed = await connection.fetchrow(
            """UPDATE invoices SET qr_code = $2, qr_code_right = $3
               WHERE invoice_id = $1 RETURNING *""",
            *(row["invoice_id"], left, right),
        )
        await confirm(connection, completed, settings)


def _codes(row: asyncpg.Record, assigned: Assigned, settings: InvoiceSettings) -> tuple[str, str]:
    """Left and right code; empty without a key, since nothing is made up."""
    if settings.key is None:
        return "", ""
    invoice = coded(decode(InvoiceRequest, row["body"]), assigned, settings.key)
    return invoice.left, invoice.right
