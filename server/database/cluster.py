"""A PostgreSQL of our own: created, started, found running, stopped.

Passwords on every way in (scram), a private socket, no superuser without a password.
See docs/decisions/031-embedded-postgresql.md.
"""

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import asyncpg

from server.database.cluster_home import home_for
from server.database.programs import PostgresUnavailable, Programs, find_programs

USER = "luckygas"
START_PATIENCE_S = 20.0
LONGEST_SOCKET_PATH = 90
SETTINGS_FILE = "settings.conf"
SETTINGS = {"max_connections": "150", "shared_buffers": "64MB", "log_min_messages": "warning"}


class Cluster:
    """One data directory of PostgreSQL below `data_dir`; `dsn(database)` is how to reach it."""

    def __init__(self, data_dir: Path, settings: Mapping[str, str] | None = None) -> None:
        self.home = home_for(data_dir.resolve())
        self._settings = {**SETTINGS, **(settings or {})}
        self._programs: Programs | None = None
        self._port = 5432

    async def start(self) -> None:
        """Make sure that it runs and answers; a running one is used as it is.

        Raises `PostgresUnavailable`.
        """
        await asyncio.to_thread(self._prepare)
        deadline = time.monotonic() + START_PATIENCE_S
        while not await self.is_running():
            if time.monotonic() > deadline:
                raise PostgresUnavailable(f"PostgreSQL does not start; see {self._log}")
            if not await asyncio.to_thread(self._try_to_start):
                # After a kill the old processes hold the shared memory for a moment.
                await asyncio.sleep(0.3)

    def stop(self) -> None:
        """Stop it and wait; harmless when it does not run."""
        self._run("pg_ctl", "stop", "-D", str(self._data), "-m", "fast", "-w", check=False)

    def dsn(self, database: str) -> str:
        """The address of one database, with the password; keep it out of logs."""
        password = self._password_file.read_text(encoding="utf-8").strip()
        if sys.platform == "win32":
            return f"postgresql://{USER}:{password}@127.0.0.1:{self._port}/{database}"
        return f"postgresql://{USER}:{password}@/{database}?host={self._sockets}"

    async def ensure_database(self, name: str) -> None:
        """Create the database unless it exists."""
        connection = await asyncpg.connect(self.dsn("postgres"))
        try:
            known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname=$1", name)
            if not known:
                await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()

    @property
    def _data(self) -> Path:
        return self.home / "data"

    @property
    def _log(self) -> Path:
        return self.home / "postgresql.log"

    @property
    def _password_file(self) -> Path:
        return self.home / "password"

    @property
    def _sockets(self) -> Path:
        note = self.home / "sockets"
        return Path(note.read_text(encoding="utf-8")) if note.is_file() else note

    def _prepare(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o711)
        self._programs = find_programs(self.home.parent / "programs")
        written_by = self._data / "PG_VERSION"
        if not written_by.exists():
            self._create()
        major = int(written_by.read_text(encoding="utf-8"))
        if major != self._programs.major:
            raise PostgresUnavailable(
                f"{self._data} was written by PostgreSQL {major}, but PostgreSQL "
                f"{self._programs.major} is installed. Dump it with {major} (pg_dump), then load "
                "the dump into a new data folder."
            )

    def _create(self) -> None:
        """Everything happens in a folder that gets its name last: a kill leaves nothing half."""
        assert self._programs is not None
        unfinished = self._data.with_name("data.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        for path in (self._password_file, unfinished):
            self._hand_over(path)
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self._programs.major >= 17
            else ["--no-locale"]
        )
        self._run(
            *("initdb", "-D", str(unfinished), "--username", USER, "--encoding", "UTF8"),
            *("--auth", "scram-sha-256", "--pwfile", str(self._password_file), *locale),
        )
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as written:
            written.write(f"include = '../{SETTINGS_FILE}'\n")
        unfinished.rename(self._data)

    def _ensure_sockets(self) -> None:
        if self._sockets.is_dir():
            return
        folder = self.home / "sockets"
        if len(str(folder)) > LONGEST_SOCKET_PATH:
            # The system limits a socket's path to about 100 bytes: note where it is instead.
            folder.write_text(tempfile.mkdtemp(prefix="luckygas-"), encoding="utf-8")
        else:
            folder.mkdir()
        self._sockets.chmod(0o700)
        self._hand_over(self._sockets)

    def _hand_over(self, path: Path) -> None:
        if self._programs is not None and self._programs.user is not None:
            shutil.chown(path, self._programs.user)

    def _try_to_start(self) -> bool:
        if sys.platform == "win32":
            self._port = _free_port()
        self._ensure_sockets()
        self._write_settings()
        self._log.touch()
        self._hand_over(self._log)
        return self._run(
            *("pg_ctl", "start", "-D", str(self._data), "-l", str(self._log), "-w", "-t", "15"),
            check=False,
        )

    def _write_settings(self) -> None:
        """A file and no options: pg_ctl passes options through a shell, which differs by system."""
        settings = dict(self._settings)
        if sys.platform == "win32":
            settings |= {"listen_addresses": "127.0.0.1", "port": str(self._port)}
        else:
            settings |= {"listen_addresses": "", "unix_socket_directories": str(self._sockets)}
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        lines = [f"{name} = '{value}'\n" for name, value in quoted.items()]
        (self.home / SETTINGS_FILE).write_text("".join(lines), encoding="utf-8")

    async def is_running(self) -> bool:
        """Whether it answers."""
        running = self._data / "postmaster.pid"
        if not running.exists():
            return False
        if sys.platform == "win32":
            self._port = int(running.read_text(encoding="utf-8").splitlines()[3])
        try:
            connection = await asyncpg.connect(self.dsn("postgres"), timeout=5)
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            return False
        await connection.close()
        return True

    def _run(self, name: str, *arguments: str, check: bool = True) -> bool:
        programs = self._programs or find_programs(self.home.parent / "programs")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        with tempfile.TemporaryFile() as said:  # a pipe would be held open by the server
            done = subprocess.run(
                [programs.path(name), *arguments],
                user=programs.user,
                group=_group_of(programs.user),
                extra_groups=None if programs.user is None else [],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env={**environment, "LC_ALL": "C"},
                cwd=self.home,
                start_new_session=True,
                check=False,
            )
            said.seek(0)
            if check and done.returncode != 0:
                raise PostgresUnavailable(f"{name} failed: {said.read().decode(errors='replace')}")
        return done.returncode == 0


def _group_of(user: str | None) -> int | None:
    if user is None or sys.platform == "win32":
        return None
    import pwd  # not on Windows

    return pwd.getpwnam(user).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
