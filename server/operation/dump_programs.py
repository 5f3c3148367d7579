"""Running pg_dump, pg_restore and psql against our database, without showing its password."""

import os
import subprocess
from collections.abc import Sequence
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from server.database.programs import Programs, client_programs
from server.refusals import Conflict


class ProgramFailed(Conflict):
    """One of PostgreSQL's programs refused; the text is what it said."""


class DumpPrograms:
    """The programs of the database's own major version, and how they reach it."""

    def __init__(self, programs: Programs, dsn: str) -> None:
        self._programs = programs
        self.address, password = without_password(dsn)
        kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        self._environment = {**kept, "LC_ALL": "C", "PGAPPNAME": "luckygas backup"}
        if password:
            self._environment["PGPASSWORD"] = password

    def run(self, name: str, arguments: Sequence[str]) -> str:
        """What the program printed; raises `ProgramFailed` with its complaint."""
        done = subprocess.run(
            [self._programs.path(name), *arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise ProgramFailed("PROGRAM", f"{name} failed: {' '.join(said[-4:])}")
        return done.stdout.decode(errors="replace")


async def programs_for(connection: asyncpg.Connection, dsn: str) -> DumpPrograms:
    """The programs that fit this server; raises `PostgresUnavailable` with what to install."""
    return DumpPrograms(client_programs(connection.get_server_version().major), dsn)


def without_password(dsn: str) -> tuple[str, str]:
    """An address that may be shown in the process list, and the password that was in it."""
    parts = urlsplit(dsn)
    user, found, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    asked = dict(parse_qsl(parts.query))
    secret = asked.pop("password", None) or unquote(password)
    shown = parts._replace(netloc=f"{name}{found}{host}", query=urlencode(asked))
    return urlunsplit(shown), secret
