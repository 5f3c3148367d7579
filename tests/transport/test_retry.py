from datetime import UTC, datetime

import httpx
import pytest

from app.transport.errors import BreakerOpen, BrokenAnswer, NoConnection, TimedOut, UntrustedServer
from app.transport.retry import RetryTransport, decide, retry_after
from tests.toy_time import ToyTime

NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempt", "asked", "chance", "delay"),
    [
        (0, None, 1.0, 1.0),
        (1, None, 1.0, 2.0),
        (2, None, 1.0, 4.0),
        (2, None, 0.25, 1.0),
        (9, None, 1.0, 30.0),
        (0, 7.0, 0.5, 7.0),
        (0, 30.0, 0.5, 30.0),
        (0, 31.0, 0.5, None),
    ],
)
def test_pauses_double_under_full_jitter_unless_the_server_says_how_long(
    attempt: int, asked: float | None, chance: float, delay: float | None
) -> None:
    assert decide(attempt, asked, chance) == delay


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("12", 12.0),
        ("Wed, 01 Jul 2026 02:00:20 GMT", 20.0),
        ("Wed, 01 Jul 2026 01:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(httpx.Response(503, headers={"retry-after": header}), NOW) == seconds


class Network:
    def __init__(self, *outcomes: httpx.Response | Exception) -> None:
        self.outcomes = list(outcomes)
        self.bodies: list[bytes] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.bodies.append(request.content)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


async def send(network: Network, toy_time: ToyTime, **extensions: int) -> httpx.Response:
    transport = RetryTransport(httpx.MockTransport(network), toy_time.clock())
    request = httpx.Request("POST", "http://office/x", content=b"same", extensions=extensions)
    return await transport.handle_async_request(request)


async def test_a_failed_exchange_is_repeated_three_times_with_the_same_bytes(
    toy_time: ToyTime,
) -> None:
    network = Network(NoConnection("a"), httpx.Response(503), TimedOut("b"), httpx.Response(200))
    assert (await send(network, toy_time)).status_code == 200
    assert network.bodies == [b"same"] * 4
    assert toy_time.slept == [0.5, 1.0, 2.0]


async def test_the_fourth_failure_is_the_answer(toy_time: ToyTime) -> None:
    network = Network(*[BrokenAnswer(str(n)) for n in range(4)])
    with pytest.raises(BrokenAnswer, match="3"):
        await send(network, toy_time)


async def test_a_caller_may_want_no_retry(toy_time: ToyTime) -> None:
    network = Network(httpx.Response(503))
    assert (await send(network, toy_time, retries=0)).status_code == 503


async def test_retry_after_replaces_the_pause(toy_time: ToyTime) -> None:
    busy = httpx.Response(429, headers={"retry-after": "9"})
    await send(Network(busy, httpx.Response(200)), toy_time)
    assert toy_time.slept == [9.0]


async def test_a_server_that_wants_minutes_is_left_to_the_queue(toy_time: ToyTime) -> None:
    busy = httpx.Response(503, headers={"retry-after": "300"})
    assert (await send(Network(busy), toy_time)).status_code == 503
    assert toy_time.slept == []


@pytest.mark.parametrize("error", [BreakerOpen("x"), UntrustedServer("x")])
async def test_what_a_second_can_not_heal_is_not_repeated(
    toy_time: ToyTime, error: Exception
) -> None:
    with pytest.raises(type(error)):
        await send(Network(error), toy_time)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422])
async def test_a_definite_answer_is_not_repeated(toy_time: ToyTime, status: int) -> None:
    assert (await send(Network(httpx.Response(status)), toy_time)).status_code == status
