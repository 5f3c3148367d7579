"""The job queue's own tables, which PgQueuer creates and upgrades itself."""

from importlib.metadata import version

import asyncpg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import Queries

STEP = f"pgqueuer {version('pgqueuer')}"


async def prepare_queue(connection: asyncpg.Connection) -> None:
    """Create or upgrade the queue's own tables; to be called under the migration lock."""
    done = await connection.fetchval("SELECT 1 FROM schema_step WHERE name = $1", STEP)
    if done:
        return
    queries = Queries(AsyncpgDriver(connection))
    if await queries.schema_is_installed():
        await queries.upgrade()
    else:
        await queries.install()
    await connection.execute("INSERT INTO schema_step (name) VALUES ($1)", STEP)
