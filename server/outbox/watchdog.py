"""Nothing that is owed is forgotten: a lane whose job got lost is queued again."""

import asyncio

import asyncpg
import structlog

from server.jobs.queue import DELIVER, enqueue_deliveries

EVERY_S = 15.0
OVERDUE_S = 15.0
MOST_AT_ONCE = 500
_FORGOTTEN = """
    SELECT DISTINCT lane FROM outbox
    WHERE state = 'owed' AND next_at < now() - make_interval(secs => $1)
      AND NOT EXISTS (SELECT FROM pgqueuer
                      WHERE entrypoint = $2 AND payload = convert_to(outbox.lane, 'UTF8'))
    ORDER BY lane LIMIT $3
"""
_TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
_log = structlog.get_logger()


async def keep_delivering(pool: asyncpg.Pool) -> None:
    """Look for forgotten lanes until cancelled; outlives a database that is away."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            async with pool.acquire() as connection, connection.transaction():
                await requeue_forgotten(connection)
        except _TROUBLE as error:
            _log.warning("what is owed can not be looked at", error=type(error).__name__)


async def requeue_forgotten(connection: asyncpg.Connection, overdue_s: float = OVERDUE_S) -> int:
    """Queue every lane that is overdue and that no job is about; how many there were."""
    rows = await connection.fetch(_FORGOTTEN, overdue_s, DELIVER, MOST_AT_ONCE)
    lanes = [row["lane"] for row in rows]
    if lanes:
        _log.warning("forgotten deliveries are queued again", lanes=len(lanes))
        await enqueue_deliveries(connection, lanes)
    return len(lanes)
