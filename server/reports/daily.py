"""Daily summaries as Order Sales sends them: all versions are kept, the latest one counts.

See docs/decisions/107-two-views-of-a-day.md.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg
from msgspec.structs import asdict

from app.domain.hours import business_date
from app.wire.codec import decode, encode
from app.wire.reports import DailyOrders, DailyReport
from server.refusals import Malformed

LONGEST_SPAN = timedelta(days=400)
_LATEST = """SELECT DISTINCT ON (report_date) * FROM report_daily
    WHERE report_date BETWEEN $1 AND $2
    ORDER BY report_date, computed_at DESC, version DESC"""


async def save_report(connection: asyncpg.Connection, body: DailyOrders) -> DailyReport:
    """Keep a day's summary and answer the one that counts; a repetition adds nothing.

    Runs in the caller's transaction. Raises `Malformed`.
    """
    now = datetime.now(UTC)
    _check(body, now)
    # Two senders of one day number its versions one after the other.
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('report_daily', $1))",
        body.report_date.toordinal(),
    )
    known = await history_of(connection, body.report_date)
    computed_at = body.computed_at or now
    if known and _same(known[0], body):
        await _confirm(connection, known[0], computed_at)
    elif not _is_known(known, body):
        await connection.execute(
            "INSERT INTO report_daily VALUES ($1, $2, $3, $4, $5)",
            *(body.report_date, 1 + max((r.version for r in known), default=0)),
            *(computed_at, now, encode(body).decode()),
        )
    return (await history_of(connection, body.report_date))[0]


async def report_of(connection: asyncpg.Connection, day: date) -> DailyReport | None:
    """The summary of a day that counts, if there is one."""
    return next(iter(await reports_between(connection, day, day)), None)


async def reports_between(
    connection: asyncpg.Connection, first: date, last: date
) -> tuple[DailyReport, ...]:
    """The summaries that count, oldest day first; days without one are left out.

    Raises `Malformed` for more than 400 days, or when the days are the wrong way round.
    """
    if not timedelta() <= last - first <= LONGEST_SPAN:
        raise Malformed("SPAN", "`from` must not be after `to`, nor more than 400 days before it.")
    return tuple(_report(row) for row in await connection.fetch(_LATEST, first, last))


async def history_of(connection: asyncpg.Connection, day: date) -> tuple[DailyReport, ...]:
    """Every version of a day's summary, the one that counts first."""
    rows = await connection.fetch(
        """SELECT * FROM report_daily WHERE report_date = $1
           ORDER BY computed_at DESC, version DESC""",
        day,
    )
    return tuple(_report(row) for row in rows)


async def _confirm(
    connection: asyncpg.Connection, known: DailyReport, computed_at: datetime
) -> None:
    """The same figures, computed later: what was computed in between no longer beats them."""
    await connection.execute(
        """UPDATE report_daily SET computed_at = greatest(computed_at, $3)
           WHERE report_date = $1 AND version = $2""",
        *(known.report_date, known.version, computed_at),
    )


def _report(row: asyncpg.Record) -> DailyReport:
    body = decode(DailyOrders, row["body"])
    fields = {name: getattr(body, name) for name in body.__struct_fields__}
    kept = {name: row[name] for name in ("computed_at", "version", "received_at")}
    return DailyReport(**(fields | kept))


def _same(known: DailyReport, body: DailyOrders) -> bool:
    """Whether the figures are equal, whenever they were computed."""
    mine = asdict(body)
    return all(getattr(known, name) == mine[name] for name in mine if name != "computed_at")


def _is_known(known: tuple[DailyReport, ...], body: DailyOrders) -> bool:
    return any(_same(report, body) and report.computed_at == body.computed_at for report in known)


def _check(body: DailyOrders, now: datetime) -> None:
    if body.report_date > business_date(now):
        raise Malformed("FUTURE_DATE", "A day can be reported once it has begun.")
    if not 0 <= body.summary.delivery_success_rate <= 1:
        raise Malformed("RATE", "delivery_success_rate lies between 0 and 1.")
    if any(count < 0 for count in _counts(body)):
        raise Malformed("NEGATIVE", "Numbers of orders, pieces and deliveries are not negative.")
    if any(amount != int(amount) for amount in _amounts(body)):
        raise Malformed("NOT_WHOLE", "Revenue is whole 元.")


def _counts(body: DailyOrders) -> Iterator[int]:
    summary = body.summary
    yield from (summary.total_orders, summary.total_cylinders, summary.cancelled_orders)
    yield from (summary.deliveries_completed, summary.deliveries_failed)
    yield from (figure.orders for figure in body.by_zone.values())
    yield from (figure.orders for figure in body.by_customer_type.values())
    yield from (figure.quantity for figure in body.by_product.values())


def _amounts(body: DailyOrders) -> Iterator[Decimal]:
    yield body.summary.total_revenue
    yield from (figure.revenue for figure in body.by_zone.values())
    yield from (figure.revenue for figure in body.by_customer_type.values())
    yield from (figure.revenue for figure in body.by_product.values())
