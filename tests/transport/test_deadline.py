import asyncio
import gzip
import socket
import ssl
from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from app.transport.deadline import DeadlineTransport, unreachable
from app.transport.errors import (
    BrokenAnswer,
    NoConnection,
    TimedOut,
    UnknownHost,
    Unreachable,
    UntrustedServer,
)
from tests.sync.toy_answers import digest_of

REQUEST = httpx.Request("GET", "http://office/x")
BODY = b'{"a":1}'


def sound(
    body: bytes = BODY, status: int = 200, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    fixed = {"content-type": "application/json", "content-digest": digest_of(body)}
    return httpx.Response(status, content=body, headers={**fixed, **(headers or {})})


async def fetch(
    response: httpx.Response | Exception, deadline: float = 5, body_limit: int = 100
) -> httpx.Response:
    def network(request: httpx.Request) -> httpx.Response:
        if isinstance(response, Exception):
            raise response
        return response

    transport = DeadlineTransport(httpx.MockTransport(network), deadline, body_limit)
    return await transport.handle_async_request(REQUEST)


async def test_a_sound_answer_arrives_with_its_body() -> None:
    assert (await fetch(sound())).content == BODY


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>sign in</html>"),
        httpx.Response(302, headers={"location": "http://hotel/"}),
        httpx.Response(403, text="<html>blocked</html>"),
        httpx.Response(200, json={"a": 1}),  # no digest: not our server
        sound(headers={"content-digest": digest_of(b"other")}),
        sound(gzip.compress(BODY), headers={"content-encoding": "gzip"}),
        sound(b'"' + b"a" * 100 + b'"'),  # larger than the limit
        httpx.RemoteProtocolError("peer closed connection without complete message body"),
    ],
)
async def test_what_our_server_did_not_send_is_a_broken_answer(
    answer: httpx.Response | Exception,
) -> None:
    with pytest.raises(BrokenAnswer):
        await fetch(answer)


async def test_a_refusal_of_our_server_is_an_answer() -> None:
    assert (await fetch(sound(status=422))).status_code == 422


async def test_a_server_error_needs_no_sound_body() -> None:
    assert (await fetch(httpx.Response(502, text="<html>bad gateway</html>"))).status_code == 502


def caused(error: httpx.TransportError, cause: Exception) -> httpx.TransportError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("refused"), NoConnection),
        (httpx.ReadError("reset"), NoConnection),
        (httpx.ConnectTimeout("slow"), TimedOut),
        (httpx.ReadTimeout("slow"), TimedOut),
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")), UnknownHost),
        (caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError()), UntrustedServer),
    ],
)
def test_the_cause_is_named(error: httpx.TransportError, kind: type[Unreachable]) -> None:
    assert type(unreachable(error)) is kind


class Drip(httpx.AsyncByteStream):
    """A body that never ends and never stops: one byte for every look."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.001)


async def test_a_slow_answer_hits_the_total_deadline() -> None:
    slow = httpx.Response(200, stream=Drip())
    with pytest.raises(TimedOut, match=r"0\.05 s"):
        await fetch(slow, deadline=0.05, body_limit=10**9)
