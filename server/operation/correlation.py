"""The correlation id: one name for everything that one act of a clerk sets in motion.

It comes with the request, is bound to the context of its task, and goes on with every call and
outbox row that the request causes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from app.domain.numbers import new_uid

HEADER = "x-correlation-id"
_KEY = "correlation_id"
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def current() -> str:
    """The correlation id of what runs now; empty outside of a request or job."""
    return str(structlog.contextvars.get_contextvars().get(_KEY, ""))


@contextmanager
def correlated(correlation: str) -> Iterator[None]:
    """Everything inside carries this id; an empty one leaves things as they are."""
    if not correlation:
        yield
        return
    with structlog.contextvars.bound_contextvars(**{_KEY: correlation}):
        yield


def from_headers(own: str | None, traceparent: str | None) -> str:
    """The id that a request brings: `X-Correlation-ID`, else W3C `traceparent`, else a new one.

    Anything but 1-64 letters, digits, dots, dashes and underscores is ignored.
    """
    if own is not None and _PLAIN.fullmatch(own):
        return own
    trace = _TRACE.fullmatch(traceparent or "")
    return trace[1] if trace and set(trace[1]) != {"0"} else str(new_uid())
