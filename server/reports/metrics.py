"""The metrics feed: each fact once, summed up by the hour as it comes in.

See docs/decisions/107-two-views-of-a-day.md.
"""

import hashlib
from datetime import UTC, datetime, timedelta

import asyncpg
from msgspec.structs import replace

from app.wire.codec import encode
from app.wire.reports import Metric
from server.refusals import Conflict, Malformed

KEEP_DAYS = 400
LONGEST_KEY = 200
LONGEST_CATEGORY = 40
AHEAD = timedelta(hours=1)
_COLUMNS = """metric_id, metric_type, at, zone, customer_type, product_category, payment_method,
    order_count, revenue, cylinder_count"""
# Row and sum are one statement: whoever is late with the same fact adds nothing.
_SAVE = f"""
    WITH new AS (
        INSERT INTO report_metrics ({_COLUMNS})
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING RETURNING *)
    INSERT INTO report_hourly AS h
    SELECT date_trunc('hour', at), metric_type, zone, customer_type, product_category,
           payment_method, order_count, revenue, cylinder_count, received_at FROM new
    ON CONFLICT (hour, metric_type, zone, customer_type, product_category, payment_method)
    DO UPDATE SET order_count = h.order_count + excluded.order_count,
        revenue = h.revenue + excluded.revenue,
        cylinder_count = h.cylinder_count + excluded.cylinder_count,
        last_received_at = greatest(h.last_received_at, excluded.last_received_at)
    RETURNING 1"""


async def save_metric(connection: asyncpg.Connection, metric: Metric, key: str = "") -> Metric:
    """Count a fact once, under its key, else its `metric_id`, else its content; with its identity.

    Raises `Malformed`, or `Conflict` when another fact was counted under the same identity.
    """
    _check(metric, key, datetime.now(UTC))
    known = replace(metric, metric_id=metric.metric_id or key or _content(metric))
    row = _row(known, key or known.metric_id)
    if await connection.fetchval(_SAVE, *row) is None:
        stored = await connection.fetchrow(
            f"SELECT {_COLUMNS} FROM report_metrics WHERE metric_id = $1", row[0]
        )
        if stored is not None and tuple(stored) != row:
            raise Conflict("KEY_REUSED", "Another fact was counted under this key.")
    return known


async def prune_metrics(connection: asyncpg.Connection, keep_days: int = KEEP_DAYS) -> None:
    """Forget single facts that nobody repeats any more; the sums by the hour stay."""
    await connection.execute(
        "DELETE FROM report_metrics WHERE received_at < now() - make_interval(days => $1)",
        keep_days,
    )


def _row(metric: Metric, key: str) -> tuple[object, ...]:
    by, values = metric.dimensions, metric.values
    return (
        *(key, metric.metric_type.value, metric.timestamp.astimezone(UTC), by.zone.value),
        *(by.customer_type.value, by.product_category, by.payment_method.value),
        *(values.order_count, int(values.revenue), values.cylinder_count),
    )


def _content(metric: Metric) -> str:
    return "sha256:" + hashlib.sha256(encode(metric)).hexdigest()


def _check(metric: Metric, key: str, now: datetime) -> None:
    if metric.values.revenue != int(metric.values.revenue):
        raise Malformed("NOT_WHOLE", "Revenue is whole 元.")
    if metric.timestamp > now + AHEAD:
        raise Malformed("FUTURE", "The timestamp lies in the future: set the sender's clock.")
    if max(len(key), len(metric.metric_id)) > LONGEST_KEY:
        raise Malformed("KEY_TOO_LONG", f"A key has at most {LONGEST_KEY} characters.")
    if not 0 < len(metric.dimensions.product_category) <= LONGEST_CATEGORY:
        raise Malformed("CATEGORY", f"product_category has 1 to {LONGEST_CATEGORY} characters.")
