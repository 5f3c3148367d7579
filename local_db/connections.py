"""Opening encrypted SQLite files, and what SQLite's error codes mean to a person."""

import errno
import sys
from collections.abc import Callable
from pathlib import Path

from sqlcipher3 import dbapi2

from local_db.errors import (
    DiskFull,
    StorageBusy,
    StorageDamaged,
    StorageReadOnly,
    StorageRefused,
    WrongKey,
)

BUSY_TIMEOUT_MS = 2_000
_KEY_DIGITS = 64
_REFUSALS: dict[int, Callable[[], StorageRefused]] = {
    dbapi2.SQLITE_FULL: DiskFull,
    dbapi2.SQLITE_READONLY: StorageReadOnly,
    dbapi2.SQLITE_BUSY: StorageBusy,
    dbapi2.SQLITE_CORRUPT: StorageDamaged,
    dbapi2.SQLITE_NOTADB: StorageDamaged,
    dbapi2.SQLITE_CANTOPEN: StorageReadOnly,
    # Quotas, size limits and a disk that fills up under the wal-index arrive as I/O errors.
    dbapi2.SQLITE_IOERR: DiskFull,
}
_SYSTEM_REFUSALS: dict[int, Callable[[], StorageRefused]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EFBIG: DiskFull,
    errno.EROFS: StorageReadOnly,
    errno.EACCES: StorageReadOnly,
    errno.EPERM: StorageReadOnly,
}


def refusal(error: BaseException) -> StorageRefused | None:
    """The plain refusal behind a driver's or system's error; None when it is a bug of ours."""
    kind: Callable[[], StorageRefused] | None = None
    if isinstance(error, OSError):
        kind = _SYSTEM_REFUSALS.get(error.errno or 0)
    elif (code := getattr(error, "sqlite_errorcode", None)) is not None:
        kind = _REFUSALS.get(code & 0xFF)
    return kind() if kind else None


def quoted_key(key: str) -> str:
    """The key as SQLCipher takes a raw key (256 bits, no derivation); `ValueError` otherwise."""
    if len(key) != _KEY_DIGITS or not set(key) <= set("0123456789abcdef"):
        raise ValueError("a database key has 64 lower-case hexadecimal digits")
    return f"x'{key}'"


def open_encrypted(path: Path, key: str, *, mode: str = "rwc") -> dbapi2.Connection:
    """A connection in autocommit mode whose key is proven right; raises `StorageRefused`."""
    try:
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_MS / 1000,
            cached_statements=256,
        )
    except dbapi2.Error as error:
        raise refusal(error) or error from error
    try:
        _prepare(connection, key, path.name)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: dbapi2.Connection, key: str, name: str) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f'PRAGMA key = "{quoted_key(key)}"')
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except dbapi2.Error as error:
        if getattr(error, "sqlite_errorcode", None) == dbapi2.SQLITE_NOTADB:
            raise WrongKey(name) from error
        raise refusal(error) or error from error
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA foreign_keys = ON")


def make_durable(connection: dbapi2.Connection) -> None:
    """WAL with FULL: a commit that returned survives a power loss."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    if sys.platform == "darwin":
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute("PRAGMA checkpoint_fullfsync = ON")
