"""The day on which an announced price begins: whoever holds a copy is told that it is in force.

Prices are shipped ahead with their date, so nobody waits for this; see docs/rules/pricing.md.
"""

from datetime import date

import asyncpg


async def begin_prices(connection: asyncpg.Connection, after: date, until: date) -> int:
    """Put the products whose price began after one day and until another into the feed.

    Runs in the caller's transaction; answers how many prices began.
    """
    # The values stay: the table's trigger notes each product with the cause "price".
    done = await connection.execute(
        """UPDATE product_prices SET price_cents = price_cents
           WHERE effective_from > $1 AND effective_from <= $2""",
        *(after, until),
    )
    return int(done.rpartition(" ")[2])
