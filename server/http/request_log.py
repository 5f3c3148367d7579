"""One line and one measurement per request: route template, status, duration, problem code.

Binds the correlation id to all that the request causes, and echoes it in the answer.
"""

import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.wire.codec import MalformedMessage, decode
from app.wire.registers import Problem, Role
from server.operation import correlation
from server.operation.audit import Action, AuditEntry
from server.operation.logs import actor_of, lines_about, route_of
from server.operation.measures import Measures

SLOW_MS = 500
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SUPERVISORS = frozenset({Role.SUPERVISOR, Role.ADMIN})
LARGEST_PROBLEM = 4096
_log = structlog.get_logger()


class RequestLog:
    """Logs failures and slow answers as warnings, everything else for debugging."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on and note how it ended."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        name = correlation.from_headers(headers.get(correlation.HEADER), headers.get("traceparent"))
        scope.setdefault("state", {})["correlation"] = name
        with correlation.correlated(name), lines_about(scope):
            if scope["type"] == "websocket":
                await self._app(scope, receive, send)
            else:
                await self._measured(scope, receive, _Answer(send, name))

    async def _measured(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        started = time.perf_counter()
        try:
            await self._app(scope, receive, answer.send)
        finally:
            seconds = time.perf_counter() - started
            if isinstance(error := sys.exception(), Exception):
                answer.problem = type(error).__name__
                _log.error("request failed", exc_info=error)
            self._note(scope, answer, seconds)

    def _note(self, scope: MutableMapping[str, Any], answer: "_Answer", seconds: float) -> None:
        route = route_of(scope)
        self._measures.request(scope["method"], route, answer.status, seconds)
        if answer.status >= 400:
            self._measures.request_error(route, answer.problem or f"HTTP_{answer.status}")
        if answer.status < 400:
            self._note_change(scope, answer.status)
        took = round(seconds * 1000, 1)
        tell = _log.warning if answer.status >= 500 or took > SLOW_MS else _log.debug
        about = {"code": answer.problem} if answer.problem else {}
        tell("request", method=scope["method"], status=answer.status, ms=took, **about)

    def _note_change(self, scope: MutableMapping[str, Any], status: int) -> None:
        """What supervisors and administrators change goes to the audit log, with its ids."""
        is_powerful = scope.get("state", {}).get("role") in SUPERVISORS
        if is_powerful and scope["method"] not in READING and self._measures.on_change:
            target = f"{scope['method']} {scope['path']}"
            entry = AuditEntry(
                Action.CHANGED, target, actor_of(scope), f"HTTP {status}",
                correlation=correlation.current(),
            )  # fmt: skip
            self._measures.on_change(entry)


class _Answer:
    """Watches an answer on its way out; `status` is 500 until one has begun."""

    def __init__(self, send: Send, name: str) -> None:
        self._send = send
        self._name = name
        self.status = 500
        self.problem = ""

    async def send(self, message: Message) -> None:
        """Add the correlation id, and read the code of a problem."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[correlation.HEADER] = self._name
        elif self.status >= 400 and not self.problem:
            self.problem = _code(message.get("body", b""))
        await self._send(message)


def _code(body: bytes) -> str:
    if not body or len(body) > LARGEST_PROBLEM:
        return ""
    try:
        return decode(Problem, body).code
    except MalformedMessage:
        return ""
