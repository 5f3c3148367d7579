"""Signed requests (RFC 9421, Ed25519): what is covered, who signs, and the transport that does it.

Covered are method, path, query, the digest of the body (RFC 9530), the bearer token and the
Idempotency-Key; not scheme and host, which a proxy that ends TLS exchanges. See
docs/decisions/093.
"""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner
from http_message_signatures.algorithms import ED25519

from app.transport.clocks import SYSTEM_CLOCK, Clock

ALWAYS_COVERED = ("@method", "@path", "@query", "content-digest", "authorization")
KEY_HEADER = "idempotency-key"
REGISTER_PREFIX = "register:"
OUT_OF_TIME = "SIGNATURE_EXPIRED"
WINDOW = timedelta(minutes=5)
_LABEL = "luckygas"
_SIGNER = HTTPMessageSigner(signature_algorithm=ED25519)
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNED_HEADERS = ("content-digest", "signature-input", "signature")


def register_key_id(device_id: UUID) -> str:
    """How a register names its key in `keyid`."""
    return f"{REGISTER_PREFIX}{device_id}"


def service_key_id(name: str) -> str:
    """How a service names its key in `keyid`."""
    return f"service:{name}"


def covered(headers: httpx.Headers) -> tuple[str, ...]:
    """What a signature of a request with these headers must cover."""
    return ALWAYS_COVERED + ((KEY_HEADER,) if KEY_HEADER in headers else ())


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under the name by which the server knows its public half."""

    key_id: str
    key: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        """The public half as messages carry it: base64 of its 32 bytes."""
        return base64.b64encode(self.key.public_key().public_bytes_raw()).decode()

    def sign(self, request: httpx.Request, at: datetime) -> None:
        """Put a fresh signature with a nonce of its own on the request; an older one goes."""
        for name in _SIGNED_HEADERS:
            request.headers.pop(name, None)
        prepared = _SIGNER.prepare(
            request,
            key_id=self.key_id,
            created=at,
            nonce=secrets.token_urlsafe(16),
            label=_LABEL,
            covered_component_ids=covered(request.headers),
            body=request.content,
        )
        # As the library's own apply() writes them, without building the base a second time.
        signature = base64.b64encode(self.key.sign(prepared.signature_base)).decode()
        request.headers["signature-input"] = f"{_LABEL}={prepared.signature_params}"
        request.headers["signature"] = f"{_LABEL}=:{signature}:"


class SigningTransport(httpx.AsyncBaseTransport):
    """Signs each attempt anew, so it belongs beneath the retries and above the wire.

    Signed is whatever changes something and says who sends it. A machine whose clock is wrong
    takes over the server's time from its answer and signs once more.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        signer: Callable[[], Signer | None],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._inner = inner
        self._signer = signer
        self._clock = clock
        self._ahead = timedelta()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to the signed request."""
        signer = self._signer() if _is_to_be_signed(request) else None
        if signer is None:
            return await self._inner.handle_async_request(request)
        await request.aread()
        signer.sign(request, self._clock.now() + self._ahead)
        response = await self._inner.handle_async_request(request)
        ahead = await self._correction(response)
        if ahead is None:
            return response
        await response.aclose()
        self._ahead = ahead
        signer.sign(request, self._clock.now() + ahead)
        return await self._inner.handle_async_request(request)

    async def _correction(self, response: httpx.Response) -> timedelta | None:
        """How far the server's clock is ahead of ours, if that is why it refused."""
        if response.status_code != 401:
            return None
        try:
            problem = json.loads(await response.aread())
            theirs = parsedate_to_datetime(response.headers["date"])
        except (KeyError, ValueError):
            return None
        if not isinstance(problem, dict) or problem.get("code") != OUT_OF_TIME:
            return None
        return theirs - self._clock.now()

    async def aclose(self) -> None:
        """Close what is beneath."""
        await self._inner.aclose()


def _is_to_be_signed(request: httpx.Request) -> bool:
    return request.method not in _READING and "authorization" in request.headers
