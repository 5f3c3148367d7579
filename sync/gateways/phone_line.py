"""The telephone lines of the shop: who is ringing (caller ID)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.transport.clocks import utc_now


@dataclass(frozen=True, slots=True)
class Ring:
    """A call came in on a line (from 1); `digits` as sent by the exchange, None when withheld."""

    line: int
    digits: str | None
    at: datetime


class PhoneLine(Protocol):
    """Whatever tells of rings: `async for ring in phone_line`, for ever."""

    def __aiter__(self) -> AsyncIterator[Ring]:
        """Rings as they come; only one consumer may iterate."""
        ...


class SimulatedLine:
    """Lines that ring when told to; for the demonstration and for tests."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._rings: asyncio.Queue[Ring] = asyncio.Queue()

    def ring(self, line: int, digits: str | None) -> Ring:
        """Let a line ring; `digits` None is a withheld number."""
        ring = Ring(line, digits, self._now())
        self._rings.put_nowait(ring)
        return ring

    async def __aiter__(self) -> AsyncIterator[Ring]:
        while True:
            yield await self._rings.get()
