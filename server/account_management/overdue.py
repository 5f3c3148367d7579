"""The morning's look at due dates: what passed one is overdue, and accounts are judged anew."""

from datetime import UTC, date, datetime

import asyncpg
import structlog

from app.domain.hours import business_date
from server.account_management.holds import judge
from server.account_management.settling import lock_order, settle
from server.parts import Parts

_log = structlog.get_logger()


async def run(parts: Parts) -> None:
    """Look at all accounts as of now; repeating it changes nothing."""
    now = datetime.now(UTC)
    orders = await mark_overdue(parts.pool, now)
    customers = await judge_all(parts.pool, business_date(now))
    _log.info("due dates looked at", overdue_orders=orders, customers=customers)


async def mark_overdue(pool: asyncpg.Pool, now: datetime) -> int:
    """Tell Order Sales which orders passed their due date; how many did. One transaction each."""
    rows = await pool.fetch(
        """SELECT order_id FROM order_accounts
           WHERE due > received AND due_date < $1 AND standing <> 'OVERDUE'
           ORDER BY due_date, order_id""",
        business_date(now),
    )
    for row in rows:
        async with pool.acquire() as connection, connection.transaction():
            await settle(connection, await lock_order(connection, row["order_id"]), now)
    return len(rows)


async def judge_all(pool: asyncpg.Pool, today: date) -> int:
    """Stop and reopen the accounts of all who are late or stopped; how many were looked at."""
    rows = await pool.fetch(
        """SELECT customer_id FROM order_accounts WHERE due > received AND due_date < $1
           UNION SELECT customer_id FROM customer_accounts WHERE is_held ORDER BY 1""",
        today,
    )
    for row in rows:
        async with pool.acquire() as connection, connection.transaction():
            await judge(connection, row["customer_id"], today)
    return len(rows)
