"""Every error as an HTTP status and a `Problem` body (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.wire.registers import LaneGap, Problem
from server.http.messages import PROBLEM, answer
from server.operation import correlation
from server.orders.intake import LaneBroken
from server.refusals import (
    Conflict,
    Gone,
    Malformed,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    TooLarge,
    TooMany,
)

STATUS: dict[type[Refusal], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    TooLarge: 413,
    Malformed: 422,
    TooMany: 429,
}
DATABASE_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.LockNotAvailableError,
    asyncpg.InterfaceError,
    ConnectionError,
    TimeoutError,
)


def explain_errors(app: FastAPI) -> None:
    """Register what each kind of error is answered with."""
    app.add_exception_handler(Refusal, refused)
    app.add_exception_handler(LaneBroken, _lane_broken)
    app.add_exception_handler(RequestValidationError, _malformed_request)
    app.add_exception_handler(HTTPException, _http_error)
    for kind in DATABASE_AWAY:
        app.add_exception_handler(kind, _database_away)
    app.add_exception_handler(Exception, _bug)


async def refused(_request: Request, error: Exception) -> Response:
    """The answer to a request that is refused."""
    assert isinstance(error, Refusal)
    headers = {}
    if isinstance(error, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    return _problem(STATUS[type(error)], error.code, str(error), headers)


async def _lane_broken(_request: Request, error: Exception) -> Response:
    assert isinstance(error, LaneBroken)
    gap = LaneGap(
        type=_kind(error.code),
        title=HTTPStatus.CONFLICT.phrase,
        detail=f"Message {error.expected} of this lane comes next.",
        code=error.code,
        expected=error.expected,
    )
    return answer(gap, 409, media_type=PROBLEM)


async def _malformed_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return _problem(422, "MALFORMED", told)


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = error.status_code
    return _problem(status, f"HTTP_{status}", str(error.detail), error.headers)


async def _database_away(_request: Request, _error: Exception) -> Response:
    told = "The database does not answer; try again."
    return _problem(503, "UNAVAILABLE", told, {"Retry-After": "2"})


async def _bug(request: Request, _error: Exception) -> Response:
    # This answer is made outside of all middleware.
    name = request.scope.get("state", {}).get("correlation", "")
    told = "The server failed; see its log."
    return _problem(500, "INTERNAL", told, {correlation.HEADER: name} if name else None)


def _problem(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    problem = Problem(
        type=_kind(code),
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
    )
    return answer(problem, status, headers, media_type=PROBLEM)


def _kind(code: str) -> str:
    return f"urn:luckygas:problem:{code.lower()}"
