"""The spec's retry policy: 3 retries, 1 s x2, at most 30 s, with full jitter.

One delivery attempt's inner loop; the queue's own, endless loop is `sync.sender`.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from app.transport.backoff import INNER
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import BrokenAnswer, NoConnection, TimedOut, UnknownHost, Unreachable

MAX_RETRIES = 3
RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
RETRIED_ERRORS = (NoConnection, UnknownHost, TimedOut, BrokenAnswer)


def retry_after(response: httpx.Response, now: datetime) -> float | None:
    """Seconds the server asks to wait (`Retry-After`: seconds or a date), if it does."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def decide(attempt: int, asked: float | None, chance: float) -> float | None:
    """Seconds before the attempt is repeated; None when the server wants more patience than 30 s.

    `attempt` counts from 0, `asked` is the server's `Retry-After`, `chance` is in [0, 1).
    """
    if asked is None:
        return INNER.delay(attempt, chance)
    return asked if asked <= INNER.largest else None


class RetryTransport(httpx.AsyncBaseTransport):
    """Repeats an exchange that gave no answer; the extension `retries` lowers the number."""

    def __init__(self, inner: httpx.AsyncBaseTransport, clock: Clock = SYSTEM_CLOCK) -> None:
        self._inner = inner
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The first answer that is not worth a retry, or the last failure."""
        retries = int(request.extensions.get("retries", MAX_RETRIES))
        for attempt in range(retries):
            delay = await self._pause_after(request, attempt)
            if isinstance(delay, httpx.Response):
                return delay
            await self._clock.sleep(delay)
        return await self._inner.handle_async_request(request)

    async def _pause_after(self, request: httpx.Request, attempt: int) -> httpx.Response | float:
        chance = self._clock.chance()
        try:
            response = await self._inner.handle_async_request(request)
        except Unreachable as error:
            if not isinstance(error, RETRIED_ERRORS):
                raise
            return INNER.delay(attempt, chance)
        if response.status_code not in RETRIED_STATUSES:
            return response
        delay = decide(attempt, retry_after(response, self._clock.now()), chance)
        if delay is None:
            return response
        await response.aclose()
        return delay

    async def aclose(self) -> None:
        """Close what is beneath."""
        await self._inner.aclose()
