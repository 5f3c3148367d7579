"""Order Sales' sums over a customer's orders, for Customer Management.

Which orders count: docs/rules/customer-statistics.md.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import quote

import asyncpg
import structlog

from app.domain.money import from_cents, to_cents
from app.wire.customers import CustomerStatistics
from app.wire.registers import Entity
from server.database.rows import Row, upsert
from server.database.shop import snapshot_of
from server.feed.progress import Progress, changed_ids, read_progress, save_progress
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.neighbours.refusals import NeighbourRefused
from server.outbox.owing import Owed
from server.reference.customers import statistics_bodies
from server.refusals import NotFound

FOLLOWER = "customer-statistics"
OPERATION = "customer-statistics"
POSITIONS = 2000
CUSTOMERS = 200
FAVOURITES = 2
_SUMS = """
    WITH done AS (
        SELECT customer_id, count(*) AS n, sum(revenue) AS value
        FROM orders WHERE customer_id = ANY($1) AND status = 'COMPLETED' GROUP BY 1),
    dates AS (
        SELECT customer_id, coalesce(max(order_date) FILTER (WHERE status <> 'CANCELLED'),
                                     max(order_date)) AS last
        FROM orders WHERE customer_id = ANY($1) GROUP BY 1),
    bought AS (
        SELECT customer_id, product_id, row_number() OVER (
            PARTITION BY customer_id ORDER BY sum(quantity) DESC, product_id) AS place
        FROM orders JOIN order_lines USING (order_uid)
        WHERE customer_id = ANY($1) AND status = 'COMPLETED' GROUP BY 1, 2)
    SELECT customer_id, greatest(dates.last, o.last_order_date) AS last_order_date,
           (coalesce(n, 0) + coalesce(o.orders_count, 0))::integer AS orders_count,
           (coalesce(value, 0) + coalesce(o.order_value, 0))::bigint AS order_value,
           (SELECT coalesce(array_agg(product_id ORDER BY place), '{}') FROM bought b
            WHERE b.customer_id = dates.customer_id AND place <= $2) AS favourites
    FROM dates LEFT JOIN done USING (customer_id) LEFT JOIN order_openings o USING (customer_id)"""
_log = structlog.get_logger()


async def statistics_of(
    connection: asyncpg.Connection, customer_ids: Sequence[str]
) -> dict[str, CustomerStatistics]:
    """The sums of each of these customers that has ever ordered."""
    rows = await connection.fetch(_SUMS, customer_ids, FAVOURITES)
    return {row["customer_id"]: _statistics(row) for row in rows}


async def owed_statistics(connection: asyncpg.Connection, customer_id: str) -> Owed:
    """The call that tells Customer Management the customer's sums as they are in this transaction.

    Raises `NotFound` for a customer who never ordered anything.
    """
    found = await statistics_of(connection, [customer_id])
    if customer_id not in found:
        raise NotFound("NO_ORDERS", f"{customer_id} has never ordered anything.")
    return Owed(
        neighbour=Neighbour.CUSTOMERS,
        method="POST",
        path=_path(customer_id),
        body=found[customer_id],
        lane=f"statistics/{customer_id}",
        operation=OPERATION,
    )


async def update_statistics(pool: asyncpg.Pool, lines: Lines) -> int:
    """Send the sums of all customers whose orders changed since the last run; how many were sent.

    Goes on where it stopped, also in the middle; sums that are known already are not sent again.
    Raises `Unreachable`.
    """
    sent = 0
    while True:
        async with snapshot_of(pool) as connection:
            reached, found, is_last = await _next(connection)
            found = await _news(connection, found)
        for customer_id, body in found.items():
            sent += await _send(lines, customer_id, body)
        async with pool.acquire() as connection:
            await save_progress(connection, FOLLOWER, reached)
        if is_last:
            return sent


async def save_openings(
    connection: asyncpg.Connection, openings: Iterable[tuple[str, int, int, date]]
) -> None:
    """Bring sums forward from before this server: customer, orders, value in 元, last date."""
    names = ("customer_id", "orders_count", "order_value", "last_order_date")
    rows: list[Row] = [dict(zip(names, opening, strict=True)) for opening in openings]
    await upsert(connection, "order_openings", ["customer_id"], rows)


async def _next(
    connection: asyncpg.Connection,
) -> tuple[Progress, dict[str, CustomerStatistics], bool]:
    """The next bounded batch: where it leads to, its sums, and whether it is the last one."""
    known = await read_progress(connection, FOLLOWER)
    if known is None or known.sweep is None:
        changed = await changed_ids(connection, Entity.ORDER, known, POSITIONS)
        if changed.ids is not None:
            customers = await _customers_of(connection, changed.ids)
            is_last = known is not None and changed.upto.pos - known.pos < POSITIONS
            return changed.upto, await statistics_of(connection, customers), is_last
        known = Progress(changed.upto.epoch, changed.upto.pos, "")
    customers = await _customers_after(connection, known.sweep or "")
    # At the end of the pass come the changes that were made during it.
    sweep = customers[-1] if customers else None
    reached = Progress(known.epoch, known.pos, sweep)
    return reached, await statistics_of(connection, customers), False


async def _news(
    connection: asyncpg.Connection, found: dict[str, CustomerStatistics]
) -> dict[str, CustomerStatistics]:
    known = await statistics_bodies(connection, list(found))
    return {
        customer_id: body
        for customer_id, body in found.items()
        if customer_id not in known or known[customer_id][1] != body
    }


async def _customers_of(connection: asyncpg.Connection, uids: Sequence[str]) -> list[str]:
    rows = await connection.fetch(
        """SELECT DISTINCT customer_id FROM orders
           WHERE order_uid = ANY($1::text[]::uuid[]) ORDER BY 1""",
        uids,
    )
    return [row["customer_id"] for row in rows]


async def _customers_after(connection: asyncpg.Connection, after: str) -> list[str]:
    rows = await connection.fetch(
        "SELECT DISTINCT customer_id FROM orders WHERE customer_id > $1 ORDER BY 1 LIMIT $2",
        *(after, CUSTOMERS),
    )
    return [row["customer_id"] for row in rows]


async def _send(lines: Lines, customer_id: str, body: CustomerStatistics) -> int:
    try:
        await lines.ask(
            Neighbour.CUSTOMERS, "POST", _path(customer_id), body, answers=CustomerStatistics
        )
    except NeighbourRefused as refusal:
        # An order may be held because nobody knows its customer; the others are not kept waiting.
        _log.warning("statistics were refused", customer=customer_id, code=refusal.problem)
        return 0
    return 1


def _path(customer_id: str) -> str:
    return f"/internal/customers/{quote(customer_id, safe='')}/statistics"


def _statistics(row: asyncpg.Record) -> CustomerStatistics:
    count, value = row["orders_count"], row["order_value"]
    average = Decimal(value) / count if count else Decimal(0)
    return CustomerStatistics(
        last_order_date=row["last_order_date"],
        total_orders_count=count,
        total_order_value=from_cents(value * 100),
        average_order_value=from_cents(to_cents(average)),
        favorite_products=tuple(row["favourites"]),
    )
