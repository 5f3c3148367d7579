"""Taking allotments in: cut into booklets at once, so that no number can be there twice."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from app.domain.hours import business_date
from app.domain.invoices import BOOKLET, Period
from server.invoice_operations.requests import NUMBERING
from server.invoice_operations.track_file import Allotment, TrackFileRefused
from server.outbox.owing import owe

_WAITS = "SELECT EXISTS (SELECT FROM invoices WHERE stage = 'QUEUED')"


async def store_allotments(
    connection: asyncpg.Connection, allotments: Sequence[Allotment], now: datetime
) -> int:
    """Store what is new, all or nothing, and let waiting invoices go on; how many were new.

    Raises `TrackFileRefused` for another seller, a period that is over, or an overlap.
    """
    async with connection.transaction():
        await connection.execute("LOCK TABLE invoice_allotments IN SHARE ROW EXCLUSIVE MODE")
        await _check_seller(connection, allotments)
        new = 0
        for allotment in allotments:
            if not await _is_known(connection, allotment):
                _check_period(allotment, now)
                await _check_overlap(connection, allotment)
                await _store(connection, allotment)
                new += 1
        if new and await connection.fetchval(_WAITS):
            await owe(connection, [NUMBERING])
    return new


async def _check_seller(connection: asyncpg.Connection, allotments: Sequence[Allotment]) -> None:
    ours = await connection.fetchval("SELECT tax_id FROM shop")
    for allotment in allotments:
        if ours and allotment.seller_tax_id != ours:
            raise TrackFileRefused(
                f"Line {allotment.line}: these are numbers of {allotment.seller_tax_id}, "
                f"but this shop is {ours}."
            )


def _check_period(allotment: Allotment, now: datetime) -> None:
    if allotment.period < Period.of(business_date(now)):
        raise TrackFileRefused(
            f"Line {allotment.line}: the period of {allotment} is over; its numbers may no "
            "longer be used."
        )


async def _is_known(connection: asyncpg.Connection, allotment: Allotment) -> bool:
    found = await connection.fetchval(
        """SELECT 1 FROM invoice_allotments WHERE seller_tax_id = $1 AND period = $2
           AND track = $3 AND first_serial = $4 AND last_serial = $5""",
        *(allotment.seller_tax_id, str(allotment.period), allotment.track),
        *(allotment.first_serial, allotment.last_serial),
    )
    return found is not None


async def _check_overlap(connection: asyncpg.Connection, allotment: Allotment) -> None:
    other = await connection.fetchrow(
        """SELECT first_serial, last_serial FROM invoice_allotments
           WHERE period = $1 AND track = $2 AND first_serial <= $4 AND last_serial >= $3""",
        *(str(allotment.period), allotment.track),
        *(allotment.first_serial, allotment.last_serial),
    )
    if other is not None:
        raise TrackFileRefused(
            f"Line {allotment.line}: {allotment} overlaps "
            f"{other['first_serial']:08}-{other['last_serial']:08}, which is there already. "
            "Was the file edited?"
        )


async def _store(connection: asyncpg.Connection, allotment: Allotment) -> None:
    period, track = str(allotment.period), allotment.track
    allotment_id = await connection.fetchval(
        """INSERT INTO invoice_allotments
               (seller_tax_id, period, track, first_serial, last_serial)
           VALUES ($1, $2, $3, $4, $5) RETURNING allotment_id""",
        *(allotment.seller_tax_id, period, track, allotment.first_serial, allotment.last_serial),
    )
    await connection.execute(
        """INSERT INTO invoice_blocks (allotment_id, period, track, first_serial)
           SELECT $1, $2, $3, serial FROM generate_series($4::integer, $5::integer, $6) serial""",
        *(allotment_id, period, track, allotment.first_serial, allotment.last_serial, BOOKLET),
    )
