"""Waiting for something to become true, with an end."""

import asyncio
import time
from collections.abc import Callable

LOOK_EVERY_S = 0.01


class NeverHappened(Exception):
    """What was waited for did not come true in time; the text names it."""


async def until(condition: Callable[[], object], what: str, timeout_s: float = 30.0) -> float:
    """Wait until `condition()` is true; the seconds that took. Raises `NeverHappened`."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > timeout_s:
            raise NeverHappened(f"{what} did not happen within {timeout_s:g} s")
        await asyncio.sleep(LOOK_EVERY_S)
    return time.monotonic() - start
