"""Booklets for registers that print without a line: leased, and returned at the period's end."""

from datetime import datetime

import asyncpg

from app.domain.hours import business_date
from app.domain.invoices import BOOKLET, Period, invoice_number
from app.wire.invoice_books import (
    BlockRequest,
    BlockReturn,
    BlockReturned,
    InvoiceBlock,
    LeasedNumber,
)
from server.invoice_operations.booklets import lease
from server.invoice_operations.codes import cipher_of
from server.refusals import Conflict, Malformed, NotFound

MOST_HELD = 4
_SPACE = 0x4C47


async def lease_block(
    connection: asyncpg.Connection, request: BlockRequest, register: int, now: datetime
) -> int:
    """Lease a booklet; its id, the same one for every repetition of the request.

    Raises `Malformed`, and `Conflict` (PERIOD, TOO_MANY, NO_NUMBERS, REQUEST_USED).
    """
    await _take_turns(connection, register)
    known = await connection.fetchrow(
        "SELECT block_id, holder FROM invoice_blocks WHERE request_id = $1", request.request_id
    )
    if known is not None and known["holder"] != register:
        raise Conflict("REQUEST_USED", "Another register used this request_id; take a fresh one.")
    if known is not None:
        return int(known["block_id"])
    period = _period(request, now)
    held = await connection.fetchval(
        """SELECT count(*) FROM invoice_blocks
           WHERE period = $1 AND holder = $2 AND returned_at IS NULL""",
        *(str(period), register),
    )
    if held >= MOST_HELD:
        raise Conflict("TOO_MANY", f"This register holds {held} booklets; return used ones first.")
    row = await lease(connection, period, register, request.request_id, now)
    if row is None:
        raise Conflict("NO_NUMBERS", f"No invoice numbers are left for {period}; ask the office.")
    return int(row["block_id"])


async def block(
    connection: asyncpg.Connection, block_id: int, register: int, key: bytes | None
) -> InvoiceBlock:
    """A register's booklet with its numbers; raises `NotFound`."""
    row = await connection.fetchrow(
        """SELECT b.*, seller_tax_id FROM invoice_blocks b JOIN invoice_allotments USING
               (allotment_id)
           WHERE block_id = $1 AND holder = $2""",
        *(block_id, register),
    )
    if row is None:
        raise NotFound("UNKNOWN_BLOCK", f"This register holds no booklet {block_id}.")
    numbers = await connection.fetch(
        """SELECT invoice_number, random_code FROM invoice_numbers WHERE block_id = $1
           ORDER BY invoice_number""",
        block_id,
    )
    return InvoiceBlock(
        block_id=block_id,
        register=register,
        period=row["period"],
        seller_tax_id=row["seller_tax_id"],
        first_number=invoice_number(row["track"], row["first_serial"]),
        last_number=invoice_number(row["track"], row["first_serial"] + BOOKLET - 1),
        leased_at=row["leased_at"],
        numbers=tuple(
            LeasedNumber(
                invoice_number=number["invoice_number"],
                random_code=number["random_code"],
                cipher=cipher_of(key, *number) if key else "",
            )
            for number in numbers
        ),
    )


async def return_block(
    connection: asyncpg.Connection, block_id: int, body: BlockReturn, register: int
) -> BlockReturned:
    """Note what was used and spoiled; the rest is unused from now on. A repetition is harmless.

    Raises `NotFound`, `Malformed`, and `Conflict` (ALREADY_RETURNED, NUMBER_USED).
    """
    await _take_turns(connection, register)
    whole = await block(connection, block_id, register, None)
    states = _states(whole, body)
    known = {
        row["invoice_number"]: row["state"]
        for row in await connection.fetch(
            "SELECT invoice_number, state FROM invoice_numbers WHERE block_id = $1 FOR UPDATE",
            block_id,
        )
    }
    _check_return(known, states)
    await connection.execute(
        """UPDATE invoice_numbers n SET state = told.state
           FROM unnest($2::text[], $3::text[]) AS told (number, state)
           WHERE n.block_id = $1 AND n.invoice_number = told.number""",
        *(block_id, list(states), list(states.values())),
    )
    await connection.execute(
        "UPDATE invoice_blocks SET returned_at = coalesce(returned_at, now()) WHERE block_id = $1",
        block_id,
    )
    return BlockReturned(
        block_id=block_id,
        used=sum(state == "USED" for state in states.values()),
        void=sum(state == "VOID" for state in states.values()),
        unused=sum(state == "UNUSED" for state in states.values()),
    )


def _period(request: BlockRequest, now: datetime) -> Period:
    running = Period.of(business_date(now))
    if not request.period:
        return running
    try:
        period = Period.parse(request.period)
    except ValueError as error:
        raise Malformed("PERIOD", str(error)) from error
    if period not in (running, running.following):
        raise Conflict("PERIOD", f"Booklets are leased for {running} and {running.following}.")
    return period


def _states(whole: InvoiceBlock, body: BlockReturn) -> dict[str, str]:
    ours = {number.invoice_number for number in whole.numbers}
    foreign = sorted((set(body.used) | set(body.void)) - ours)
    if foreign:
        raise Malformed("NUMBERS", f"{foreign[0]} is not in booklet {whole.block_id}.")
    both = sorted(set(body.used) & set(body.void))
    if both:
        raise Malformed("NUMBERS", f"{both[0]} is either used or void.")
    return (
        dict.fromkeys(sorted(ours), "UNUSED")
        | dict.fromkeys(body.used, "USED")
        | dict.fromkeys(body.void, "VOID")
    )


def _check_return(known: dict[str, str], told: dict[str, str]) -> None:
    """What is settled stays so: a number that is on an invoice is not unused."""
    for number, state in told.items():
        if known[number] not in ("FREE", state) and (known[number], state) != ("USED", "VOID"):
            code = "ALREADY_RETURNED" if known[number] == "UNUSED" else "NUMBER_USED"
            raise Conflict(code, f"{number} is {known[number]} in the office, not {state}.")


async def _take_turns(connection: asyncpg.Connection, register: int) -> None:
    """One request of a register at a time, until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", _SPACE, register)
