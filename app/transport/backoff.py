"""How long to wait before the next attempt: full jitter under a doubling cap."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: a random share of `first * 2**attempt`, capped; all in seconds.

    `floor` keeps an unlucky draw from hammering the counterpart.
    """

    first: float
    largest: float
    floor: float = 0.0

    def delay(self, attempt: int, chance: float) -> float:
        """Seconds before attempt `attempt` (0 is the first) is repeated; chance in [0, 1)."""
        cap = min(self.largest, self.first * 2.0 ** min(attempt, 32))
        return max(self.floor, cap * chance)


INNER = Backoff(first=1.0, largest=30.0)  # spec: initialDelay, maxDelay, backoffMultiplier 2
OUTER = Backoff(first=5.0, largest=300.0, floor=0.5)  # the queue's own, for ever
RECONNECT = Backoff(first=0.4, largest=30.0, floor=0.2)  # the event socket
