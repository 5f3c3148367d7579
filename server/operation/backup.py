"""`luckygas-server backup`: the whole database in one file, as of one moment, while it serves."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from server.operation.audit import Action, AuditEntry, note, person
from server.operation.audit_chain import Mark, read_mark
from server.operation.dump_programs import DumpPrograms, programs_for
from server.refusals import Conflict, NotFound

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished file; `mark` is the newest audit entry when it was begun, to be kept apart."""

    file: Path
    bytes: int
    sha256: str
    mark: Mark


async def make_backup(connection: asyncpg.Connection, dsn: str, file: Path) -> Backup:
    """Write the file, whole or not at all, for its owner only; never over another one.

    Raises `Conflict`, `NotFound`, `PostgresUnavailable` or `OSError`.
    """
    programs = await programs_for(connection, dsn)
    mark = await read_mark(connection)
    size, digest = await asyncio.to_thread(_dump, programs, file)
    backup = Backup(file, size, digest, mark)
    async with connection.transaction():
        await connection.execute(
            "INSERT INTO backups (bytes, sha256) VALUES ($1, $2)", *(size, digest)
        )
        entry = AuditEntry(
            Action.BACKED_UP, file.name, person(), detail={"bytes": size, "sha256": digest}
        )
        await note(connection, entry)
    return backup


def _dump(programs: DumpPrograms, file: Path) -> tuple[int, str]:
    if file.exists():
        raise Conflict("FILE_EXISTS", f"{file} exists already; choose another name.")
    if not file.parent.is_dir():
        raise NotFound("NO_FOLDER", f"There is no folder {file.parent}.")
    with _unfinished(file) as part:
        programs.run(
            "pg_dump",
            [
                *("--format=custom", "--compress=6", "--no-owner", "--no-privileges"),
                *("--schema=public", f"--file={part}", f"--dbname={programs.address}"),
            ],
        )
        programs.run("pg_restore", ["--list", str(part)])
        digest = digest_of(part)
        with part.open("rb") as written:
            os.fsync(written.fileno())
        size = part.stat().st_size
        _name(part, file)
    return size, digest


def _name(part: Path, file: Path) -> None:
    """Give the finished file its name; raises `FileExistsError` when somebody took it meanwhile."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError:  # memory sticks and network drives often have no links
        if file.exists():
            raise
        part.rename(file)


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def digest_of(file: Path) -> str:
    """The file's SHA-256 in hexadecimal digits."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
