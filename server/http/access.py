"""Who may call a path: the one dependency that every path but sign-in and health carries."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.wire.registers import Role
from server.parts import parts_of
from server.refusals import NotAllowed, NotSignedIn
from server.security.sessions import SignedIn

EVERYBODY = (Role.CLERK, Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)
DISPATCHERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)
SUPERVISORS = (Role.SUPERVISOR, Role.ADMIN)
NEIGHBOURS = (Role.SERVICE, Role.SUPERVISOR, Role.ADMIN)
_bearer = HTTPBearer(
    auto_error=False,
    bearerFormat="JWT",
    description="The `access_token` of `POST /v1/session`; valid for 5 minutes.",
)


class Allowed:
    """A dependency that lets these roles pass; raises `NotSignedIn` or `NotAllowed`."""

    def __init__(self, *roles: Role) -> None:
        self._roles = roles

    def __call__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> SignedIn:
        """The person who sends the request."""
        if credentials is None:
            raise NotSignedIn("TOKEN_MISSING", "Sign in first.")
        person = parts_of(request).tokens.read(credentials.credentials)
        if person.role not in self._roles:
            raise NotAllowed("ROLE", f"A {person.role} may not do this; ask a supervisor.")
        return person
