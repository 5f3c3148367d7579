"""`luckygas-server restore`: the database becomes what a backup holds, in one transaction.

The feed gets a new epoch: registers hold newer rows than the restored ones, and fetch everything
anew; what they have not been told to be saved, they send again under the old keys.
"""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from server.database.programs import PostgresUnavailable
from server.database.shop import MIGRATIONS, exclusively, migrate
from server.operation.audit import Action, AuditEntry, note, person
from server.operation.audit_chain import read_mark
from server.operation.backup import digest_of
from server.operation.dump_programs import DumpPrograms, ProgramFailed, programs_for
from server.refusals import Conflict, NotFound

_ROWS = "SELECT EXISTS (SELECT FROM {table})"
_TABLES = ("orders", "customers", "users")
_SERVING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'luckygas-server' AND datname = current_database()
"""
_BEFORE = "DROP SCHEMA public CASCADE;\n"
_NEWER = "belongs to a newer version"
# Sessions that were ended after the backup would live again: everybody signs in anew.
_AFTER = """
SET search_path = public;
DO $$ BEGIN
    IF EXISTS (SELECT FROM schema_step WHERE name ~ '^[0-9]' AND name <> ALL (ARRAY[{known}])) THEN
        RAISE EXCEPTION 'the backup belongs to a newer version of this program';
    END IF;
END $$;
UPDATE feed_head SET epoch =
    greatest(epoch + 1, extract(epoch FROM clock_timestamp())::bigint - 1577836800);
UPDATE sessions SET revoked_at = now() WHERE revoked_at IS NULL;
"""


@dataclass(frozen=True, slots=True)
class Restored:
    """What the database is now: the feed's new epoch and position, and how many orders it holds."""

    epoch: int
    pos: int
    orders: int


async def restore_backup(dsn: str, file: Path, data_dir: Path, *, replace: bool) -> Restored:
    """Replace the database's content; everything or nothing.

    Raises `Conflict` (a server runs, the database is not empty and `replace` was not said, the
    file is damaged), `NotFound` or `PostgresUnavailable`.
    """
    if not await asyncio.to_thread(file.is_file):
        raise NotFound("NO_FILE", f"There is no file {file}.")
    connection = await asyncpg.connect(dsn)
    try:
        async with exclusively(connection):
            await _refuse_to_harm(connection, replace=replace)
            programs = await programs_for(connection, dsn)
            replaced = await _mark(connection)
            await asyncio.to_thread(_replay, programs, file, data_dir)
        await migrate(dsn)
        await asyncio.to_thread(shutil.rmtree, data_dir / "snapshots", ignore_errors=True)
        digest = await asyncio.to_thread(digest_of, file)
        await _remember(connection, file, digest)
        detail = {"sha256": digest, "replaced": replaced}
        await note(connection, AuditEntry(Action.RESTORED, file.name, person(), detail=detail))
        await connection.execute("ANALYZE")
        row = await connection.fetchrow(
            "SELECT epoch, pos, (SELECT count(*) FROM orders) AS orders FROM feed_head"
        )
        return Restored(**dict(row))
    finally:
        await connection.close()


async def _refuse_to_harm(connection: asyncpg.Connection, *, replace: bool) -> None:
    if await connection.fetchval(_SERVING):
        raise Conflict("SERVING", "A server is running on this database: stop it first.")
    if replace:
        return
    for table in _TABLES:
        known = await connection.fetchval("SELECT to_regclass($1)", f"public.{table}")
        if known and await connection.fetchval(_ROWS.format(table=table)):
            raise Conflict(
                "NOT_EMPTY",
                f"The database holds {table} already. --replace gives them up for the backup's.",
            )


async def _mark(connection: asyncpg.Connection) -> str:
    """The end of the audit log that is given up, so that it can be told apart."""
    known = await connection.fetchval("SELECT to_regclass('public.audit_head')")
    return str(await read_mark(connection)) if known else ""


async def _remember(connection: asyncpg.Connection, file: Path, digest: str) -> None:
    """A backup can not hold the note of itself."""
    found = await asyncio.to_thread(file.stat)
    await connection.execute(
        "INSERT INTO backups VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        *(datetime.fromtimestamp(found.st_mtime, UTC), found.st_size, digest),
    )


def _replay(programs: DumpPrograms, file: Path, data_dir: Path) -> None:
    """The file as SQL first, so that a damaged one is noticed before anything is touched."""
    data_dir.mkdir(parents=True, exist_ok=True)
    known = ", ".join(f"'{path.stem}'" for path in sorted(MIGRATIONS.glob("*.sql")))
    with tempfile.TemporaryDirectory(dir=data_dir, prefix="restore-") as folder:
        before, content, after = (Path(folder) / name for name in ("1.sql", "2.sql", "3.sql"))
        before.write_text(_BEFORE, encoding="utf-8")
        after.write_text(_AFTER.format(known=known), encoding="utf-8")
        programs.run(
            "pg_restore", ["--no-owner", "--no-privileges", f"--file={content}", str(file)]
        )
        try:
            programs.run(
                "psql",
                [
                    *("--no-psqlrc", "--quiet", "--single-transaction"),
                    *("--set=ON_ERROR_STOP=1", f"--dbname={programs.address}"),
                    *(f"--file={script}" for script in (before, content, after)),
                ],
            )
        except ProgramFailed as error:
            if _NEWER in str(error):
                raise PostgresUnavailable(
                    "The backup belongs to a newer version of this program; nothing was changed."
                ) from error
            raise
