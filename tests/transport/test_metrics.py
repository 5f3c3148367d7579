import httpx
import pytest

from app.transport.errors import NoConnection
from app.transport.metrics import Exchange, Metrics, MetricsTransport
from tests.toy_time import ToyTime


async def test_every_exchange_is_measured_by_operation(toy_time: ToyTime) -> None:
    outcomes: list[tuple[float, int | None]] = [(0.01, 200), (0.03, 422), (0.02, 503), (1.0, None)]

    async def network(request: httpx.Request) -> httpx.Response:
        seconds, status = outcomes.pop(0)
        await toy_time.sleep(seconds)
        if status is None:
            raise NoConnection("x")
        return httpx.Response(status)

    metrics = Metrics()
    heard: list[Exchange] = []
    metrics.listen(heard.append)
    transport = MetricsTransport(httpx.MockTransport(network), metrics, toy_time.clock())
    request = httpx.Request("POST", "http://office/x", extensions={"operation": "outbox"})
    for _ in range(3):
        await transport.handle_async_request(request)
    with pytest.raises(NoConnection):
        await transport.handle_async_request(request)

    figures = metrics.figures()["outbox"]
    assert figures.requests == 4
    assert figures.success_rate == 0.5  # a refusal is an answer
    assert figures.errors == {"HTTP_503": 1, "NO_CONNECTION": 1}
    assert figures.p50 == pytest.approx(30)
    assert figures.p99 == pytest.approx(1000)
    assert [exchange.is_answered for exchange in heard] == [True, True, False, False]
