"""Tells the other server processes of this shop what happened here, and hears them."""

import asyncio
from collections.abc import Callable, Hashable

import asyncpg
import structlog

DATABASE_TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
CHANNEL = "luckygas_feed"
RECOVERY_S = 0.5
MOST_BYTES = 7900  # PostgreSQL takes less than 8000
MOST_WAITING = 1000
_log = structlog.get_logger()


class Herald:
    """One connection that listens and notifies; see docs/decisions/109.

    What it says is a hint only: it may be lost, and the feed is polled besides. `woken` is called
    when another process has committed something, `heard` with each passing event of another.
    """

    def __init__(
        self, pool: asyncpg.Pool, woken: Callable[[], None], heard: Callable[[str], None]
    ) -> None:
        self._pool = pool
        self._woken = woken
        self._heard = heard
        self._has_committed = False
        self._waiting: dict[Hashable, str] = {}
        self._due = asyncio.Event()

    def wake_others(self) -> None:
        """Say that something was committed; many calls in a row become one notice."""
        self._has_committed = True
        self._due.set()

    def pass_on(self, key: Hashable, notice: str) -> None:
        """Send a passing event to the others; the latest of each key wins.

        Raises `ValueError` when it is larger than PostgreSQL takes.
        """
        if len(notice.encode()) > MOST_BYTES:
            raise ValueError("a passing event must be smaller than 7900 bytes")
        self._waiting.pop(key, None)
        self._waiting[key] = notice
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        self._due.set()

    async def run(self) -> None:
        """Speak and listen until cancelled; outlives a database that is away for a while."""
        while True:
            try:
                async with self._pool.acquire() as connection:
                    await self._serve(connection)
            except DATABASE_TROUBLE as error:
                _log.debug("no notices between processes", error=type(error).__name__)
            await asyncio.sleep(RECOVERY_S)

    async def _serve(self, connection: asyncpg.Connection) -> None:
        await connection.add_listener(CHANNEL, self._on_notice)
        connection.add_termination_listener(self._on_end)
        self._woken()  # whatever happened while nobody listened
        try:
            while not connection.is_closed():
                await self._due.wait()
                self._due.clear()
                await self._say(connection)
        finally:
            connection.remove_termination_listener(self._on_end)
            if not connection.is_closed():
                await connection.remove_listener(CHANNEL, self._on_notice)

    async def _say(self, connection: asyncpg.Connection) -> None:
        if self._has_committed:
            self._has_committed = False
            await connection.execute(f"NOTIFY {CHANNEL}")
        while self._waiting:
            notice = self._waiting.pop(next(iter(self._waiting)))
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, notice)

    def _on_notice(
        self, connection: asyncpg.Connection, sender: int, _channel: str, payload: object
    ) -> None:
        if sender == connection.get_server_pid():
            return
        if payload:
            self._heard(str(payload))
        else:
            self._woken()

    def _on_end(self, _connection: asyncpg.Connection) -> None:
        self._due.set()
