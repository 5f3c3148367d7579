"""One line to each neighbour: over the network where it has a URL, else to its built-in part.

Either way the same request runs through token, retry, signature, breaker, metrics and deadline,
so that a built-in neighbour is exchanged for a remote one by a setting. See docs/decisions/090.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import httpx
from starlette.types import ASGIApp

from app.transport.breaker import Breaker, BreakerTransport
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.deadline import TOTAL_DEADLINE, DeadlineTransport
from app.transport.errors import BrokenAnswer
from app.transport.metrics import Metrics, MetricsTransport
from app.transport.network import NetworkTransport
from app.transport.retry import MAX_RETRIES, RetryTransport
from app.transport.service_auth import ServiceAuth, ServiceIdentity
from app.transport.signing import SigningTransport
from app.transport.trust import Trust
from app.wire.codec import MalformedMessage, Message, decode, encode
from server.neighbours.api_key import ApiKeyTransport
from server.neighbours.names import BUILT_IN, Neighbour, Urls
from server.neighbours.refusals import refusal
from server.operation import correlation

M = TypeVar("M", bound=Message)
Layer = Callable[[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport]
INSIDE = "in-process"  # instead of the caller's address
OWN_URL = "http://order-sales"
SMS_API_KEY = "SMS_API_KEY"
# Named for logs and audit; a built-in neighbour answers it from within this process.


@dataclass(frozen=True, slots=True)
class Line:
    """How one neighbour is reached, and what others look at: breaker and figures."""

    client: httpx.AsyncClient
    breaker: Breaker
    metrics: Metrics
    is_remote: bool


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a neighbour; `key` makes a repetition harmless, `correlation` follows it.

    `deadline` (seconds) holds for each of the `retries` + 1 attempts.
    """

    neighbour: Neighbour
    method: str
    path: str
    body: bytes = b""
    key: str = ""
    correlation: str = ""
    operation: str = ""
    deadline: float = TOTAL_DEADLINE
    retries: int = MAX_RETRIES


class Lines:
    """The lines to all neighbours of one running server."""

    def __init__(
        self,
        own: ASGIApp,
        urls: Urls,
        identity: Callable[[Neighbour], ServiceIdentity],
        trust: Trust | None = None,
        clock: Clock = SYSTEM_CLOCK,
        find_secret: Callable[[str], str | None] = lambda _name: None,
    ) -> None:
        self._clock = clock
        trust = trust or Trust()
        self._lines = {
            name: _line(_wire(urls.get(name, ""), own, trust), partial(identity, name), clock)
            for name in BUILT_IN
        }
        if Neighbour.SMS in urls:
            wire = _wire(urls[Neighbour.SMS], own, trust)
            key = partial(find_secret, SMS_API_KEY)
            self._lines[Neighbour.SMS] = _gateway(wire, key, clock)

    def __getitem__(self, neighbour: Neighbour) -> Line:
        """The line to a neighbour; raises `KeyError` for a gateway that is not configured."""
        return self._lines[neighbour]

    def __contains__(self, neighbour: Neighbour) -> bool:
        return neighbour in self._lines

    def is_remote(self, neighbour: Neighbour) -> bool:
        """Whether another process keeps this neighbour's books."""
        return neighbour in self._lines and self._lines[neighbour].is_remote

    async def send(self, call: Call) -> bytes:
        """The body of a successful answer; raises `Unreachable` or `NeighbourRefused`."""
        headers = {"content-type": "application/json"}
        if call.key:
            headers["idempotency-key"] = call.key
        name = call.correlation or correlation.current()
        if name:
            headers[correlation.HEADER] = name
        with correlation.correlated(name):
            response = await self._lines[call.neighbour].client.request(
                call.method,
                call.path,
                content=call.body or None,
                headers=headers,
                extensions={
                    "operation": call.operation or f"{call.method} {call.neighbour}",
                    "deadline": call.deadline,
                    "retries": call.retries,
                },
            )
        if not response.is_success:
            raise refusal(response, self._clock)
        return response.content

    async def ask(
        self,
        neighbour: Neighbour,
        method: str,
        path: str,
        body: Message | None = None,
        *,
        answers: type[M],
        key: str = "",
    ) -> M:
        """The answer as a message; raises `Unreachable` or `NeighbourRefused`."""
        content = b"" if body is None else encode(body)
        received = await self.send(Call(neighbour, method, path, content, key))
        try:
            return decode(answers, received)
        except MalformedMessage as error:
            raise BrokenAnswer(str(error)) from error

    async def close(self) -> None:
        """Close every line."""
        for line in self._lines.values():
            await line.client.aclose()


@dataclass(frozen=True, slots=True)
class _Wire:
    transport: httpx.AsyncBaseTransport
    url: str
    is_remote: bool


def _wire(url: str, own: ASGIApp, trust: Trust) -> _Wire:
    if url:
        return _Wire(NetworkTransport(trust), url, is_remote=True)
    inside = httpx.ASGITransport(app=own, raise_app_exceptions=False, client=(INSIDE, 0))
    return _Wire(inside, OWN_URL, is_remote=False)


def _line(wire: _Wire, identity: Callable[[], ServiceIdentity], clock: Clock) -> Line:
    """To a neighbour: each attempt is signed anew."""
    return _stacked(
        wire,
        clock,
        beneath=lambda inner: SigningTransport(inner, lambda: identity().signer, clock),
        above=lambda inner: ServiceAuth(inner, identity, clock),
    )


def _gateway(wire: _Wire, api_key: Callable[[], str | None], clock: Clock) -> Line:
    """To an outside system, in the specification's own shape: a bearer key, no signatures."""
    return _stacked(
        wire,
        clock,
        beneath=lambda inner: inner,
        above=lambda inner: ApiKeyTransport(inner, api_key),
    )


def _stacked(wire: _Wire, clock: Clock, *, beneath: Layer, above: Layer) -> Line:
    breaker, metrics = Breaker(clock), Metrics()
    whole = DeadlineTransport(wire.transport, TOTAL_DEADLINE, needs_digest=not wire.is_remote)
    guarded = beneath(BreakerTransport(MetricsTransport(whole, metrics, clock), breaker))
    client = httpx.AsyncClient(
        base_url=wire.url,
        transport=above(RetryTransport(guarded, clock)),
        headers={"accept-encoding": "identity", "accept": "application/json"},
        timeout=TOTAL_DEADLINE,
    )
    return Line(client, breaker, metrics, wire.is_remote)
