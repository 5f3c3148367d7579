"""The lowest layer: a whole, sound answer within a total deadline, or an `Unreachable`.

Everything above works on complete bodies and on the errors of `app.transport.errors` only. A
request with the extension `streamed` (the snapshot) passes with its body unread; its reader checks
it itself.
"""

import asyncio
import base64
import hashlib
import socket
from typing import cast

import httpx

from app.transport.errors import (
    BrokenAnswer,
    NoConnection,
    TimedOut,
    UnknownHost,
    Unreachable,
)
from app.transport.trust import causes, trust_problem

TOTAL_DEADLINE = 10.0
BODY_LIMIT = 16 * 1024 * 1024
JSON_KINDS = frozenset({"application/json", "application/problem+json"})
EMPTY_STATUSES = frozenset({204, 304})


def unreachable(error: httpx.TransportError) -> Unreachable:
    """Name the cause of a failed exchange."""
    detail = str(error) or type(error).__name__
    if (untrusted := trust_problem(error)) is not None:
        return untrusted
    if any(isinstance(cause, socket.gaierror) for cause in causes(error)):
        return UnknownHost(detail)
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(detail)
    if isinstance(error, httpx.RemoteProtocolError):
        return BrokenAnswer(detail)
    return NoConnection(detail)


def check(status: int, headers: httpx.Headers, body: bytes, *, needs_digest: bool = True) -> None:
    """Raise `BrokenAnswer` unless these are the bytes that the server sent (RFC 9530).

    Our own server always sends a digest; another module may leave it out.
    """
    if status in EMPTY_STATUSES or status >= 500:
        return
    kind = headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() not in JSON_KINDS:
        raise BrokenAnswer(f"HTTP {status} with content type {kind or 'missing'}")
    if not needs_digest and "content-digest" not in headers:
        return
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    if headers.get("content-digest") != f"sha-256=:{digest}:":
        raise BrokenAnswer(f"HTTP {status} whose body does not match its Content-Digest")


class DeadlineTransport(httpx.AsyncBaseTransport):
    """Reads whole answers; the extension `deadline` (seconds) replaces the usual 10 s."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        deadline: float = TOTAL_DEADLINE,
        body_limit: int = BODY_LIMIT,
        *,
        needs_digest: bool = True,
    ) -> None:
        self._inner = inner
        self._needs_digest = needs_digest
        self._deadline = deadline
        self._body_limit = body_limit

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer with its body read and checked, or an `Unreachable` that names the cause."""
        seconds = float(request.extensions.get("deadline", self._deadline))
        try:
            async with asyncio.timeout(seconds):
                response = await self._inner.handle_async_request(request)
                if request.extensions.get("streamed") and response.status_code < 300:
                    return response
                body = await self._read(response)
        except httpx.TransportError as error:
            raise unreachable(error) from error
        except TimeoutError as error:
            raise TimedOut(f"no whole answer within {seconds:g} s") from error
        check(response.status_code, response.headers, body, needs_digest=self._needs_digest)
        return httpx.Response(response.status_code, headers=response.headers, content=body)

    async def _read(self, response: httpx.Response) -> bytes:
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise BrokenAnswer("compressed, though that was not asked for")
        body = bytearray()
        try:
            # Transports hand each other streams, not yet the client's way of reading them.
            async for chunk in cast(httpx.AsyncByteStream, response.stream):
                body += chunk
                if len(body) > self._body_limit:
                    raise BrokenAnswer(f"larger than {self._body_limit} bytes")
        finally:
            await response.aclose()
        return bytes(body)

    async def aclose(self) -> None:
        """Close what is beneath."""
        await self._inner.aclose()
