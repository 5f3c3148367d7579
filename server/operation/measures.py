"""What this process counts, in Prometheus form; one registry per application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from app.transport.breaker import Breaker, Position
from app.transport.metrics import Exchange, Metrics
from server.operation.audit import AuditEntry
from server.operation.recent import Recent, failure_of

# From 1 ms to 10 s, dense where the spec's targets lie (100, 200, 500 ms, 1 s).
BUCKETS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75),
    *(1.0, 1.5, 2.5, 5.0, 10.0),
)
# When a series began tells nobody anything, and doubles the text.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library has no types there
Labels = tuple[str, ...]
POSITIONS = {Position.CLOSED: 0, Position.HALF_OPEN: 1, Position.OPEN: 2}


@dataclass(frozen=True, slots=True)
class Watched:
    """One integration under observation; calls of a remote one leave this process."""

    breaker: Breaker
    metrics: Metrics
    is_remote: bool
    recent: Recent


class Measures:
    """Counters and histograms that are filled as things happen, gauges that are set when asked."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.watched: dict[str, Watched] = {}
        self._requests = Histogram(
            "luckygas_request_seconds",
            "Answered requests by route template; in-process calls of neighbours included",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._errors = Counter(
            "luckygas_request_errors",
            "Answers of 400 and above by problem code",
            ["route", "type"],
            registry=self.registry,
        )
        self._calls = Histogram(
            "luckygas_integration_seconds",
            "Exchanges with an integration",
            ["integration", "operation"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._failures = Counter(
            "luckygas_integration_errors",
            "Exchanges without a definite answer by type",
            ["integration", "type"],
            registry=self.registry,
        )
        self._gauges: dict[str, Gauge] = {}
        # Told of every change that somebody with power made over HTTP.
        self.on_change: Callable[[AuditEntry], None] | None = None

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def request_error(self, route: str, kind: str) -> None:
        """Count one error answer by its problem code."""
        self._errors.labels(route, kind).inc()

    def watch(
        self, integration: str, breaker: Breaker, metrics: Metrics, *, is_remote: bool
    ) -> Callable[[], None]:
        """Follow an integration's exchanges from now on; the result ends that."""
        recent = Recent()
        self.watched[integration] = Watched(breaker, metrics, is_remote, recent)

        def heard(exchange: Exchange) -> None:
            recent.add(exchange)
            self._calls.labels(integration, exchange.operation).observe(exchange.seconds)
            if failure_of(exchange):
                self._failures.labels(integration, failure_of(exchange)).inc()

        return metrics.listen(heard)

    def text(self, gauges: Mapping[str, "Reading"]) -> bytes:
        """Everything in Prometheus' text form, with these readings of the moment."""
        for name, reading in {**self._of_integrations(), **gauges}.items():
            self._set(name, reading)
        return generate_latest(self.registry)

    def _set(self, name: str, reading: "Reading") -> None:
        gauge = self._gauges.get(name)
        if gauge is None:
            gauge = Gauge(f"luckygas_{name}", reading.about, reading.labels, registry=self.registry)
            self._gauges[name] = gauge
        if not reading.labels:
            gauge.set(reading.values[()])
            return
        gauge.clear()
        for labels, value in reading.values.items():
            gauge.labels(*labels).set(value)

    def _of_integrations(self) -> Mapping[str, "Reading"]:
        glances = {name: one.recent.glance() for name, one in self.watched.items()}
        quantiles: dict[Labels, float] = {
            (name, share): value
            for name, glance in glances.items()
            for share, value in (("0.5", glance.p50), ("0.95", glance.p95), ("0.99", glance.p99))
        }
        return {
            "integration_breaker": Reading(
                "Circuit breaker: 0 closed, 1 half open, 2 open",
                {(n,): POSITIONS[w.breaker.position] for n, w in self.watched.items()},
                ("integration",),
            ),
            "integration_latency_seconds": Reading(
                "Quantiles of the last 5 minutes", quantiles, ("integration", "quantile")
            ),
            "integration_requests_per_second": Reading(
                "Rate of the last 5 minutes",
                {(name,): glance.per_second for name, glance in glances.items()},
                ("integration",),
            ),
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What a gauge shows now, by the values of its labels; a gauge without labels has one at ()."""

    about: str
    values: Mapping[Labels, float]
    labels: tuple[str, ...] = ()
