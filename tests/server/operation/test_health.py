"""docs/rules/integration-health.md, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transport.breaker import Position
from app.transport.errors import NoConnection
from app.transport.metrics import Exchange
from app.wire.codec import decode, encode
from app.wire.enums import IntegrationStatus
from app.wire.health import IntegrationState
from server.operation.health import Owing, judge, state_of
from server.operation.recent import Glance, Recent
from tests.toy_time import ToyTime

HEALTHY, DEGRADED, UNHEALTHY = IntegrationStatus
CLOSED, OPEN, HALF_OPEN = Position.CLOSED, Position.OPEN, Position.HALF_OPEN


@pytest.mark.parametrize(
    ("position", "glance", "owing", "expected"),
    [
        (CLOSED, Glance(100, 0.998, p95=0.045), Owing(), (HEALTHY, "")),
        (CLOSED, Glance(100, 0.995, p95=0.123), Owing(), (HEALTHY, "")),
        (CLOSED, Glance(100, 0.92, p95=2.5), Owing(), (DEGRADED, "High latency detected")),
        (CLOSED, Glance(100, 0.92, p95=0.045), Owing(), (DEGRADED, "High error rate")),
        (CLOSED, Glance(100, 0.49, p95=0.045), Owing(), (UNHEALTHY, "Most requests fail")),
        (CLOSED, Glance(4, 0.0, p95=9.0), Owing(), (HEALTHY, "")),
        (CLOSED, Glance(), Owing(), (HEALTHY, "")),
        (CLOSED, Glance(), Owing(3, 299.9), (HEALTHY, "")),
        (CLOSED, Glance(), Owing(3, 300.0), (DEGRADED, "Calls are overdue")),
        (OPEN, Glance(100, 1.0), Owing(), (UNHEALTHY, "Circuit breaker open")),
        (HALF_OPEN, Glance(100, 1.0), Owing(), (DEGRADED, "Circuit breaker half open")),
        (CLOSED, Glance(5, 0.97, p95=1.999), Owing(), (HEALTHY, "")),
        (CLOSED, Glance(5, 1.0, p95=2.0), Owing(), (DEGRADED, "High latency detected")),
    ],
)
def test_the_first_line_of_the_rule_that_applies_decides(
    position: Position, glance: Glance, owing: Owing, expected: tuple[IntegrationStatus, str]
) -> None:
    assert judge(position, glance, owing) == expected


@given(
    answered=st.lists(st.tuples(st.booleans(), st.floats(0, 10)), max_size=60),
    position=st.sampled_from(Position),
)
def test_whatever_happened_can_be_shown_and_read(
    answered: list[tuple[bool, float]], position: Position
) -> None:
    recent = Recent(ToyTime().clock())
    for good, seconds in answered:
        error = None if good else NoConnection("")
        recent.add(Exchange("x", 200 if good else None, error, seconds))
    shown = state_of(position, recent.glance(), Owing())
    assert decode(IntegrationState, encode(shown)) == shown
    assert 0 <= shown.success_rate <= 1
    assert shown.p50_ms is not None
    assert shown.p50_ms <= (shown.p95_ms or 0) <= (shown.p99_ms or 0) or not answered


def test_only_the_last_five_minutes_count() -> None:
    time = ToyTime()
    recent = Recent(time.clock())
    recent.add(Exchange("x", 503, None, 1.0))
    assert recent.glance().errors == {"HTTP_503": 1}
    time.seconds += 301
    assert recent.glance() == Glance()
