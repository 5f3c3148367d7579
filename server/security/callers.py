"""Who sends a request, by its bearer token: a person's (HS256, ours) or a service's (EdDSA)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import jwt

from app.transport.service_auth import ALGORITHM
from app.transport.signing import register_key_id
from app.wire.registers import Role
from server.refusals import NotSignedIn
from server.security.directory import Directory, Known, Service
from server.security.sessions import ENDED, LEEWAY, REVOKED, SignedIn, Tokens

LONGEST_LIFE_S = 300
MOST_READ = 1000
_SERVICE_CLAIMS = ["iss", "aud", "iat", "exp", "jti"]


@dataclass(frozen=True, slots=True)
class _Read:
    """The services' tokens that were found good with what was known at that moment."""

    with_what: Known
    tokens: dict[str, tuple[SignedIn, Service | None]] = field(default_factory=dict)


class Callers:
    """Reads tokens with what the directory knows."""

    def __init__(self, tokens: Tokens, directory: Directory) -> None:
        self._tokens = tokens
        self._directory = directory
        self._read = _Read(directory.now)

    async def read(self, token: str, address: str) -> SignedIn:
        """Who the token stands for, when it comes from this address; raises `NotSignedIn`."""
        if _algorithm(token) == ALGORITHM:
            return await self._service(token, address)
        return self.person(token)

    def person(self, token: str) -> SignedIn:
        """The person whom the token stands for; raises `NotSignedIn`."""
        person = self._tokens.read(token)
        self.refuse_ended(person)
        return person

    def refuse_ended(self, person: SignedIn) -> None:
        """Raise `NotSignedIn` when the person's session is over."""
        code = self._directory.now.ended.get(person.session_id) if person.session_id else None
        if code is not None:
            raise NotSignedIn(code, ENDED[code])

    def refuse_revoked(self, device_id: UUID) -> None:
        """Raise `NotSignedIn` when this register may no longer call."""
        register = self._directory.now.registers.get(register_key_id(device_id))
        if register is not None and register.revoked_at is not None:
            raise NotSignedIn("REGISTER_REVOKED", REVOKED)

    async def _service(self, token: str, address: str) -> SignedIn:
        if self._read.with_what is not self._directory.now or len(self._read.tokens) > MOST_READ:
            self._read = _Read(self._directory.now)
        found = self._read.tokens.get(token)
        if found is None or found[0].expires_at + LEEWAY < datetime.now(UTC):
            found = await self._service_of(token)
        sender, service = found
        if service is not None and not service.may_call_from(address):
            raise NotSignedIn("ADDRESS", f"{sender.username} may not call from {address}.")
        self._read.tokens[token] = found
        return sender

    async def _service_of(self, token: str) -> tuple[SignedIn, Service | None]:
        name = _issuer(token)
        is_own = name == self._directory.now.own.name
        service = None if is_own else await self._known_service(name)
        own = self._directory.now.own
        key = own.key.public_key() if service is None else service.key
        claims = _claims(token, key, own.audience)
        expires_at = datetime.fromtimestamp(claims["exp"], UTC)
        neighbour = "" if service is None else service.neighbour
        return SignedIn(name, Role.SERVICE, expires_at, neighbour=neighbour), service

    async def _known_service(self, name: str) -> Service:
        if name not in self._directory.now.services:
            await self._directory.refresh()
        service = self._directory.now.services.get(name)
        if service is None:
            raise NotSignedIn("SERVICE_UNKNOWN", "This service is not registered here.")
        if not service.active:
            raise NotSignedIn("SERVICE_REVOKED", f"{name} may no longer call.")
        return service


def _algorithm(token: str) -> str:
    try:
        return str(jwt.get_unverified_header(token).get("alg"))
    except jwt.InvalidTokenError as error:
        raise NotSignedIn("TOKEN_INVALID", "Sign in first.") from error


def _issuer(token: str) -> str:
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError as error:
        raise NotSignedIn("TOKEN_INVALID", "That is no token.") from error
    return str(claims.get("iss", ""))


def _claims(token: str, key: Any, audience: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            leeway=LEEWAY,
            options={"require": _SERVICE_CLAIMS},
        )
    except jwt.ExpiredSignatureError as error:
        raise NotSignedIn("TOKEN_EXPIRED", "The token has expired; make a new one.") from error
    except jwt.InvalidTokenError as error:
        raise NotSignedIn("TOKEN_INVALID", f"The service's token is refused: {error}.") from error
    if claims["exp"] - claims["iat"] > LONGEST_LIFE_S:
        raise NotSignedIn("TOKEN_LIFE", "A service's token is valid for 5 minutes at most.")
    return claims
