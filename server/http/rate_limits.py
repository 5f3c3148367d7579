"""Counts every request by the address that it comes from, before anything else is done for it."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from server.http.addresses import address_of
from server.http.problems import refused
from server.parts import parts_of
from server.refusals import TooMany
from server.security.rates import Limited


class RateLimit:
    """Answers 429 beyond the limit; persons and services are counted once they are known."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http":
            request = Request(scope)
            try:
                parts_of(request).rates.count(Limited.ADDRESS, address_of(request))
            except TooMany as error:
                await (await refused(request, error))(scope, receive, send)
                return
        await self._app(scope, receive, send)
