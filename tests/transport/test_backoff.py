from hypothesis import given
from hypothesis import strategies as st

from app.transport.backoff import INNER, OUTER, RECONNECT, Backoff


@given(
    st.sampled_from([INNER, OUTER, RECONNECT]),
    st.integers(0, 10_000),
    st.floats(0, 1, exclude_max=True),
)
def test_a_pause_is_never_longer_than_the_cap_nor_shorter_than_the_floor(
    backoff: Backoff, attempt: int, chance: float
) -> None:
    assert backoff.floor <= backoff.delay(attempt, chance) <= backoff.largest


def test_the_cap_doubles() -> None:
    assert [INNER.delay(n, 1.0) for n in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert [OUTER.delay(n, 1.0) for n in range(8)] == [5, 10, 20, 40, 80, 160, 300, 300]
