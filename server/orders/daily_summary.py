"""Order Sales' half of the report aggregation: sums up its orders and sends them to Reports.

See docs/rules/daily-summary.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

import asyncpg
import structlog

from app.domain.customers import CustomerType, Zone
from app.domain.hours import business_date
from app.wire.registers import Entity
from app.wire.reports import DailyOrders, DailyReport, DailySummary, OrdersFigure, ProductFigure
from server.database.shop import snapshot_of
from server.feed.progress import Progress, changed_ids, read_progress, save_progress
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.reference.order_sums import DaySums, OrdersSum, day_sums

PATH = "/internal/reports/daily-orders"
FOLLOWER = "daily-summary"
OLDEST_DAYS = 62
_DAY = timedelta(days=1)
_RATE = Decimal("0.0001")
K = TypeVar("K", Zone, CustomerType)
_log = structlog.get_logger()


@dataclass(slots=True)
class _Day:
    orders: int = 0
    cancelled: int = 0
    revenue: int = 0
    cylinders: int = 0
    completed: int = 0
    failed: int = 0
    zones: dict[Zone, OrdersFigure] = field(default_factory=dict)
    types: dict[CustomerType, OrdersFigure] = field(default_factory=dict)
    products: dict[str, ProductFigure] = field(default_factory=dict)


def summaries(sums: DaySums, first: date, last: date, now: datetime) -> tuple[DailyOrders, ...]:
    """One summary for each day of the span, also for days on which nothing happened."""
    days = {first + _DAY * n: _Day() for n in range((last - first).days + 1)}
    for part in sums.orders:
        _add_orders(days[part.day], part)
    for product in sums.products:
        day = days[product.day]
        day.cylinders += product.cylinders
        day.products[product.product_id] = ProductFigure(
            quantity=product.quantity, revenue=Decimal(product.revenue)
        )
    for delivered in sums.deliveries:
        day = days[delivered.day]
        day.completed, day.failed = delivered.completed, delivered.failed
    return tuple(_summary(report_date, day, now) for report_date, day in days.items())


async def compute(
    pool: asyncpg.Pool, first: date, last: date, now: datetime
) -> tuple[DailyOrders, ...]:
    """The summaries of a span of days as of one moment."""
    async with snapshot_of(pool) as connection:
        sums = await day_sums(connection, first, last)
    return summaries(sums, first, last, now)


async def send(lines: Lines, reports: Iterable[DailyOrders]) -> int:
    """Send summaries to Reports; how many. Raises `Unreachable` or `NeighbourRefused`."""
    sent = 0
    for report in reports:
        await lines.ask(
            Neighbour.REPORTS,
            "POST",
            PATH,
            report,
            answers=DailyReport,
        )
        sent += 1
    return sent


async def aggregate(pool: asyncpg.Pool, lines: Lines, now: datetime) -> int:
    """Report yesterday, and every earlier day whose orders changed since the last time.

    Orders of an offline register arrive late, and deliveries of a day end later: days up to two
    months back are corrected. Answers how many days were sent; a server that never took an order
    sends none, since it may be the Reports of another one.
    """
    yesterday = business_date(now) - _DAY
    async with snapshot_of(pool) as connection:
        if not await connection.fetchval("SELECT 1 FROM orders LIMIT 1"):
            return 0
        progress, uids = await _changed(connection)
        oldest = yesterday - timedelta(days=OLDEST_DAYS)
        days = await _days_of(connection, uids, oldest, yesterday) | {yesterday}
    reports = await compute(pool, min(days), max(days), now)
    await send(lines, (report for report in reports if report.report_date in days))
    async with pool.acquire() as connection:
        await save_progress(connection, FOLLOWER, progress)
    _log.info("days reported", days=len(days))
    return len(days)


async def _changed(connection: asyncpg.Connection) -> tuple[Progress, list[str] | None]:
    known = await read_progress(connection, FOLLOWER)
    changed = await changed_ids(connection, Entity.ORDER, known)
    return changed.upto, changed.ids


async def _days_of(
    connection: asyncpg.Connection, uids: list[str] | None, first: date, last: date
) -> set[date]:
    """The order and delivery dates of these orders (None: of all) within the span."""
    rows = await connection.fetch(
        """SELECT DISTINCT day FROM orders, LATERAL (VALUES (order_date), (delivery_date)) d (day)
           WHERE ($1::text[] IS NULL OR order_uid = ANY($1::text[]::uuid[]))
             AND day BETWEEN $2 AND $3""",
        *(uids, first, last),
    )
    return {row["day"] for row in rows}


def _add_orders(day: _Day, part: OrdersSum) -> None:
    day.cancelled += part.cancelled
    if part.orders:
        day.orders += part.orders
        day.revenue += part.revenue
        _add(day.zones, part.zone, part)
        _add(day.types, part.customer_type, part)


def _add(figures: dict[K, OrdersFigure], key: K, part: OrdersSum) -> None:
    known = figures.get(key, OrdersFigure(orders=0, revenue=Decimal(0)))
    figures[key] = OrdersFigure(
        orders=known.orders + part.orders, revenue=known.revenue + part.revenue
    )


def _summary(report_date: date, day: _Day, now: datetime) -> DailyOrders:
    ended = day.completed + day.failed
    rate = Decimal(day.completed) / ended if ended else Decimal(1)
    return DailyOrders(
        report_date=report_date,
        summary=DailySummary(
            total_orders=day.orders,
            total_revenue=Decimal(day.revenue),
            total_cylinders=day.cylinders,
            cancelled_orders=day.cancelled,
            delivery_success_rate=rate.quantize(_RATE, rounding=ROUND_HALF_UP),
            deliveries_completed=day.completed,
            deliveries_failed=day.failed,
        ),
        by_zone=day.zones,
        by_product=day.products,
        by_customer_type=day.types,
        computed_at=now,
    )
