"""When each register was last heard on its event socket."""

from datetime import datetime
from uuid import UUID

import asyncpg


async def sighted(connection: asyncpg.Connection, device_id: UUID) -> None:
    """Remember that this device was heard now."""
    await connection.execute(
        """INSERT INTO register_sightings VALUES ($1, clock_timestamp())
           ON CONFLICT (device_id) DO UPDATE SET seen_at = excluded.seen_at""",
        device_id,
    )


async def last_seen(connection: asyncpg.Connection) -> dict[int, datetime | None]:
    """By register code: when it last opened its socket, renewed its token there or uploaded."""
    rows = await connection.fetch(
        """SELECT r.register, greatest(s.seen_at, max(l.received_at)) AS seen_at
           FROM registers r LEFT JOIN register_sightings s USING (device_id)
           LEFT JOIN idempotency l USING (device_id)
           GROUP BY r.register, s.seen_at ORDER BY r.register"""
    )
    return {row["register"]: row["seen_at"] for row in rows}
