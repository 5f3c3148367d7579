"""A year of orders summed up by day, against counting them, and against a second."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime, timedelta

import asyncpg

from bench.commands import command
from bench.figures import FULL, Figure, Size, awaited_milliseconds, quantile
from bench.shops import Offices, folder
from server.database.shop import shop_database
from server.orders.daily_summary import summaries
from server.reference.order_sums import day_sums
from server.reports.daily import reports_between, save_report
from server.sample.words import text_of

ORDERS_A_DAY = 500
FIRST = date(2023, 1, 1)
A_SECOND = 1000.0
ROUNDS = 5
# The spec's order over and over: another number, day, customer, zone and status each time.
_ORDERS = """
    INSERT INTO orders (order_uid, order_id, revision, status, customer_id, device_id, order_date,
                        delivery_date, payment_method, payable, body, taken_at)
    SELECT gen_random_uuid(), 'O-' || n, 1,
           (ARRAY['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'CANCELLED'])[n % 5 + 1],
           'C' || n % 3000, gen_random_uuid(), day, day + 1, 'CASH', 1835,
           jsonb_set($1::text::jsonb, '{zone}',
               to_jsonb((ARRAY['NORTH', 'CENTRAL', 'SOUTH', 'REMOTE'])[n % 4 + 1]))::text,
           day + time '10:00'
    FROM generate_series(0, $2::integer - 1) n, LATERAL (SELECT $3::date + n / $4) d (day)"""
_LINES = """
    INSERT INTO order_lines (order_uid, position, product_id, description, quantity,
        unit_price_cents, amount, empties, deposits, deposit_amount, residual_kg, residual_credit,
        weight_kg)
    SELECT order_uid, position, 'P00' || abs(hashtext(order_id)) % 7 + position % 3, 'bottle', 2,
           85000, 1700, 2, 0, 0, 0, 0, 40
    FROM orders, generate_series(0, 1) position WHERE position = 0 OR payable % 2 = 1"""

_COUNT = "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM order_lines)"


async def measure(size: Size, _offices: Offices) -> list[Figure]:
    """From the orders themselves, as for a correction; and from what Reports keeps."""
    days = 365 if size == FULL else 3
    last = FIRST + timedelta(days=days - 1)
    async with AsyncExitStack() as stack:
        connection = await _filled(stack, days)

        async def summed() -> None:
            summaries(await day_sums(connection, FIRST, last), FIRST, last, datetime.now(UTC))

        async def counted() -> None:
            await connection.fetchrow(_COUNT)

        async def read() -> None:
            await reports_between(connection, FIRST, last)

        ours, peer, kept = await _each(summed), await _each(counted), await _each(read)
    return [
        Figure(f"{days} days of orders summed up", ours, "count(*) of orders and lines", peer),
        Figure(f"{days} days of orders summed up", ours, "a second", A_SECOND),
        Figure(f"{days} days of reports read", kept, "a second", A_SECOND),
    ]


async def _filled(stack: AsyncExitStack, days: int) -> asyncpg.Connection:
    """A database of its own with so many days of orders and their reports."""
    dsn = await stack.enter_async_context(shop_database("", stack.enter_context(folder())))
    connection = await asyncpg.connect(dsn)
    stack.push_async_callback(connection.close)
    for table in ("orders", "order_lines"):  # what the feed costs is measured elsewhere
        await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    total = days * ORDERS_A_DAY
    await connection.execute(_ORDERS, text_of("known_order.json"), total, FIRST, ORDERS_A_DAY)
    await connection.execute(_LINES)
    await connection.execute("VACUUM ANALYZE orders")
    await connection.execute("VACUUM ANALYZE order_lines")
    last = FIRST + timedelta(days=days - 1)
    reports = summaries(await day_sums(connection, FIRST, last), FIRST, last, datetime.now(UTC))
    async with connection.transaction():
        for report in reports:
            await save_report(connection, report)
    return connection


async def _each(action: Callable[[], Awaitable[None]]) -> float:
    """How long it usually takes."""
    await action()
    return quantile([await awaited_milliseconds(action()) for _ in range(ROUNDS)], 0.5)


if __name__ == "__main__":
    command(__doc__, measure)
