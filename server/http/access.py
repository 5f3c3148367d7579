"""Who may call a path: the one dependency that every path but sign-in and health carries."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.wire.registers import Role
from server.http.addresses import address_of
from server.neighbours.lines import INSIDE
from server.neighbours.names import Neighbour
from server.parts import parts_of
from server.refusals import NotAllowed, NotSignedIn
from server.security.rates import Limited
from server.security.sessions import SignedIn

EVERYBODY = (Role.CLERK, Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)
DISPATCHERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)
SUPERVISORS = (Role.SUPERVISOR, Role.ADMIN)
NEIGHBOURS = (Role.SERVICE, Role.SUPERVISOR, Role.ADMIN)
bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    description="A person: the `access_token` of `POST /v1/session`, valid for 5 minutes. "
    "A service: a JWT of its own (EdDSA; iss, aud, iat, exp of at most 5 minutes, jti).",
)


async def caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> SignedIn:
    """Who sends the request, a person or a service; raises `NotSignedIn`."""
    if credentials is None:
        raise NotSignedIn("TOKEN_MISSING", "Sign in first.")
    parts, address = parts_of(request), address_of(request)
    sender = await parts.callers.read(credentials.credentials, address)
    if sender.role is not Role.SERVICE:
        parts.rates.count(Limited.PERSON, str(sender.session_id))
    elif address != INSIDE:
        parts.rates.count(Limited.SERVICE, sender.username)
    # For log lines and the audit log.
    request.state.actor, request.state.role = sender.username, sender.role
    return sender


class Allowed:
    """A dependency that lets these roles pass; raises `NotSignedIn` or `NotAllowed`."""

    def __init__(self, *roles: Role) -> None:
        self._roles = roles

    async def __call__(self, sender: Annotated[SignedIn, Depends(caller)]) -> SignedIn:
        """The sender of the request."""
        if sender.role not in self._roles:
            raise NotAllowed("ROLE", f"A {sender.role} may not do this; ask a supervisor.")
        return sender


class SpeaksFor:
    """A dependency that lets a machine pass only if it speaks for one of these neighbours.

    People, and services that speak for nobody in particular, pass; else `NotAllowed`.
    """

    def __init__(self, *neighbours: Neighbour) -> None:
        self._neighbours = neighbours

    async def __call__(self, sender: Annotated[SignedIn, Depends(caller)]) -> None:
        """Check the sender of the request."""
        if sender.neighbour not in ("", *self._neighbours):
            raise NotAllowed(
                "NEIGHBOUR",
                f"{sender.username} speaks for {sender.neighbour}; this is said by "
                f"{self._neighbours[0]} only.",
            )
