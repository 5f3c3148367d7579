"""Sign-in and its renewal; open to everybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.wire.registers import RefreshSession, Session, SignIn
from server.http.messages import answer, documented, reader
from server.parts import parts_of
from server.security import sessions

router = APIRouter(prefix="/v1/session", tags=["Sign-in"])
_SESSION = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9…",
    "refresh_token": "m1Zk…",
    "expires_in": 300,
    "username": "demo",
    "display_name": "林小姐",
    "role": "clerk",
}


@router.post(
    "",
    summary="Sign in",
    **documented(
        Session,
        reads=SignIn,
        examples={"body": {"username": "demo", "password": "demo"}, "answer": _SESSION},
    ),
)
async def sign_in(request: Request, body: Annotated[SignIn, Depends(reader(SignIn))]) -> Response:
    """Exchange user name and password for an access token and a refresh token.

    401 `WRONG_PASSWORD` does not tell which of the two was wrong.
    """
    parts = parts_of(request)
    async with parts.pool.acquire() as connection:
        session = await sessions.sign_in(connection, parts.tokens, body.username, body.password)
    return answer(session)


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
