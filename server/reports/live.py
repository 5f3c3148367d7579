"""A day so far, out of the hourly sums of the metrics feed."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

import asyncpg

from app.domain.customers import CustomerType, Zone
from app.domain.hours import TAIPEI, business_date
from app.domain.orders import PaymentMethod
from app.wire.enums import MetricType
from app.wire.reports import HourCounts, HourlyCounts, LiveFigures, LiveSums

_DAY = timedelta(days=1)
_HOURS = 24
_RATE = Decimal("0.0001")
K = TypeVar("K")
Rows = Iterable[asyncpg.Record]


async def live(connection: asyncpg.Connection, now: datetime) -> LiveFigures:
    """Today (Asia/Taipei) as far as the metrics have come in."""
    today = business_date(now)
    rows = await _rows(connection, today)
    totals = _sums(rows)
    newest = max((row["last_received_at"] for row in rows), default=None)
    return LiveFigures(
        report_date=today,
        server_time=now,
        age_seconds=None if newest is None else max(0, int((now - newest).total_seconds())),
        totals=totals,
        delivery_success_rate=success_rate(totals.completed, totals.failed),
        by_zone=_by(rows, "zone", list(Zone)),
        by_customer_type=_by(rows, "customer_type", list(CustomerType)),
        by_product_category=_by(
            rows, "product_category", sorted({row["product_category"] for row in rows})
        ),
        by_payment_method=_by(rows, "payment_method", list(PaymentMethod)),
    )


async def hourly(connection: asyncpg.Connection, day: date) -> HourlyCounts:
    """The 24 hours of a Taipei day; an hour in which nothing happened is zero."""
    rows = await _rows(connection, day)
    begins = _midnight(day)
    hours = []
    for position in range(_HOURS):
        hour = begins + timedelta(hours=position)
        hours.append(_counts(hour, _sums([row for row in rows if row["hour"] == hour])))
    return HourlyCounts(report_date=day, hours=tuple(hours))


def success_rate(completed: int, failed: int) -> Decimal:
    """The share of ended deliveries that succeeded; 1 when none has ended."""
    ended = completed + failed
    if ended <= 0:
        return Decimal(1)
    return (Decimal(completed) / ended).quantize(_RATE, rounding=ROUND_HALF_UP)


async def _rows(connection: asyncpg.Connection, day: date) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await connection.fetch(
        "SELECT * FROM report_hourly WHERE hour >= $1 AND hour < $2",
        *(_midnight(day), _midnight(day + _DAY)),
    )
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TAIPEI)


def _by(rows: Rows, column: str, keys: Iterable[K]) -> dict[K, LiveSums]:
    found = {key: [row for row in rows if row[column] == key] for key in keys}
    return {key: _sums(its_rows) for key, its_rows in found.items() if its_rows}


def _sums(rows: Rows) -> LiveSums:
    counts = dict.fromkeys(MetricType, 0)
    revenue = cylinders = 0
    for row in rows:
        kind = MetricType(row["metric_type"])
        counts[kind] += row["order_count"]
        sign = _SIGNS[kind]
        revenue += sign * row["revenue"]
        cylinders += sign * row["cylinder_count"]
    created, cancelled = counts[MetricType.ORDER_CREATED], counts[MetricType.ORDER_CANCELLED]
    return LiveSums(
        orders=created - cancelled,
        revenue=Decimal(revenue),
        cylinders=cylinders,
        created=created,
        completed=counts[MetricType.ORDER_COMPLETED],
        cancelled=cancelled,
        failed=counts[MetricType.ORDER_FAILED],
    )


def _counts(hour: datetime, sums: LiveSums) -> HourCounts:
    return HourCounts(
        hour=hour,
        created=sums.created,
        completed=sums.completed,
        cancelled=sums.cancelled,
        failed=sums.failed,
        cylinders=sums.cylinders,
    )


# An order counts when it is taken; its completion and its failure add nothing to what was sold.
_SIGNS = {
    MetricType.ORDER_CREATED: 1,
    MetricType.ORDER_CANCELLED: -1,
    MetricType.ORDER_COMPLETED: 0,
    MetricType.ORDER_FAILED: 0,
}
