"""Booklets of fifty numbers: who holds them, and taking the next number of the office's own.

A booklet has one holder and a number one row, by constraint; see docs/decisions/103.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from app.domain.invoices import BOOKLET, Period, invoice_number
from server.invoice_operations.codes import draw_random_code

OFFICE = 0
_FREE = """SELECT block_id FROM invoice_blocks WHERE period = $1 AND holder IS NULL
           ORDER BY track, first_serial LIMIT 1 FOR UPDATE SKIP LOCKED"""


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """A number that is spent from now on, drawn with its random code."""

    number: str
    random_code: str
    seller_tax_id: str


async def take_number(connection: asyncpg.Connection, period: Period) -> TakenNumber | None:
    """The office's next number of the period; None when all are spent.

    Callers take turns: `server.invoice_operations.numbering` holds a lock.
    """
    taken = await _next_of_office(connection, period)
    if taken is None and await lease(connection, period, OFFICE, None, None) is not None:
        taken = await _next_of_office(connection, period)
    return taken


async def lease(
    connection: asyncpg.Connection,
    period: Period,
    holder: int,
    request_id: UUID | None,
    now: datetime | None,
) -> Any:
    """Give the next free booklet to a holder; its row, or None when none is left."""
    row = await connection.fetchrow(
        f"""UPDATE invoice_blocks SET holder = $2, request_id = $3,
                   leased_at = coalesce($4, now())
            WHERE block_id = ({_FREE}) RETURNING *""",
        *(str(period), holder, request_id, now),
    )
    if row is not None:
        numbers = [
            (
                str(period),
                invoice_number(row["track"], row["first_serial"] + offset),
                row["block_id"],
                draw_random_code(),
            )
            for offset in range(BOOKLET)
        ]
        await connection.executemany(
            """INSERT INTO invoice_numbers (period, invoice_number, block_id, random_code)
               VALUES ($1, $2, $3, $4)""",
            numbers,
        )
    return row


async def _next_of_office(connection: asyncpg.Connection, period: Period) -> TakenNumber | None:
    row = await connection.fetchrow(
        """UPDATE invoice_numbers n SET state = 'USED'
           FROM invoice_blocks b JOIN invoice_allotments a USING (allotment_id)
           WHERE b.block_id = n.block_id AND (n.period, n.invoice_number) = (
               SELECT f.period, f.invoice_number FROM invoice_numbers f
               JOIN invoice_blocks held USING (block_id)
               WHERE held.period = $1 AND held.holder = $2 AND f.state = 'FREE'
               ORDER BY held.track, held.first_serial, f.invoice_number LIMIT 1)
           RETURNING n.invoice_number, n.random_code, a.seller_tax_id""",
        *(str(period), OFFICE),
    )
    if row is None:
        return None
    return TakenNumber(row["invoice_number"], row["random_code"], row["seller_tax_id"])
