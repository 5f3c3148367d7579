"""How much one caller may ask for: moving windows in memory, per process.

The limits stop a machine that runs wild, not a shop at work: two hundred counters behind one
address that catch up after an outage stay below them. See docs/decisions/094-rate-limits.md.
"""

import math
import time
from enum import StrEnum

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from server.neighbours.lines import INSIDE
from server.refusals import TooMany

WINDOW_S = 30
TIDY_EVERY = 10_000


class Limited(StrEnum):
    """Whose requests are counted together."""

    ADDRESS = "address"  # everything from one address, whoever sends it
    SIGN_IN = "sign-in"  # passwords from one address
    PERSON = "person"  # one session: a person at one counter
    REGISTER = "register"  # what one register signs
    SERVICE = "service"  # one service, by its name


# Requests per 30 seconds.
LIMITS = {
    Limited.ADDRESS: 30_000,
    Limited.SIGN_IN: 300,
    Limited.PERSON: 3_000,
    Limited.REGISTER: 3_000,
    Limited.SERVICE: 9_000,
}


class Rates:
    """The windows of one process; `factor` stretches every limit, 0 lifts them all."""

    def __init__(self, factor: float = 1.0) -> None:
        self._counted = 0
        self._storage = MemoryStorage()
        self._windows = MovingWindowRateLimiter(self._storage)
        self._limits: dict[Limited, RateLimitItem] = {
            kind: RateLimitItemPerSecond(max(1, int(limit * factor)), WINDOW_S, kind.value)
            for kind, limit in LIMITS.items()
            if factor > 0
        }

    def count(self, kind: Limited, who: str) -> None:
        """Count one request; raises `TooMany` (RATE_LIMIT) beyond the limit."""
        self._counted += 1
        if self._counted % TIDY_EVERY == 0:
            self._tidy()
        limit = self._limits.get(kind)
        if limit is None or who == INSIDE or self._windows.hit(limit, who):
            return
        left = self._windows.get_window_stats(limit, who).reset_time - time.time()
        raise TooMany(
            "RATE_LIMIT",
            f"More than {limit.amount} requests in {WINDOW_S} s by one {kind.value}; wait.",
            retry_after=max(1, math.ceil(left)),
        )

    def _tidy(self) -> None:
        # The library keeps an empty list of everybody who has been silent for a window.
        for key in [key for key, events in self._storage.events.items() if not events]:
            self._storage.clear(key)
