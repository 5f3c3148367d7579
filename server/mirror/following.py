"""The copy by the feed, for a neighbour that is a server of this program (`GET /v1/changes`)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg

from app.domain.hours import business_date
from app.wire.catalogue import Parameters, PricingRules, ProductBody
from app.wire.codec import convert
from app.wire.customers import CreditFigures, CustomerBody, CustomerStatistics
from app.wire.registers import Change, ChangesPage, Entity
from server.mirror import copying
from server.mirror.asking import ask
from server.mirror.standing import Standing, move_cursor, note_complete
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour

PAGE = 500
Copy = Callable[[asyncpg.Connection, Sequence[Change], datetime], Awaitable[None]]


async def follow(pool: asyncpg.Pool, lines: Lines, standing: Standing) -> int:
    """Apply the next page of changes; how many rows it had.

    Raises `Unreachable`, or `NeighbourRefused`: 404 (no feed there), 409 or 410 (start anew).
    """
    asked_at = datetime.now(UTC)
    path = f"/v1/changes?epoch={standing.epoch}&after={standing.pos}&limit={PAGE}"
    page = await ask(lines, standing.neighbour, path, ChangesPage)
    if not page.rows and not _is_stale(standing, asked_at):
        return 0
    async with pool.acquire() as connection, connection.transaction():
        if await move_cursor(connection, standing, page.epoch, page.to):
            await apply(connection, standing.neighbour, page.rows, asked_at)
            if page.complete and standing.is_filled:
                await note_complete(connection, standing.neighbour, asked_at)
    return len(page.rows)


async def apply(
    connection: asyncpg.Connection, neighbour: Neighbour, rows: Sequence[Change], at: datetime
) -> None:
    """Write what changed, of what this neighbour is asked for; customers before their accounts."""
    for entity, copy in _COPIES[neighbour].items():
        its_rows = [row for row in rows if row.e is entity]
        gone = [row.id for row in its_rows if row.op == "D"]
        if gone and entity in _TABLES:
            await copying.remove(connection, _TABLES[entity], gone)
        present = [row for row in its_rows if row.op == "U"]
        if present:
            await copy(connection, present, at)


def _is_stale(standing: Standing, now: datetime) -> bool:
    """Whether it is time to note again that nothing has changed; not at every look."""
    return standing.complete_at is None or (now - standing.complete_at).total_seconds() > 2


def _bodies(kind: type[Any], rows: Sequence[Change]) -> list[Any]:
    return [convert(kind, row.d) for row in rows]


async def _customers(connection: asyncpg.Connection, rows: Sequence[Change], _at: datetime) -> None:
    await copying.copy_customers(connection, _bodies(CustomerBody, rows))


async def _accounts(connection: asyncpg.Connection, rows: Sequence[Change], at: datetime) -> None:
    await copying.copy_accounts(connection, _bodies(CreditFigures, rows), at)


async def _statistics(
    connection: asyncpg.Connection, rows: Sequence[Change], _at: datetime
) -> None:
    found = [(row.id, convert(CustomerStatistics, row.d)) for row in rows]
    await copying.copy_statistics(connection, found)


async def _products(connection: asyncpg.Connection, rows: Sequence[Change], at: datetime) -> None:
    await copying.copy_products(connection, _bodies(ProductBody, rows), business_date(at))


async def _rules(connection: asyncpg.Connection, rows: Sequence[Change], _at: datetime) -> None:
    await copying.copy_pricing_rules(connection, convert(PricingRules, rows[-1].d))


async def _parameters(
    connection: asyncpg.Connection, rows: Sequence[Change], _at: datetime
) -> None:
    await copying.copy_parameters(connection, convert(Parameters, rows[-1].d))


_COPIES: dict[Neighbour, dict[Entity, Copy]] = {
    Neighbour.CUSTOMERS: {
        Entity.CUSTOMER: _customers,
        Entity.CREDIT: _accounts,
        Entity.STATISTICS: _statistics,
    },
    Neighbour.DATA: {
        Entity.PRODUCT: _products,
        Entity.PRICING: _rules,
        Entity.PARAMETERS: _parameters,
    },
}
_TABLES = {
    Entity.CUSTOMER: "customers",
    Entity.STATISTICS: "customer_statistics",
    Entity.PRODUCT: "products",
}
