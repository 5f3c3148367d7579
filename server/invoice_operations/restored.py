"""After a restore: numbers that may have been used since the backup are never given out again.

The restored database does not know them. An unused number is only reported, one that stands on two
invoices is an offence.
"""

from collections.abc import Sequence

import asyncpg

from app.domain.invoices import BOOKLET, Period, invoice_number

SET_ASIDE = -1


async def set_aside(
    connection: asyncpg.Connection, running: Period, booklets: int
) -> Sequence[tuple[str, str]]:
    """Take the office's open booklets, and the next free ones of each period, from everybody.

    Their first and last numbers; `booklets` is how many may have been leased since, per period.
    """
    rows = await connection.fetch(
        """WITH free AS (
               SELECT block_id, row_number() OVER (
                   PARTITION BY period ORDER BY track, first_serial) AS place
               FROM invoice_blocks WHERE holder IS NULL AND period >= $1)
           UPDATE invoice_blocks b SET holder = $2, leased_at = now()
           WHERE block_id IN (SELECT block_id FROM free WHERE place <= $3)
              OR (holder = 0 AND period >= $1 AND EXISTS (
                  SELECT FROM invoice_numbers n
                  WHERE n.block_id = b.block_id AND n.state = 'FREE'))
           RETURNING track, first_serial""",
        *(str(running), SET_ASIDE, booklets),
    )
    return sorted(
        (
            invoice_number(row["track"], row["first_serial"]),
            invoice_number(row["track"], row["first_serial"] + BOOKLET - 1),
        )
        for row in rows
    )
