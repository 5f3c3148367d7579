"""Reading the change feed: where it stands, and what changed after a position."""

from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from app.wire.registers import FEED_SCHEMA, Change, ChangesPage, Entity, is_known_in
from server.feed.entities import bodies
from server.refusals import Conflict, Gone

KEEP_DAYS = 90


@dataclass(frozen=True, slots=True)
class Head:
    """The newest position; `floor` is the oldest position that can still be continued from."""

    epoch: int
    pos: int
    floor: int


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One change with what an event needs besides: its cause, and when it happened."""

    change: Change
    epoch: int
    cause: str
    occurred_at: datetime


async def read_head(connection: asyncpg.Connection) -> Head:
    """Where the feed stands."""
    row = await connection.fetchrow(
        "SELECT epoch, pos, coalesce((SELECT min(pos) FROM feed) - 1, pos) AS floor FROM feed_head"
    )
    return Head(row["epoch"], row["pos"], row["floor"])


async def page(
    connection: asyncpg.Connection, epoch: int, after: int, limit: int, schema: int = FEED_SCHEMA
) -> ChangesPage:
    """The changes after a position, cut at a whole transaction; only the last one of each row.

    Rows that registers of `schema` have not heard of are left out. `connection` must read as of
    one moment. Raises `Conflict` (EPOCH) or `Gone` (SNAPSHOT_NEEDED).
    """
    head = await read_head(connection)
    check_cursor(head, epoch, after)
    rows = await read_rows(connection, after, limit)
    to = rows[-1].change.pos if rows else after
    latest = {(row.change.e, row.change.id): row.change for row in rows}
    known = (change for change in latest.values() if is_known_in(schema, change.e))
    kept = sorted(known, key=lambda change: change.pos)
    return ChangesPage(
        epoch=head.epoch,
        from_pos=after,
        to=to,
        head=head.pos,
        complete=to == head.pos,
        server_time=datetime.now(UTC),
        rows=tuple(kept),
    )


def check_cursor(head: Head, epoch: int, after: int) -> None:
    """Raise `Conflict` or `Gone` when the feed can not be continued from there."""
    if epoch != head.epoch or after > head.pos:
        raise Conflict("EPOCH", "This is another feed than before: fetch a snapshot.")
    if after < head.floor:
        raise Gone("SNAPSHOT_NEEDED", "Changes that old are no longer kept: fetch a snapshot.")


async def read_rows(connection: asyncpg.Connection, after: int, limit: int) -> tuple[FeedRow, ...]:
    """About `limit` changes after a position, up to the end of a transaction, with their rows."""
    records = await connection.fetch(
        """SELECT * FROM feed WHERE pos > $1 AND pos <= coalesce(
               (SELECT pos FROM feed WHERE tx_last AND pos >= $1 + $2 ORDER BY pos LIMIT 1),
               (SELECT pos FROM feed_head))
           ORDER BY pos""",
        *(after, limit),
    )
    positions = [record["pos"] for record in records]
    if positions != list(range(after + 1, after + 1 + len(positions))):
        raise RuntimeError(f"the feed has a hole after {after}")
    wanted: dict[Entity, set[str]] = {}
    for record in records:
        if record["op"] == "U":
            wanted.setdefault(Entity(record["entity"]), set()).add(record["row_id"])
    found = {entity: await bodies(connection, entity, list(ids)) for entity, ids in wanted.items()}
    return tuple(_row(record, found.get(Entity(record["entity"]), {})) for record in records)


async def last_pos_of(connection: asyncpg.Connection, xid: str) -> int:
    """The position from which on the effects of a committed transaction are in the feed."""
    pos = await connection.fetchval(
        """SELECT coalesce((SELECT max(pos) FROM feed WHERE xid = $1::text::xid8),
                           (SELECT pos FROM feed_head))""",
        xid,
    )
    return int(pos)


async def prune(connection: asyncpg.Connection, keep_days: int = KEEP_DAYS) -> None:
    """Forget changes older than `keep_days`, whole transactions only; the newest always stays."""
    await connection.execute(
        """DELETE FROM feed WHERE pos <= (
               SELECT max(pos) FROM feed WHERE tx_last
               AND occurred_at < now() - make_interval(days => $1)
               AND pos < (SELECT pos FROM feed_head))""",
        keep_days,
    )


def _row(record: asyncpg.Record, found: dict[str, tuple[int, object]]) -> FeedRow:
    version, body = record["row_version"], None
    if record["op"] == "U":
        # A row that was deleted after this change is sent as gone already here.
        version, body = found.get(record["row_id"], (version + 1, None))
    change = Change(
        pos=record["pos"],
        tx_last=record["tx_last"],
        e=Entity(record["entity"]),
        id=record["row_id"],
        op="D" if body is None else "U",
        v=version,
        d=body,
    )
    return FeedRow(change, record["epoch"], record["cause"], record["occurred_at"])
