"""Telling Order Sales that its copy of the catalogue is old (spec, Cache Management)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import asyncpg

from app.domain.hours import TAIPEI
from app.wire.catalogue import CacheInvalidation
from app.wire.enums import CacheType
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed, owe


async def announce(
    connection: asyncpg.Connection,
    lines: Lines,
    cache: CacheType,
    ids: Sequence[str] = (),
    effective_from: date | None = None,
) -> None:
    """Owe Order Sales the notice, in the caller's transaction, when it is another process.

    In this process the feed tells it already. Without a date, the change holds from now on.
    """
    if not lines.is_remote(Neighbour.ORDER_SALES):
        return
    notice = CacheInvalidation(
        cache_type=cache,
        affected_ids=tuple(ids),
        effective_time=_start_of(effective_from) if effective_from else datetime.now(UTC),
    )
    await owe(
        connection,
        [
            Owed(
                neighbour=Neighbour.ORDER_SALES,
                method="POST",
                path="/internal/cache/invalidate",
                body=notice,
                lane="catalogue",
                operation="cache.invalidate",
            )
        ],
    )


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=TAIPEI).astimezone(UTC)
