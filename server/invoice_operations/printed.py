"""Invoices that a register printed without a line, with a number that was leased to it."""

from datetime import date

import asyncpg

from app.domain.invoices import Period, parse_invoice_number
from app.wire.invoices import InvoiceRequest
from server.invoice_operations.booklets import OFFICE, TakenNumber
from server.refusals import Conflict, Malformed

_HELD = """SELECT n.invoice_number, n.random_code, n.state, a.seller_tax_id
           FROM invoice_numbers n JOIN invoice_blocks b USING (block_id)
           JOIN invoice_allotments a USING (allotment_id)
           WHERE n.period = $1 AND n.invoice_number = $2 AND b.holder > $3"""


async def claim_printed(
    connection: asyncpg.Connection, request: InvoiceRequest, today: date
) -> Period | None:
    """The period of a printed number, which is spent from now on; None when none was printed.

    Raises `Malformed`, and `Conflict` (NOT_LEASED, NUMBER_TAKEN).
    """
    number, day = request.printed_number, request.printed_on
    if not number and day is None:
        return None
    if not number or day is None or day > today:
        raise Malformed("PRINTED", "A printed invoice has a number, and a date that has come.")
    try:
        parse_invoice_number(number)
    except ValueError as error:
        raise Malformed("PRINTED", str(error)) from error
    period = Period.of(day)
    row = await connection.fetchrow(f"{_HELD} FOR UPDATE OF n", str(period), number, OFFICE)
    if row is None or row["state"] not in ("FREE", "USED"):
        raise Conflict("NOT_LEASED", f"{number} is not a usable number of a register in {period}.")
    taken = await connection.fetchval(
        "SELECT invoice_id FROM invoices WHERE period = $1 AND printed_number = $2",
        *(str(period), number),
    )
    if taken is not None:
        raise Conflict("NUMBER_TAKEN", f"{number} is the number of {taken} already.")
    await connection.execute(
        "UPDATE invoice_numbers SET state = 'USED' WHERE period = $1 AND invoice_number = $2",
        *(str(period), number),
    )
    return period


async def printed_number(connection: asyncpg.Connection, row: asyncpg.Record) -> TakenNumber:
    """The claimed number of a queued invoice."""
    held = await connection.fetchrow(_HELD, row["period"], row["printed_number"], OFFICE)
    return TakenNumber(held["invoice_number"], held["random_code"], held["seller_tax_id"])
