"""What the exchanges of the last minutes were like, one integration at a time."""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.metrics import Exchange

PERIOD_S = 300.0
MOST = 1000


@dataclass(frozen=True, slots=True)
class Glance:
    """A summary: quantiles in seconds, failures by type, share of answered requests."""

    requests: int = 0
    success_rate: float = 1.0
    per_second: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    errors: Mapping[str, int] = field(default_factory=dict)


class Recent:
    """Remembers the exchanges of five minutes, at most a thousand."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, float, str]] = deque(maxlen=MOST)

    def add(self, exchange: Exchange) -> None:
        """Take one exchange in."""
        self._seen.append((self._clock.monotonic(), exchange.seconds, failure_of(exchange)))

    def glance(self) -> Glance:
        """The summary of now."""
        now = self._clock.monotonic()
        while self._seen and now - self._seen[0][0] > PERIOD_S:
            self._seen.popleft()
        if not self._seen:
            return Glance()
        took = sorted(seconds for _, seconds, _ in self._seen)
        errors = Counter(failure for _, _, failure in self._seen if failure)
        # A full memory reaches back less than the whole period.
        is_full = len(self._seen) == MOST
        span = max(now - self._seen[0][0], 1.0) if is_full else PERIOD_S
        return Glance(
            requests=len(took),
            success_rate=1 - errors.total() / len(took),
            per_second=len(took) / span,
            p50=_quantile(took, 0.50),
            p95=_quantile(took, 0.95),
            p99=_quantile(took, 0.99),
            errors=dict(errors),
        )


def failure_of(exchange: Exchange) -> str:
    """The code of what went wrong; empty when a definite answer came."""
    if exchange.error is not None:
        return exchange.error.code
    return "" if exchange.is_answered else f"HTTP_{exchange.status}"


def _quantile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
