"""The nightly comparison of receivables, payments and the credit ledger.

Customer Management's ledger is read over HTTP, as every neighbour's. See docs/decisions/106.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg
import structlog

from app.domain.hours import business_date
from app.wire.account_books import Difference, DifferenceKind, Reconciliation
from app.wire.codec import decode, encode
from app.wire.customers import CreditEntries
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.neighbours.refusals import NeighbourRefused
from server.parts import Parts
from server.refusals import NotFound

PAGE = 200
_log = structlog.get_logger()
_SUMS = """SELECT
    (SELECT coalesce(sum(amount), 0) FROM receivables
     WHERE (created_at AT TIME ZONE 'Asia/Taipei')::date = $1) AS booked,
    (SELECT coalesce(sum(amount), 0) FROM receivables
     WHERE (cancelled_at AT TIME ZONE 'Asia/Taipei')::date = $1) AS cancelled,
    (SELECT coalesce(sum(amount), 0) FROM payments WHERE source = 'COLLECTED'
     AND (collected_at AT TIME ZONE 'Asia/Taipei')::date = $1) AS collected,
    (SELECT coalesce(-sum(amount), 0) FROM payments WHERE source = 'REPAID'
     AND (collected_at AT TIME ZONE 'Asia/Taipei')::date = $1) AS repaid,
    (SELECT coalesce(sum(open), 0) FROM order_accounts) AS open_total,
    (SELECT coalesce(sum(excess), 0) FROM order_accounts) AS credit_balance,
    (SELECT coalesce(sum(open), 0) FROM order_accounts WHERE on_account) AS open_on_account"""
_WRONG_SUMS = """SELECT o.order_id, o.customer_id, o.due - o.received AS kept, real.balance
    FROM order_accounts o CROSS JOIN LATERAL (
        SELECT coalesce((SELECT sum(amount) FROM receivables r
                         WHERE r.order_id = o.order_id AND state = 'LIVING'), 0)
             - coalesce((SELECT sum(amount) FROM payments p
                         WHERE p.order_id = o.order_id), 0) AS balance) real
    WHERE o.due - o.received <> real.balance ORDER BY 1"""
_UNCLAIMED = """SELECT order_id, received FROM order_accounts
    WHERE customer_id = '' AND received > 0 ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class _Credit:
    """What the ledger holds for orders on account, and where that is not what is open."""

    held: int
    differences: Sequence[Difference]


async def run(parts: Parts) -> None:
    """Reconcile yesterday; repeating it replaces the result."""
    day = business_date(datetime.now(UTC)) - timedelta(days=1)
    result = await reconcile(parts.pool, parts.lines, day)
    _log.info("accounts reconciled", day=str(day), differences=len(result.differences))


async def reconcile(pool: asyncpg.Pool, lines: Lines, day: date) -> Reconciliation:
    """Compare everything as of now and keep the result under that day.

    Raises `Unreachable` when the credit ledger does not answer.
    """
    credit = await _compare_credit(pool, lines)
    sums = await pool.fetchrow(_SUMS, day)
    result = Reconciliation(
        day=day,
        **{name: Decimal(value) for name, value in sums.items()},
        credit_held=Decimal(credit.held),
        differences=(*await _own_differences(pool), *credit.differences),
        made_at=datetime.now(UTC),
    )
    await pool.execute(
        """INSERT INTO reconciliations (day, body) VALUES ($1, $2)
           ON CONFLICT (day) DO UPDATE SET body = excluded.body, made_at = now()""",
        *(day, encode(result).decode()),
    )
    return result


async def reconciliation_of(connection: asyncpg.Connection, day: date) -> Reconciliation:
    """The result of a day; raises `NotFound`."""
    body = await connection.fetchval("SELECT body FROM reconciliations WHERE day = $1", day)
    if body is None:
        raise NotFound("NOT_RECONCILED", f"The accounts of {day} have not been reconciled.")
    return decode(Reconciliation, body)


async def _own_differences(pool: asyncpg.Pool) -> list[Difference]:
    wrong = [
        _difference(
            DifferenceKind.SUMS, row["order_id"], row["kept"], row["balance"], row["customer_id"]
        )
        for row in await pool.fetch(_WRONG_SUMS)
    ]
    unclaimed = [
        _difference(DifferenceKind.PAID_WITHOUT_RECEIVABLE, row["order_id"], 0, row["received"], "")
        for row in await pool.fetch(_UNCLAIMED)
    ]
    return wrong + unclaimed


async def _compare_credit(pool: asyncpg.Pool, lines: Lines) -> _Credit:
    """Order by order: what is open on account must be what the credit ledger holds."""
    rows = await pool.fetch(
        """SELECT customer_id, array_agg(order_id) AS orders, array_agg(open) AS opens
           FROM order_accounts WHERE on_account GROUP BY customer_id
           HAVING bool_or(open > 0) ORDER BY customer_id"""
    )
    held, differences = 0, []
    for row in rows:
        customer_id = row["customer_id"]
        holding = await _holding(lines, customer_id)
        for order_id, expected in zip(row["orders"], row["opens"], strict=True):
            held += holding[order_id]
            if holding[order_id] != expected:
                differences.append(
                    _difference(
                        DifferenceKind.CREDIT, order_id, expected, holding[order_id], customer_id
                    )
                )
    return _Credit(held, differences)


async def _holding(lines: Lines, customer_id: str) -> Counter[str]:
    """What the ledger holds for each of a customer's orders, reserved and used together."""
    held, before = Counter[str](), ""
    while True:
        path = f"/internal/customers/{customer_id}/credit/entries?limit={PAGE}{before}"
        try:
            page = await lines.ask(Neighbour.CUSTOMERS, "GET", path, answers=CreditEntries)
        except NeighbourRefused:
            return held  # no such customer there: nothing is held, which is a difference
        for entry in page.entries:
            held[entry.order_id] += int(entry.reserved_change + entry.used_change)
        if page.next_before is None:
            return held
        before = f"&before={page.next_before}"


def _difference(
    kind: DifferenceKind,
    order_id: str,
    expected: int,
    found: int,
    customer_id: str,
) -> Difference:
    return Difference(
        kind=kind,
        order_id=order_id,
        customer_id=customer_id,
        expected=Decimal(expected),
        found=Decimal(found),
    )
