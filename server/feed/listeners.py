"""One receiver's bounded queue of frames; what is too slow to follow is cut off."""

import asyncio
from collections import deque
from collections.abc import Hashable
from typing import NamedTuple

MOST_EVENTS = 1000
MOST_BYTES = 4 * 1024 * 1024
MOST_LATEST = 1000


class Waiting(NamedTuple):
    """Events with their positions in order, and passing ones with their keys."""

    events: tuple[tuple[int, str], ...]
    passing: tuple[tuple[Hashable, str], ...]


class Listener:
    """Frames to be sent to one receiver; `overflowed` is set when it is too slow to follow."""

    def __init__(self, schema: int) -> None:
        self.schema = schema
        self.overflowed = asyncio.Event()
        self._queue: deque[tuple[int, str]] = deque()
        self._characters = 0
        self._latest: dict[Hashable, str] = {}
        self._filled = asyncio.Event()

    def put(self, pos: int, frame: str) -> None:
        """Queue an event; beyond the bound the queue is dropped and `overflowed` is set."""
        if self.overflowed.is_set():
            return
        self._queue.append((pos, frame))
        self._characters += len(frame)
        if len(self._queue) > MOST_EVENTS or self._characters > MOST_BYTES:
            self.cut_off()
        self._filled.set()

    def put_latest(self, key: Hashable, frame: str) -> None:
        """Queue a passing event; it takes the place of one with the same key that still waits."""
        self._latest.pop(key, None)
        self._latest[key] = frame
        if len(self._latest) > MOST_LATEST:
            del self._latest[next(iter(self._latest))]
        self._filled.set()

    def cut_off(self) -> None:
        """Drop everything: the receiver has to pull and come back."""
        self._queue.clear()
        self._latest.clear()
        self._characters = 0
        self.overflowed.set()

    async def wait(self) -> None:
        """Return when there is something to take."""
        if not self._queue and not self._latest:
            self._filled.clear()
            await self._filled.wait()

    def take(self) -> Waiting:
        """Everything that waits."""
        waiting = Waiting(tuple(self._queue), tuple(self._latest.items()))
        self._queue.clear()
        self._latest.clear()
        self._characters = 0
        return waiting
