"""Generations of the reference file: prepared beside the live one, verified, then adopted."""

import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from sqlcipher3 import dbapi2

from app.wire.reference import APPLICATION_ID, SCHEMA_VERSION, reference
from local_db.connections import open_encrypted, quoted_key, refusal
from local_db.errors import StorageDamaged, StorageRefused, UnusableSnapshot
from local_db.files import remove_database, sync_directory, sync_file
from local_db.reference_tables import SCHEMA, create_statements, statements

CACHE_KIB = 32 * 1024  # decrypting a page costs more than keeping it
_NAME = re.compile(r"ref-(\d+)\.db")


def reference_path(directory: Path, generation: int) -> Path:
    """Where a generation lies."""
    return directory / f"ref-{generation}.db"


def generation_of(path: Path) -> int:
    """The generation a file name says; `ValueError` when it is no reference file."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise ValueError(f"{path.name} is no reference file")
    return int(match[1])


def generations(directory: Path) -> list[int]:
    """The generations that lie in a directory, oldest first."""
    return sorted(generation_of(p) for p in directory.iterdir() if _NAME.fullmatch(p.name))


def prepare_reference(
    directory: Path, key: str, plain_file: Path, counts: Mapping[str, int] | None = None
) -> Path:
    """Verify a downloaded snapshot and write it encrypted as the next generation, durably.

    Safe to call in a thread; the live generation is not touched. `counts` are the manifest's rows
    per table. Raises `UnusableSnapshot` when the file is not what it should be, or `DiskFull`.
    """
    target = reference_path(directory, max(generations(directory), default=0) + 1)
    incoming = target.with_name(f"{target.name}.incoming")
    try:
        with ExitStack() as unless_done:
            unless_done.callback(remove_database, incoming)
            remove_database(incoming)
            _write(incoming, key, plain_file, counts or {})
            sync_file(incoming)
            incoming.replace(target)
            sync_directory(directory)
            unless_done.pop_all()
    except (OSError, dbapi2.Error) as error:
        found = refusal(error)
        if isinstance(found, StorageDamaged):  # the new file can not be: it is the downloaded one
            raise UnusableSnapshot("damaged") from error
        raise found or error from error
    return target


def _write(incoming: Path, key: str, plain_file: Path, counts: Mapping[str, int]) -> None:
    connection = open_encrypted(incoming, key)
    try:
        connection.execute("PRAGMA journal_mode = OFF")  # the file is nothing until it is renamed
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            "ATTACH ? AS plain KEY ''", (f"{plain_file.absolute().as_uri()}?mode=ro",)
        )
        found = _verify(connection, counts)
        connection.execute("SELECT sqlcipher_export('main', 'plain')")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        if _count(connection, "main") != found:
            raise UnusableSnapshot("incomplete")
        _create_missing(connection)
        connection.execute("DETACH plain")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _verify(connection: dbapi2.Connection, counts: Mapping[str, int]) -> dict[str, int]:
    marks = [
        connection.execute(f"PRAGMA plain.{name}").fetchone()[0]
        for name in ("application_id", "user_version")
    ]
    if marks != [APPLICATION_ID, SCHEMA_VERSION]:
        raise UnusableSnapshot("another kind of file")
    if connection.execute("PRAGMA plain.quick_check(1)").fetchone()[0] != "ok":
        raise UnusableSnapshot("damaged")
    found = _count(connection, "plain")
    wrong = [name for name, count in counts.items() if found.get(name, count) != count]
    if wrong or not found.get("feed_cursor"):
        raise UnusableSnapshot("incomplete")
    return found


def _count(connection: dbapi2.Connection, schema: str) -> dict[str, int]:
    return {
        name: connection.execute(f"SELECT count(*) FROM {schema}.{name}").fetchone()[0]
        for name in _tables_in(connection, schema)
    }


def _tables_in(connection: dbapi2.Connection, schema: str) -> set[str]:
    found = connection.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'")
    return {row[0] for row in found} & reference.tables.keys()


def _create_missing(connection: dbapi2.Connection) -> bool:
    """Add, empty, the tables that the writer of the file did not know; whether there were any."""
    missing = reference.tables.keys() - _tables_in(connection, "main")
    for name in missing:
        for statement in create_statements(reference.tables[name]):
            connection.execute(statement)
    return bool(missing)


def complete(path: Path, key: str) -> None:
    """Make a sound copy of an earlier version usable until the office sends a whole one.

    What the added tables should hold is unknown, therefore the copy forgets which feed it
    follows: the next contact with the office replaces it.
    """
    connection = open_encrypted(path, key, mode="rw")
    try:
        connection.execute("BEGIN")
        if _create_missing(connection):
            connection.execute("UPDATE feed_cursor SET epoch = 0")
        connection.execute("COMMIT")
    finally:
        connection.close()


def is_sound(path: Path, key: str) -> bool:
    """Whether a generation exists, opens with the key and has this program's schema."""
    if not path.exists():
        return False
    try:
        connection = open_encrypted(path, key, mode="rw")
    except StorageRefused:
        return False
    try:
        return bool(connection.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION)
    finally:
        connection.close()


def attach(connection: dbapi2.Connection, path: Path | None, key: str) -> None:
    """Make the generation readable as `ref`; without one, `ref` is there and empty."""
    if path is not None:
        connection.execute(
            f"ATTACH ? AS {SCHEMA} KEY ?", (f"{path.absolute().as_uri()}?mode=ro", quoted_key(key))
        )
        connection.execute(f"PRAGMA {SCHEMA}.cache_size = -{CACHE_KIB}")
        return
    connection.execute(f"ATTACH ':memory:' AS {SCHEMA} KEY ''")
    for statement in statements(SCHEMA):
        connection.execute(statement)


def sweep(directory: Path, live: int | None) -> None:
    """Delete every generation but the live one, and what an interrupted download left."""
    for path in directory.glob("ref-*.db.incoming"):
        remove_database(path)
    for generation in generations(directory):
        if generation != live:
            remove_database(reference_path(directory, generation))
