"""The documented timetable of the server (spec, Batch Sync Schedule); wired in `server/app.py`.

Times are UTC: 18:00 is 02:00 of the following day in Taipei, all year round.
"""

from datetime import UTC, datetime, timedelta

import structlog

from app.domain.hours import business_date
from server.account_management import overdue, reconciliation
from server.data_maintenance.price_days import begin_prices
from server.feed.changes import prune as prune_feed
from server.invoice_operations import duty
from server.jobs.schedules import Scheduled, last_done
from server.mirror.paths import pull_if_remote
from server.neighbours.names import Neighbour
from server.orders.daily_summary import aggregate
from server.orders.statistics import update_statistics
from server.parts import Parts
from server.reports.metrics import prune_metrics
from server.watching import tell_mark

KEEP_KEYS_DAYS = 400
_log = structlog.get_logger()


async def customer_statistics(parts: Parts) -> None:
    """Tell Customer Management the sums of customers whose orders changed."""
    _log.info("statistics sent", customers=await update_statistics(parts.pool, parts.lines))


async def catalogue_refresh(parts: Parts) -> None:
    """Fetch a catalogue that another server keeps; have a bootstrap file with that of now."""
    await pull_if_remote(parts.pool, parts.lines)
    parts.hub.wake()
    await parts.snapshots.manifest()


async def pricing(parts: Parts) -> None:
    """Let the prices of today begin, and those of days on which nobody was there.

    Where another server keeps the prices, they are fetched first.
    """
    await pull_if_remote(parts.pool, parts.lines)
    today = business_date(datetime.now(UTC))
    async with parts.pool.acquire() as connection, connection.transaction():
        done_at = await last_done(connection, "pricing")
        after = business_date(done_at) if done_at else today - timedelta(days=1)
        begun = await begin_prices(connection, after, today)
    parts.hub.wake()
    _log.info("prices began", prices=begun)


async def report_aggregation(parts: Parts) -> None:
    """Report yesterday, and earlier days that changed."""
    await aggregate(parts.pool, parts.lines, datetime.now(UTC))


async def overdue_check(parts: Parts) -> None:
    """Look at due dates, where the accounts are kept here."""
    if not parts.lines.is_remote(Neighbour.ACCOUNTS):
        await overdue.run(parts)


async def reconcile(parts: Parts) -> None:
    """Compare the books of accounts and credit, where the accounts are kept here."""
    if not parts.lines.is_remote(Neighbour.ACCOUNTS):
        await reconciliation.run(parts)


async def invoice_numbering(parts: Parts) -> None:
    """Number invoices that still wait, where the invoices are kept here."""
    if not parts.lines.is_remote(Neighbour.INVOICES):
        await duty.run(parts)


async def tidy_up(parts: Parts) -> None:
    """Forget old changes, keys, sessions, delivered calls and single metrics."""
    async with parts.pool.acquire() as connection, connection.transaction():
        await prune_feed(connection)
        await prune_metrics(connection)
        await connection.execute(
            "DELETE FROM idempotency WHERE received_at < now() - make_interval(days => $1)",
            KEEP_KEYS_DAYS,
        )
        await connection.execute(
            """DELETE FROM outbox WHERE state IN ('delivered', 'withdrawn')
               AND settled_at < now() - make_interval(days => $1)""",
            KEEP_KEYS_DAYS,
        )
        await connection.execute("DELETE FROM refresh_tokens WHERE expires_at < now()")


SCHEDULES: tuple[Scheduled, ...] = (
    Scheduled("customer-statistics", "0 * * * *", customer_statistics),
    Scheduled("catalogue-refresh", "0 */4 * * *", catalogue_refresh),
    Scheduled("pricing", "0 18 * * *", pricing),
    Scheduled("report-aggregation", "0 19 * * *", report_aggregation),
    Scheduled("invoice-numbering", "*/10 * * * *", invoice_numbering),
    Scheduled("overdue-check", "0 20 * * *", overdue_check),
    Scheduled("reconciliation", "30 19 * * *", reconcile),
    Scheduled("tidy-up", "30 20 * * *", tidy_up),
    Scheduled("audit-mark", "0 21 * * *", tell_mark),
)
