from contextlib import suppress

import httpx
import pytest

from app.transport.breaker import (
    Breaker,
    BreakerState,
    BreakerTransport,
    Position,
    admit,
    failed,
    half_opened,
    succeeded,
)
from app.transport.errors import BreakerOpen, NoConnection, SignedOut, TimedOut
from tests.toy_time import ToyTime


def failing(times: list[float]) -> BreakerState:
    state = BreakerState()
    for at in times:
        state = failed(state, at)
    return state


def test_four_failures_leave_it_closed_and_the_fifth_opens_it() -> None:
    assert failing([0, 1, 2, 3]).position is Position.CLOSED
    assert failing([0, 1, 2, 3, 4]).position is Position.OPEN


def test_failures_older_than_two_minutes_do_not_count() -> None:
    assert failing([0, 30, 60, 90, 120]).position is Position.CLOSED
    assert failing([1, 30, 60, 90, 120]).position is Position.OPEN


def test_successes_in_between_do_not_wipe_the_failures() -> None:
    state = failing([0, 1, 2, 3])
    assert failed(succeeded(state), 4).position is Position.OPEN


def test_it_lets_nothing_through_for_a_minute() -> None:
    state = failing([0, 0, 0, 0, 0])
    assert admit(state, 59.9)[1] is False
    assert admit(state, 60)[1] is True


def test_half_open_admits_three_trials_at_a_time() -> None:
    state = half_opened(failing([0] * 5))
    answers = []
    for _ in range(4):
        state, admitted = admit(state, 1)
        answers.append(admitted)
    assert answers == [True, True, True, False]


def test_three_successful_trials_close_it() -> None:
    state = half_opened(failing([0] * 5))
    for expected in (Position.HALF_OPEN, Position.HALF_OPEN, Position.CLOSED):
        state, _ = admit(state, 60)
        state = succeeded(state)
        assert state.position is expected


def test_one_failed_trial_opens_it_for_another_minute() -> None:
    state, _ = admit(half_opened(failing([0] * 5)), 60)
    state = failed(state, 61)
    assert (state.position, state.open_until) == (Position.OPEN, 121)


def test_a_late_failure_does_not_lengthen_the_pause() -> None:
    state = failing([0] * 5)
    assert failed(state, 50) == state


class Answers:
    """A network that answers in turn with statuses or errors."""

    def __init__(self, *outcomes: int | Exception) -> None:
        self.outcomes = list(outcomes)
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        outcome = self.outcomes.pop(0) if self.outcomes else 200
        if isinstance(outcome, Exception):
            raise outcome
        return httpx.Response(outcome)


async def ask(transport: BreakerTransport) -> int:
    request = httpx.Request("GET", "http://office/v1/health")
    return (await transport.handle_async_request(request)).status_code


async def test_5_failures_open_it_and_3_successes_close_it(toy_time: ToyTime) -> None:
    breaker = Breaker(toy_time.clock())
    answers = Answers(500, 502, NoConnection("x"), 504, TimedOut("y"))
    transport = BreakerTransport(httpx.MockTransport(answers), breaker)
    heard: list[Position] = []
    breaker.listen(heard.append)
    for _ in range(5):
        with suppress(NoConnection, TimedOut):
            await ask(transport)
    with pytest.raises(BreakerOpen) as refused:
        await ask(transport)
    assert answers.asked == 5
    assert refused.value.retry_after == pytest.approx(63)  # 60 s and half of the 10 % jitter
    await toy_time.sleep(63)
    assert [await ask(transport) for _ in range(3)] == [200, 200, 200]
    assert breaker.position is Position.CLOSED
    assert heard == [Position.OPEN, Position.HALF_OPEN, Position.CLOSED]


@pytest.mark.parametrize("status", [400, 401, 404, 408, 409, 422, 429])
async def test_an_answer_of_4xx_is_no_failure(toy_time: ToyTime, status: int) -> None:
    breaker = Breaker(toy_time.clock())
    transport = BreakerTransport(httpx.MockTransport(Answers(*[status] * 9)), breaker)
    for _ in range(9):
        await ask(transport)
    assert breaker.position is Position.CLOSED


async def test_a_missing_session_is_no_failure_of_the_office(toy_time: ToyTime) -> None:
    breaker = Breaker(toy_time.clock())
    answers = Answers(*[SignedOut("nobody") for _ in range(9)])
    transport = BreakerTransport(httpx.MockTransport(answers), breaker)
    for _ in range(9):
        with pytest.raises(SignedOut):
            await ask(transport)
    assert breaker.position is Position.CLOSED


async def test_a_sign_of_life_on_another_channel_admits_trials_at_once(toy_time: ToyTime) -> None:
    breaker = Breaker(toy_time.clock())
    transport = BreakerTransport(httpx.MockTransport(Answers(*[500] * 5)), breaker)
    for _ in range(5):
        await ask(transport)
    breaker.sign_of_life()
    assert await ask(transport) == 200
