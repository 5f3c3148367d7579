"""Filling a copy from a server of this program: its place in the feed first, then all rows.

Rows are read after the place, and are therefore at least as new; what changes meanwhile comes
with the feed once more, which does no harm.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import asyncpg

from app.wire.customers import CustomersFound
from app.wire.registers import SnapshotManifest
from server.mirror.asking import ask
from server.mirror.copying import (
    account_of,
    copy_accounts,
    copy_customers,
    copy_statistics,
    forget_customers,
)
from server.mirror.paths import pull_catalogue
from server.mirror.standing import Standing, move_cursor, note_complete
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour

PAGE = 200
BUILDING_S = 60.0  # the other server may have to build the file that it tells the place of


async def bootstrap(
    pool: asyncpg.Pool, lines: Lines, standing: Standing, saved: Callable[[], None]
) -> None:
    """Fetch everything of this neighbour; `saved` is called after each transaction.

    Raises `Unreachable` or `NeighbourRefused`; what was saved until then stays, and the next
    attempt begins anew.
    """
    started_at = datetime.now(UTC)
    place = await ask(lines, standing.neighbour, "/v1/snapshot", SnapshotManifest, BUILDING_S)
    if standing.neighbour is Neighbour.DATA:
        await pull_catalogue(pool, lines)
    else:
        await _pull_customers(pool, lines, saved)
    async with pool.acquire() as connection, connection.transaction():
        if await move_cursor(connection, standing, place.epoch, place.pos):
            await note_complete(connection, standing.neighbour, started_at, pulled=True)
    saved()


async def _pull_customers(pool: asyncpg.Pool, lines: Lines, saved: Callable[[], None]) -> None:
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        asked_at = datetime.now(UTC)
        path = f"/internal/customers?statistics=true&limit={PAGE}&after={after}"
        page = await ask(lines, Neighbour.CUSTOMERS, path, CustomersFound)
        async with pool.acquire() as connection, connection.transaction():
            await copy_customers(connection, page.customers)
            accounts = [account_of(body, asked_at) for body in page.customers]
            await copy_accounts(connection, accounts, asked_at, restart=True)
            await copy_statistics(connection, list(page.statistics.items()))
        saved()
        seen += [body.customer_id for body in page.customers]
        after = page.next_after
    async with pool.acquire() as connection, connection.transaction():
        await forget_customers(connection, seen)
