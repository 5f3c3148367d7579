"""Healthy, degraded or unhealthy: docs/rules/integration-health.md."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.transport.breaker import Position
from app.wire.enums import IntegrationStatus
from app.wire.health import IntegrationState
from server.operation.recent import Glance

ENOUGH = 5
SLOW_S = 2.0
GOOD_SHARE = 0.97
OVERDUE_S = 300.0
_THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Owing:
    """How many calls an integration is owed, and for how many seconds the oldest one."""

    depth: int = 0
    oldest_s: float = 0.0


def judge(position: Position, glance: Glance, owing: Owing) -> tuple[IntegrationStatus, str]:
    """The status and what ails the integration; a pure rule."""
    enough = glance.requests >= ENOUGH
    if position is Position.OPEN:
        return IntegrationStatus.UNHEALTHY, "Circuit breaker open"
    if enough and glance.success_rate < 0.5:
        return IntegrationStatus.UNHEALTHY, "Most requests fail"
    ails = {
        "Circuit breaker half open": position is Position.HALF_OPEN,
        "High latency detected": enough and glance.p95 >= SLOW_S,
        "High error rate": enough and glance.success_rate < GOOD_SHARE,
        "Calls are overdue": owing.oldest_s >= OVERDUE_S,
    }
    error = next((text for text, applies in ails.items() if applies), "")
    return (IntegrationStatus.DEGRADED if error else IntegrationStatus.HEALTHY), error


def state_of(position: Position, glance: Glance, owing: Owing) -> IntegrationState:
    """One integration as the spec shows it, with the added figures."""
    status, error = judge(position, glance, owing)
    return IntegrationState(
        status=status,
        latency_ms=round(glance.p50 * 1000),
        success_rate=_rounded(glance.success_rate),
        error=error,
        breaker=position.value,
        p50_ms=_rounded(glance.p50 * 1000),
        p95_ms=_rounded(glance.p95 * 1000),
        p99_ms=_rounded(glance.p99 * 1000),
        requests_per_second=_rounded(glance.per_second),
        errors=dict(glance.errors),
        queue_depth=owing.depth,
        oldest_owed_seconds=round(owing.oldest_s),
    )


def _rounded(value: float) -> Decimal:
    return Decimal(value).quantize(_THOUSANDTH, ROUND_HALF_UP)
