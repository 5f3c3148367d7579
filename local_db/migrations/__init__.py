"""Numbered schemas of `orders.db`: a copy of the file is migrated, checked and put in its place.

`NNNN_name.sql` leads from schema NNNN-1 to NNNN (`PRAGMA user_version`). A step that was released
never changes. The file before each migration stays beside it as `orders.db.schema-<n>`.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlcipher3 import dbapi2

from local_db.connections import make_durable, open_encrypted, refusal
from local_db.errors import NewerSchema, StorageBusy, StorageDamaged
from local_db.files import remove_database, sync_directory, sync_file

APPLICATION_ID = 0x4C474F31  # "LGO1", SQLite's application_id of an orders file


def steps() -> tuple[str, ...]:
    """The SQL of every step, oldest first; its length is the newest schema."""
    here = Path(__file__).parent
    return tuple(file.read_text("utf-8") for file in sorted(here.glob("[0-9]*_*.sql")))


def bring_up_to_date(path: Path, key: str, scripts: Sequence[str] | None = None) -> None:
    """Create the file or lead it to the newest schema; on any error it stays as it was.

    Raises `NewerSchema`, `WrongKey`, `StorageDamaged`, `DiskFull`.
    """
    scripts = steps() if scripts is None else scripts
    found = _schema_of(path, key)
    if found > len(scripts):
        raise NewerSchema(found, len(scripts))
    if found == len(scripts):
        return
    following = path.with_name(f"{path.name}.migrating")
    try:
        remove_database(following)
        if found:
            _fold_wal(path, key)
            shutil.copyfile(path, following)
        _migrate(following, key, scripts, found)
        if found:
            shutil.copyfile(path, path.with_name(f"{path.name}.schema-{found}"))
        following.replace(path)
        sync_directory(path.parent)
    except (OSError, dbapi2.Error) as error:
        raise refusal(error) or error from error


def _schema_of(path: Path, key: str) -> int:
    if not path.exists():
        return 0
    connection = open_encrypted(path, key, mode="rw")
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def _fold_wal(path: Path, key: str) -> None:
    # A WAL left behind would be replayed over the file that takes this one's place.
    connection = open_encrypted(path, key, mode="rw")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.close()
    if path.with_name(f"{path.name}-wal").exists():
        raise StorageBusy


def _migrate(path: Path, key: str, scripts: Sequence[str], found: int) -> None:
    connection = open_encrypted(path, key)
    try:
        connection.execute("PRAGMA foreign_keys = OFF")
        for schema, script in enumerate(scripts[found:], found + 1):
            connection.executescript(f"BEGIN;\n{script}\nPRAGMA user_version = {schema};\nCOMMIT;")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise StorageDamaged(path.name)
        make_durable(connection)
    finally:
        connection.close()
    sync_file(path)
