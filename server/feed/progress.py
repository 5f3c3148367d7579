"""How far something that follows the feed by the clock has come, and what changed since."""

from dataclasses import dataclass

import asyncpg

from app.wire.registers import Entity
from server.feed.changes import read_head


@dataclass(frozen=True, slots=True)
class Progress:
    """A position of the feed; with `sweep` a pass over everything goes on after that key."""

    epoch: int
    pos: int
    sweep: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """Rows that changed up to a position; `ids` is None when it may have been any."""

    upto: Progress
    ids: list[str] | None


async def read_progress(connection: asyncpg.Connection, follower: str) -> Progress | None:
    """Where the follower stands; None before its first run."""
    row = await connection.fetchrow(
        "SELECT epoch, pos, sweep FROM feed_progress WHERE follower = $1", follower
    )
    return None if row is None else Progress(**dict(row))


async def save_progress(connection: asyncpg.Connection, follower: str, reached: Progress) -> None:
    """Remember where the follower goes on, in the caller's transaction."""
    await connection.execute(
        """INSERT INTO feed_progress (follower, epoch, pos, sweep) VALUES ($1, $2, $3, $4)
           ON CONFLICT (follower) DO UPDATE SET (epoch, pos, sweep) =
               ROW(excluded.epoch, excluded.pos, excluded.sweep)""",
        *(follower, reached.epoch, reached.pos, reached.sweep),
    )


async def changed_ids(
    connection: asyncpg.Connection,
    entity: Entity,
    since: Progress | None,
    limit: int | None = None,
) -> Changed:
    """Which rows of an entity changed in the next `limit` positions (None: up to the head).

    `connection` should read as of one moment. A follower that is new, or too far behind, or that
    comes from another feed, is told that everything may have changed.
    """
    head = await read_head(connection)
    if since is None or since.epoch != head.epoch or not head.floor <= since.pos <= head.pos:
        return Changed(Progress(head.epoch, head.pos), None)
    upto = head.pos if limit is None else min(head.pos, since.pos + limit)
    rows = await connection.fetch(
        "SELECT DISTINCT row_id FROM feed WHERE pos > $1 AND pos <= $2 AND entity = $3",
        *(since.pos, upto, entity.value),
    )
    return Changed(Progress(head.epoch, upto), [row["row_id"] for row in rows])
