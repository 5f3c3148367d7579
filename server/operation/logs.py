"""Log lines as JSON on standard error: ours and the libraries', all masked, all correlated."""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import structlog

from server.operation.masking import mask

_scope: ContextVar[MutableMapping[str, Any] | None] = ContextVar("request_scope", default=None)


def log_to_stderr(level: str) -> None:
    """Structured lines on standard error; standard output stays free for answers."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        _about_request,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, mask, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    foreign = logging.StreamHandler(sys.stderr)
    foreign.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask, renderer],
        )
    )
    logging.basicConfig(handlers=[foreign], level=logging.WARNING, force=True)


@contextmanager
def lines_about(scope: MutableMapping[str, Any]) -> Iterator[None]:
    """Lines inside carry the request's route template and actor, as soon as these are known."""
    before = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(before)


def route_of(scope: MutableMapping[str, Any]) -> str:
    """The path's template, never the path itself, which may name a customer."""
    return str(getattr(scope.get("route"), "path", "unmatched"))


def actor_of(scope: MutableMapping[str, Any]) -> str:
    """Who is signed in for this request; empty when nobody is, or it is not known yet."""
    return str(scope.get("state", {}).get("actor", ""))


def _about_request(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    scope = _scope.get()
    if scope is not None:
        line.setdefault("route", route_of(scope))
        if actor_of(scope):
            line.setdefault("actor", actor_of(scope))
    return line
