"""How a service says who it is: a token of its own making, valid for minutes (EdDSA, RFC 8037)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.signing import Signer, service_key_id

ALGORITHM = "EdDSA"
LIFE = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class ServiceIdentity:
    """A service: its name and private key, and the name of the server that it speaks to."""

    name: str
    key: Ed25519PrivateKey
    audience: str

    @property
    def signer(self) -> Signer:
        """What the service signs its requests with."""
        return Signer(service_key_id(self.name), self.key)

    def token(self, now: datetime) -> str:
        """A bearer token, valid from now on for 4 minutes."""
        claims = {
            "iss": self.name,
            "aud": self.audience,
            "iat": now,
            "exp": now + LIFE,
            "jti": uuid4().hex,
        }
        return jwt.encode(claims, self.key, algorithm=ALGORITHM)


class ServiceAuth(httpx.AsyncBaseTransport):
    """Adds the service's token to every request; it belongs above the signing transport.

    A token serves for half of its life, as long as the identity stays the same.
    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        identity: Callable[[], ServiceIdentity],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._inner = inner
        self._identity = identity
        self._clock = clock
        self._made_for: ServiceIdentity | None = None
        self._made_at = 0.0
        self._token = ""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request as the service."""
        request.headers["authorization"] = f"Bearer {self._present_token()}"
        return await self._inner.handle_async_request(request)

    def _present_token(self) -> str:
        identity, now = self._identity(), self._clock.monotonic()
        if identity != self._made_for or now - self._made_at > LIFE.total_seconds() / 2:
            self._made_for, self._made_at = identity, now
            self._token = identity.token(self._clock.now())
        return self._token

    async def aclose(self) -> None:
        """Close what is beneath."""
        await self._inner.aclose()
