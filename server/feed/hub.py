"""Spreads the feed to everybody who listens: one reader of the feed, one bounded queue each."""

import asyncio
from collections import deque

import asyncpg
import structlog

from server.database.shop import snapshot_of
from server.feed.changes import read_head, read_rows
from server.feed.event_bodies import envelopes

POLL_S = 0.05
RECOVERY_S = 0.5
BATCH = 500
MOST_EVENTS = 1000
MOST_BYTES = 4 * 1024 * 1024
DATABASE_TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
_log = structlog.get_logger()


class Listener:
    """One receiver's queue; `overflowed` is set when it is too slow to follow."""

    def __init__(self) -> None:
        self.overflowed = asyncio.Event()
        self._queue: deque[tuple[int, bytes]] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()

    def put(self, pos: int, event: bytes) -> None:
        """Queue an event; beyond the bound the queue is dropped and `overflowed` is set."""
        self._queue.append((pos, event))
        self._bytes += len(event)
        if len(self._queue) > MOST_EVENTS or self._bytes > MOST_BYTES:
            self._queue.clear()
            self._bytes = 0
            self.overflowed.set()
        self._filled.set()

    async def next(self, within: float) -> tuple[int, bytes] | None:
        """The next event, or None when none came in time."""
        if not self._queue:
            self._filled.clear()
            try:
                async with asyncio.timeout(within):
                    await self._filled.wait()
            except TimeoutError:
                return None
        if not self._queue:
            return None
        pos, event = self._queue.popleft()
        self._bytes -= len(event)
        return pos, event


class Hub:
    """Follows the feed; `pos` is how far everybody has been told."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.epoch = 0
        self.pos = 0
        self._pool = pool
        self._listeners: set[Listener] = set()
        self._woken = asyncio.Event()

    async def start(self) -> None:
        """Take the feed's present position; what came before is read by who asks for it."""
        async with self._pool.acquire() as connection:
            head = await read_head(connection)
        self.epoch, self.pos = head.epoch, head.pos

    @property
    def listening(self) -> int:
        """How many receivers there are."""
        return len(self._listeners)

    def subscribe(self) -> Listener:
        """A queue that gets every event after `pos`."""
        listener = Listener()
        self._listeners.add(listener)
        return listener

    def unsubscribe(self, listener: Listener) -> None:
        """Stop filling the queue."""
        self._listeners.discard(listener)

    def wake(self) -> None:
        """Say that something was committed; writers elsewhere are noticed by the poll."""
        self._woken.set()

    async def run(self) -> None:
        """Follow the feed until cancelled; outlives a database that is away for a while."""
        is_in_trouble = False
        while True:
            try:
                await self._follow()
                is_in_trouble = False
            except DATABASE_TROUBLE as error:
                if not is_in_trouble:
                    _log.warning("feed can not be read", error=type(error).__name__)
                is_in_trouble = True
                await asyncio.sleep(RECOVERY_S)
                continue
            await self._pause()

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(POLL_S):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    async def _follow(self) -> None:
        async with self._pool.acquire() as connection:
            head = await connection.fetchrow("SELECT epoch, pos FROM feed_head")
        if head["epoch"] != self.epoch:
            self._start_over(head["epoch"], head["pos"])
        while self.pos < head["pos"]:
            if self._listeners:
                await self._tell()
            else:
                self.pos = head["pos"]

    async def _tell(self) -> None:
        async with snapshot_of(self._pool) as connection:
            rows = await read_rows(connection, self.pos, BATCH)
            events = await envelopes(connection, rows)
        for pos, event in events:
            for listener in self._listeners:
                listener.put(pos, event)
            self.pos = pos

    def _start_over(self, epoch: int, pos: int) -> None:
        """The feed is another one now: everybody must come back and ask anew."""
        self.epoch, self.pos = epoch, pos
        for listener in self._listeners:
            listener.overflowed.set()
