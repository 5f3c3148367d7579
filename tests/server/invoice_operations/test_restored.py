"""Numbers that may have been used since a backup are never given out again."""

from datetime import UTC, datetime

import asyncpg

from app.domain.hours import business_date
from app.domain.invoices import Period
from server.invoice_operations.booklets import lease, take_number
from server.invoice_operations.restored import set_aside

RUNNING = Period.of(business_date(datetime.now(UTC)))


async def test_what_may_have_been_begun_is_set_aside_and_the_rest_goes_on(
    pool: asyncpg.Pool,
) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("DELETE FROM invoice_numbers")
        await connection.execute("UPDATE invoice_blocks SET holder = 9 WHERE holder IS NOT NULL")
        used = await take_number(connection, RUNNING)
        kept = await lease(connection, RUNNING, 7, None, None)
        assert used is not None
        assert kept is not None
        periods = await connection.fetchval(
            "SELECT count(DISTINCT period) FROM invoice_blocks WHERE holder IS NULL"
        )
        ranges = await set_aside(connection, RUNNING, 2)
        assert len(ranges) == 1 + 2 * periods
        assert ranges[0][0] <= used.number <= ranges[0][1]
        following = await take_number(connection, RUNNING)
        assert following is not None
        assert not any(first <= following.number <= last for first, last in ranges)
        holder = await connection.fetchval(
            "SELECT holder FROM invoice_blocks WHERE block_id = $1", kept["block_id"]
        )
        assert holder == 7, "a register's booklet of before the backup stays its own"
