"""The server's PostgreSQL: its schema, and connections to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from server.database.cluster import Cluster
from server.database.data_lock import AlreadyServed, only_server_of
from server.database.programs import OLDEST_MAJOR, PostgresUnavailable
from server.database.queue_tables import prepare_queue

DATABASE = "luckygas"
LOCK_TIMEOUT_MS = 2000
MIGRATIONS = Path(__file__).parents[1] / "migrations"
MIGRATION_ATTEMPTS = 60
MIGRATION_PAUSE_S = 0.5
_MIGRATION_LOCK = 0x4C4743
_STEPS = """CREATE TABLE IF NOT EXISTS schema_step (
    name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"""


async def migrate(dsn: str) -> None:
    """Bring the schema to this program's version; safe when several processes do it at once.

    Each numbered script is one transaction, which gives way to whoever is at work and tries again,
    so that servers of the version before go on serving meanwhile. Raises `PostgresUnavailable`
    when the database was written by a newer program.
    """
    scripts = {path.stem: path for path in sorted(MIGRATIONS.glob("*.sql"))}
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
        await connection.execute(_STEPS)
        done = {row["name"] for row in await connection.fetch("SELECT name FROM schema_step")}
        if not {name for name in done if name[0].isdigit()} <= scripts.keys():
            raise PostgresUnavailable("The database belongs to a newer version of this program.")
        for name in sorted(scripts.keys() - done):
            await _apply(connection, name, scripts[name].read_text(encoding="utf-8"))
        await prepare_queue(connection)
    finally:
        await connection.close()


async def _apply(connection: asyncpg.Connection, name: str, script: str) -> None:
    for _ in range(MIGRATION_ATTEMPTS):
        try:
            async with connection.transaction():
                # A waiting ALTER TABLE makes everybody behind it wait as well.
                await connection.execute("SET LOCAL lock_timeout = '500ms'")
                await connection.execute(script)
                await connection.execute("INSERT INTO schema_step (name) VALUES ($1)", name)
            return
        except asyncpg.LockNotAvailableError:
            await asyncio.sleep(MIGRATION_PAUSE_S)
    raise PostgresUnavailable(f"Somebody holds the tables that {name} changes; try again later.")


@asynccontextmanager
async def exclusively(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Meanwhile nobody migrates this database, and no server of it gets ready."""
    await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATION_LOCK)
    try:
        yield
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _MIGRATION_LOCK)


async def waiting_migrations(connection: asyncpg.Connection) -> tuple[str, ...]:
    """The numbered scripts of this program that the database has not had yet."""
    scripts = {path.stem for path in MIGRATIONS.glob("*.sql")}
    done = {row["name"] for row in await connection.fetch("SELECT name FROM schema_step")}
    return tuple(sorted(scripts - done))


async def open_pool(dsn: str, size: int = 12) -> asyncpg.Pool:
    """Connections that give up on a lock after 2 s, so that nobody waits for a stuck client."""
    pool: asyncpg.Pool = await asyncpg.create_pool(
        dsn,
        min_size=2,
        max_size=size,
        command_timeout=30,
        reset=_leave_as_it_is,
        server_settings={
            "application_name": "luckygas-server",
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "timezone": "UTC",
        },
    )
    return pool


async def _leave_as_it_is(_connection: asyncpg.Connection) -> None:
    """Nobody changes a connection's settings, so that the usual RESET would only cost time."""


@asynccontextmanager
async def snapshot_of(pool: asyncpg.Pool) -> AsyncIterator[Any]:
    """A connection on which everything is read as of one moment."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield connection


@asynccontextmanager
async def shop_database(
    database_url: str, data_dir: Path, *, must_own: bool = False, migrated: bool = True
) -> AsyncIterator[str]:
    """The address of the database: the given one, else one in our own cluster.

    Whoever holds the data folder's lock starts the cluster and stops it in the end; everybody
    else uses it while it runs. Raises `PostgresUnavailable`, and `AlreadyServed` with `must_own`.
    """
    async with AsyncExitStack() as endings:
        if must_own or not database_url:
            owns = _take_lock(endings, data_dir, must_own=must_own)
        if not database_url:
            cluster = Cluster(data_dir)
            if owns:
                endings.push_async_callback(asyncio.to_thread, cluster.stop)
            await cluster.start()
            await cluster.ensure_database(DATABASE)
            database_url = cluster.dsn(DATABASE)
        await _check_version(database_url)
        if migrated:
            await migrate(database_url)
        yield database_url


def _take_lock(endings: AsyncExitStack, data_dir: Path, *, must_own: bool) -> bool:
    try:
        endings.enter_context(only_server_of(data_dir))
    except AlreadyServed:
        if must_own:
            raise
        return False
    return True


async def _check_version(dsn: str) -> None:
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise PostgresUnavailable(f"The database can not be reached: {error}") from error
    major = connection.get_server_version().major
    await connection.close()
    if major < OLDEST_MAJOR:
        raise PostgresUnavailable(f"PostgreSQL {major} is too old; {OLDEST_MAJOR} is needed.")
