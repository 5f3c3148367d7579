"""Counts and latencies of every exchange, by operation (spec: Integration Metrics)."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import Unreachable

KEPT_LATENCIES = 512


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came of it: a status, or the code of the error; `seconds` it took."""

    operation: str
    status: int | None
    error: Unreachable | None
    seconds: float

    @property
    def is_answered(self) -> bool:
        """Whether a machine that speaks our protocol gave a definite answer."""
        return self.status is not None and self.status < 500


@dataclass(frozen=True, slots=True)
class Figures:
    """What the health screen shows of one operation; latencies in milliseconds."""

    requests: int
    success_rate: float
    errors: Mapping[str, int]
    p50: float
    p95: float
    p99: float


@dataclass(slots=True)
class _Record:
    requests: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    latencies: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT_LATENCIES))

    def figures(self) -> Figures:
        ordered = sorted(self.latencies)

        def quantile(share: float) -> float:
            return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

        p50, p95, p99 = (quantile(share) if ordered else 0.0 for share in (0.5, 0.95, 0.99))
        answered = self.requests - self.errors.total()
        return Figures(
            requests=self.requests,
            success_rate=answered / self.requests if self.requests else 1.0,
            errors=dict(self.errors),
            p50=p50,
            p95=p95,
            p99=p99,
        )


class Metrics:
    """Everything measured so far, by operation; `listen` hears each exchange as it ends."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}
        self._listeners: list[Callable[[Exchange], None]] = []

    def listen(self, callback: Callable[[Exchange], None]) -> Callable[[], None]:
        """Call back after every exchange; the result ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def record(self, exchange: Exchange) -> None:
        """Count one exchange and tell the listeners."""
        record = self._records.setdefault(exchange.operation, _Record())
        record.requests += 1
        record.latencies.append(exchange.seconds)
        if exchange.error is not None:
            record.errors[exchange.error.code] += 1
        elif not exchange.is_answered:
            record.errors[f"HTTP_{exchange.status}"] += 1
        for callback in tuple(self._listeners):
            callback(exchange)

    def figures(self) -> Mapping[str, Figures]:
        """The figures of every operation so far."""
        return {name: record.figures() for name, record in self._records.items()}


class MetricsTransport(httpx.AsyncBaseTransport):
    """Measures every exchange; the operation's name is the request's extension `operation`."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, metrics: Metrics, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._inner = inner
        self._metrics = metrics
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on and record how it went."""
        started = self._clock.monotonic()
        operation = str(request.extensions.get("operation", request.url.path))
        try:
            response = await self._inner.handle_async_request(request)
        except Unreachable as error:
            seconds = self._clock.monotonic() - started
            self._metrics.record(Exchange(operation, None, error, seconds))
            raise
        seconds = self._clock.monotonic() - started
        self._metrics.record(Exchange(operation, response.status_code, None, seconds))
        return response

    async def aclose(self) -> None:
        """Close what is beneath."""
        await self._inner.aclose()
