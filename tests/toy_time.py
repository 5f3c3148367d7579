"""A clock for tests that must not wait."""

import asyncio
from datetime import UTC, datetime

from app.transport.clocks import Clock


class ToyTime:
    """A clock that only sleeping moves: every sleep ends at once and counts as slept."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []
        self.chance = 0.5

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    def clock(self) -> Clock:
        return Clock(
            now=lambda: datetime.fromtimestamp(1_700_000_000 + self.seconds, UTC),
            monotonic=lambda: self.seconds,
            sleep=self.sleep,
            chance=lambda: self.chance,
        )
