"""How many numbers are left, what is alarming about it, and which stayed unused."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

import asyncpg

from app.domain.invoices import BOOKLET, Period, invoice_number, parse_invoice_number
from app.wire.invoice_books import InvoiceStage, NumberStock, PeriodStock
from server.invoice_operations.booklets import OFFICE

LOW_SHARE = 5  # a fifth
NEXT_PERIOD_DAYS = 5


async def number_stock(connection: asyncpg.Connection, today: date) -> NumberStock:
    """The stock of the running period and of later ones, and what people should do about it.

    A shop that never imported a track and asks for no invoice is left alone.
    """
    running = Period.of(today)
    rows = await connection.fetch(
        """SELECT b.period, count(DISTINCT b.block_id) * $2 AS allotted,
                  count(DISTINCT b.block_id) FILTER (WHERE holder IS NULL) * $2 AS free,
                  count(n) FILTER (WHERE state = 'FREE' AND holder = $3) AS office,
                  count(n) FILTER (WHERE state = 'FREE' AND holder > $3) AS registers
           FROM invoice_blocks b LEFT JOIN invoice_numbers n USING (block_id)
           WHERE b.period >= $1 GROUP BY b.period ORDER BY b.period""",
        *(str(running), BOOKLET, OFFICE),
    )
    periods = tuple(_stock(row) for row in rows)
    waiting = await connection.fetchval(
        "SELECT count(*) FROM invoices WHERE stage = $1", InvoiceStage.QUEUED.value
    )
    uncoded = await connection.fetchval(
        "SELECT count(*) FROM invoices WHERE stage = $1 AND qr_code = ''",
        InvoiceStage.ISSUED.value,
    )
    is_in_use = waiting or await connection.fetchval("SELECT 1 FROM invoice_allotments LIMIT 1")
    alarms = _alarms({p.period: p for p in periods}, today, waiting, uncoded) if is_in_use else ()
    return NumberStock(periods=periods, waiting=waiting, alarms=alarms)


async def alarms(connection: asyncpg.Connection, today: date) -> tuple[str, ...]:
    """What people should do about invoice numbers, in plain sentences; none is good news."""
    return (await number_stock(connection, today)).alarms


async def unused(connection: asyncpg.Connection, period: Period) -> Sequence[tuple[str, str]]:
    """Ranges (first, last) that nobody used: never leased, or not used by their holder."""
    free = await connection.fetch(
        """SELECT track, first_serial + generate_series(0, $2 - 1) AS serial
           FROM invoice_blocks WHERE period = $1 AND holder IS NULL""",
        *(str(period), BOOKLET),
    )
    left = await connection.fetch(
        """SELECT invoice_number FROM invoice_numbers
           WHERE period = $1 AND state IN ('FREE', 'UNUSED')""",
        str(period),
    )
    serials = sorted(
        [(row["track"], row["serial"]) for row in free]
        + [parse_invoice_number(row["invoice_number"]) for row in left]
    )
    return _ranges(serials)


async def outstanding_blocks(connection: asyncpg.Connection, period: Period) -> Sequence[str]:
    """Booklets of which nobody has said what was used: held by a register, or set aside."""
    rows = await connection.fetch(
        """SELECT holder, track, first_serial FROM invoice_blocks
           WHERE period = $1 AND holder <> $2 AND returned_at IS NULL ORDER BY holder, 2, 3""",
        *(str(period), OFFICE),
    )
    return [
        f"{invoice_number(row['track'], row['first_serial'])}-"
        f"{row['first_serial'] + BOOKLET - 1:08}: "
        + (
            f"register {row['holder']:02} has not returned it"
            if row["holder"] > OFFICE
            else "set aside by a restore, look what was used since the backup"
        )
        for row in rows
    ]


def _ranges(serials: Sequence[tuple[str, int]]) -> Sequence[tuple[str, str]]:
    """Neighbouring numbers of a track together."""
    together = groupby(enumerate(serials), key=lambda found: (found[1][0], found[1][1] - found[0]))
    runs = [[serial for _, serial in run] for _, run in together]
    return [(invoice_number(*run[0]), invoice_number(*run[-1])) for run in runs]


def _stock(row: asyncpg.Record) -> PeriodStock:
    left = row["free"] + row["office"]
    return PeriodStock(
        period=row["period"],
        allotted=row["allotted"],
        free=row["free"],
        office=row["office"],
        registers=row["registers"],
        is_low=left * LOW_SHARE <= row["allotted"],
    )


def _alarms(
    stock: dict[str, PeriodStock], today: date, waiting: int, uncoded: int
) -> tuple[str, ...]:
    running = Period.of(today)
    now, coming = stock.get(str(running)), stock.get(str(running.following))
    said = []
    if now is None or not now.free + now.office:
        said.append(f"No invoice number is left for {running}; import the allotted tracks.")
    elif now.is_low:
        said.append(f"Only {now.free + now.office} invoice numbers are left for {running}.")
    if coming is None and today > running.last_day - timedelta(days=NEXT_PERIOD_DAYS):
        said.append(f"No numbers of {running.following} are imported, which begins in days.")
    if waiting:
        said.append(f"{waiting} invoices wait for a number.")
    if uncoded:
        said.append(f"{uncoded} invoices wait for their codes; no AES key is configured.")
    return tuple(said)
