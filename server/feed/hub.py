"""Spreads the feed to everybody who listens: one reader of the feed, one bounded queue each."""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import asyncpg
import structlog

from app.wire.codec import MalformedMessage, Message, decode, encode
from app.wire.dispatch import DriverLocationUpdated
from app.wire.events import EventName, Notice, event_data
from app.wire.registers import FEED_SCHEMA
from server.database.shop import snapshot_of
from server.feed.changes import read_head, read_rows
from server.feed.event_bodies import envelopes
from server.feed.herald import DATABASE_TROUBLE, Herald
from server.feed.listeners import Listener

__all__ = ["BATCH", "BEACON", "DATABASE_TROUBLE", "PASSING", "Hub"]

POLL_S = 0.05
BEACON_S = 5.0
RECOVERY_S = 0.5
BATCH = 500
BEACON = "beacon"
_log = structlog.get_logger()


def _driver(data: Any) -> str:
    return data.driver_id if isinstance(data, DriverLocationUpdated) else ""


# Events without a place in the feed, and whose latest one is the only one that counts.
PASSING: Mapping[EventName, Callable[[Message], str]] = MappingProxyType(
    {EventName.DRIVER_LOCATION_UPDATED: _driver}
)


class Hub:
    """Follows the feed; `pos` is how far everybody has been told."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.epoch = 0
        self.pos = 0
        self._pool = pool
        self._listeners: set[Listener] = set()
        self._woken = asyncio.Event()
        self._herald = Herald(pool, self._woken.set, self._hear)

    async def start(self) -> None:
        """Take the feed's present position; what came before is read by who asks for it."""
        async with self._pool.acquire() as connection:
            head = await read_head(connection)
        self.epoch, self.pos = head.epoch, head.pos

    @property
    def listening(self) -> int:
        """How many receivers there are."""
        return len(self._listeners)

    def subscribe(self, schema: int = FEED_SCHEMA) -> Listener:
        """A queue that gets every event after `pos`, as receivers of that schema know them."""
        listener = Listener(schema)
        self._listeners.add(listener)
        return listener

    def unsubscribe(self, listener: Listener) -> None:
        """Stop filling the queue."""
        self._listeners.discard(listener)

    def wake(self) -> None:
        """Say that something was committed here; other processes hear of it as well.

        Call it after the commit. Who forgets it is noticed by the poll, 50 ms later at most.
        """
        self._woken.set()
        self._herald.wake_others()

    def announce(self, name: EventName, data: Message) -> None:
        """Send a passing event to every receiver of every process: latest wins, no replay.

        Only the names in `PASSING`; raises `ValueError` for others and above 7900 bytes.
        """
        if name not in PASSING:
            raise ValueError(f"{name} has a place in the feed")
        key, frame = (name, PASSING[name](data)), encode(Notice(event=name, data=data)).decode()
        self._herald.pass_on(key, frame)
        self._spread(key, frame)

    async def run(self) -> None:
        """Follow the feed until cancelled; outlives a database that is away for a while."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._herald.run())
            tasks.create_task(self._remind())
            tasks.create_task(self._follow_for_ever())

    async def _follow_for_ever(self) -> None:
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

    async def _remind(self) -> None:
        """Let every receiver hear a beacon from time to time; whoever sends it fills it in."""
        while True:
            await asyncio.sleep(BEACON_S)
            self._spread(BEACON, "")

    async def _follow(self) -> None:
        async with self._pool.acquire() as connection:
            head = await connection.fetchrow("SELECT epoch, pos FROM feed_head")
        if head["epoch"] != self.epoch:
            self._start_over(head["epoch"], head["pos"])
        while self.pos < head["pos"]:
            if not self._listeners:
                self.pos = head["pos"]
            elif not await self._tell():
                self._start_over(head["epoch"], head["pos"])

    async def _tell(self) -> bool:
        """Queue the next events; False when they are no longer kept."""
        async with snapshot_of(self._pool) as connection:
            rows = await read_rows(connection, self.pos, BATCH)
            events = await envelopes(connection, rows)
        for listener in self._listeners:
            is_older = listener.schema < FEED_SCHEMA
            for event in events:
                listener.put(event.pos, event.older if is_older else event.frame)
        if events:
            self.pos = events[-1].pos
        return bool(events)

    def _hear(self, notice: str) -> None:
        """A passing event of another process; one that we do not know is dropped."""
        try:
            heard = decode(Notice, notice)
            key = PASSING[heard.event](event_data(heard.event, heard.data))
        except (MalformedMessage, KeyError):
            return
        self._spread((heard.event, key), notice)

    def _spread(self, key: object, frame: str) -> None:
        for listener in self._listeners:
            listener.put_latest(key, frame)

    def _start_over(self, epoch: int, pos: int) -> None:
        """The feed is another one now: everybody must come back and ask anew."""
        self.epoch, self.pos = epoch, pos
        for listener in self._listeners:
            listener.cut_off()
