"""One line per request in the log: path template, status, duration; nothing about people."""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger()
SLOW_MS = 500


class RequestLog:
    """Logs failures and slow answers as warnings, everything else for debugging."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        finally:
            took = round((time.perf_counter() - started) * 1000, 1)
            tell = _log.warning if status >= 500 or took > SLOW_MS else _log.debug
            # The template, not the path: a path names customers.
            path = getattr(scope.get("route"), "path", "?")
            tell("request", method=scope["method"], path=path, status=status, ms=took)
