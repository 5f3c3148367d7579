"""Every error as an HTTP status and a `Problem` body."""

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.wire.registers import LaneGap, Problem
from server.http.messages import answer
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
    return answer(Problem(code=error.code, message=str(error)), STATUS[type(error)], headers)


async def _lane_broken(_request: Request, error: Exception) -> Response:
    assert isinstance(error, LaneBroken)
    return answer(LaneGap(code=error.code, expected=error.expected), 409)


async def _malformed_request(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
    return answer(Problem(code="MALFORMED", message=told), 422)


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = Problem(code=f"HTTP_{error.status_code}", message=str(error.detail))
    return answer(problem, error.status_code, error.headers)


async def _database_away(_request: Request, _error: Exception) -> Response:
    problem = Problem(code="UNAVAILABLE", message="The database does not answer; try again.")
    return answer(problem, 503, {"Retry-After": "2"})


async def _bug(request: Request, _error: Exception) -> Response:
    # This answer is made outside of all middleware.
    name = request.scope.get("state", {}).get("correlation", "")
    problem = Problem(code="INTERNAL", message="The server failed; see its log.")
    return answer(problem, 500, {correlation.HEADER: name} if name else None)
