"""Sign-in and its renewal, open to everybody; and sign-out."""

from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, Request, Response

from app.wire.codec import Message
from app.wire.registers import RefreshSession, Session, SignIn
from server.http.access import caller
from server.http.addresses import address_of
from server.http.messages import answer, documented, reader
from server.operation.audit import Action, AuditEntry, note
from server.parts import parts_of
from server.refusals import Refusal
from server.security import sessions
from server.security.rates import Limited
from server.security.registers import refuse_revoked
from server.security.sessions import SignedIn

router = APIRouter(prefix="/v1/session", tags=["Sign-in"])
_SESSION = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9…",
    "refresh_token": "m1Zk…",
    "expires_in": 300,
    "username": "demo",
    "display_name": "林小姐",
    "role": "clerk",
}


class Ended(Message, frozen=True, kw_only=True):
    """`DELETE /v1/session`: whose session has ended."""

    username: str


@router.post(
    "",
    summary="Sign in",
    **documented(
        Session,
        reads=SignIn,
        errors=(401, 422, 429),
        examples={"body": {"username": "demo", "password": "demo"}, "answer": _SESSION},
    ),
)
async def sign_in(request: Request, body: Annotated[SignIn, Depends(reader(SignIn))]) -> Response:
    """Exchange user name and password for an access token and a refresh token.

    401 `WRONG_PASSWORD` does not tell which of the two was wrong. 429 `TOO_MANY_ATTEMPTS` after
    five wrong ones from one address: first for 5 s, then twice as long each time, at most 15 min.
    """
    parts = parts_of(request)
    parts.rates.count(Limited.SIGN_IN, address_of(request))
    async with parts.pool.acquire() as connection:
        if body.device_id is not None:
            await refuse_revoked(connection, body.device_id)
        try:
            session = await sessions.sign_in(connection, parts.tokens, body, address_of(request))
        except Refusal as refusal:
            await note(connection, await _refused(connection, body, refusal))
            raise
        await note(
            connection,
            AuditEntry(Action.SIGNED_IN, str(body.device_id or "-"), session.username),
        )
    return answer(session)


async def _refused(connection: asyncpg.Connection, body: SignIn, refusal: Refusal) -> AuditEntry:
    """Unknown names are not written down: people type their password into the wrong field."""
    name = body.username.strip().lower()
    known = await connection.fetchval("SELECT 1 FROM users WHERE username = $1", name)
    device = str(body.device_id or "-")
    return AuditEntry(Action.SIGN_IN_REFUSED, device, name if known else "unknown", refusal.code)


@router.delete("", summary="Sign out", **documented(Ended, errors=(401,)))
async def sign_out(request: Request, sender: Annotated[SignedIn, Depends(caller)]) -> Response:
    """End the session of the access token (addition); neither of its tokens works any more."""
    parts = parts_of(request)
    if sender.session_id is not None:
        async with parts.pool.acquire() as connection:
            await sessions.end_session(connection, sender.session_id)
        await parts.directory.refresh()
    return answer(Ended(username=sender.username))


@router.post(
    "/refresh",
    summary="Renew a session",
    **documented(
        Session,
        reads=RefreshSession,
        examples={"body": {"refresh_token": "m1Zk…"}, "answer": _SESSION},
    ),
)
async def refresh(
    request: Request, body: Annotated[RefreshSession, Depends(reader(RefreshSession))]
) -> Response:
    """Exchange a refresh token for fresh tokens; it is used up by that.

    401 `SESSION_ENDED` when it is unknown, expired, or was used before by somebody else: then
    the whole session ends. Repeating a request whose answer was lost is fine.
    """
    parts = parts_of(request)
    async with parts.pool.acquire() as connection:
        return answer(await sessions.refresh(connection, parts.tokens, body.refresh_token))
