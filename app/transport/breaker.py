"""The circuit breaker of the spec: 5 failures in 120 s open it for 60 s, 3 trials close it.

The rules are pure: `admit`, `succeeded` and `failed` take a state and give the next one. What
counts as a failure is an exchange without an answer, never a 4xx (docs/decisions/050).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import httpx

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import (
    BreakerOpen,
    BrokenAnswer,
    NoConnection,
    TimedOut,
    UnknownHost,
    Unreachable,
    UntrustedClient,
    UntrustedServer,
)

THRESHOLD = 5
PERIOD = 120.0
RESET_AFTER = 60.0
TRIALS = 3
TRIAL_PAUSE = 0.2  # seconds until a place among the trial requests may be free again
COUNTED_STATUSES = frozenset({500, 502, 503, 504})
COUNTED_ERRORS = (
    NoConnection,
    UnknownHost,
    UntrustedServer,
    UntrustedClient,
    TimedOut,
    BrokenAnswer,
)


class Position(StrEnum):
    """CLOSED lets everything through, OPEN nothing, HALF_OPEN a few trial requests."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class BreakerState:
    """All the breaker knows; times are monotonic seconds."""

    position: Position = Position.CLOSED
    failed_at: tuple[float, ...] = ()
    open_until: float = 0.0
    trials: int = 0
    successes: int = 0


def admit(state: BreakerState, now: float) -> tuple[BreakerState, bool]:
    """Whether a request may go out at `now`, and the state after deciding so."""
    if state.position is Position.OPEN and now >= state.open_until:
        state = half_opened(state)
    if state.position is Position.CLOSED:
        return state, True
    if state.position is Position.OPEN or state.trials >= TRIALS:
        return state, False
    return replace(state, trials=state.trials + 1), True


def half_opened(state: BreakerState) -> BreakerState:
    """The time has passed, or the counterpart gave a sign of life: admit trial requests."""
    if state.position is not Position.OPEN:
        return state
    return BreakerState(position=Position.HALF_OPEN)


def succeeded(state: BreakerState) -> BreakerState:
    """An admitted request got an answer."""
    if state.position is not Position.HALF_OPEN:
        return state
    if state.successes + 1 >= TRIALS:
        return BreakerState()
    return replace(state, trials=max(0, state.trials - 1), successes=state.successes + 1)


def abandoned(state: BreakerState) -> BreakerState:
    """An admitted request was given up without telling anything about the counterpart."""
    if state.position is not Position.HALF_OPEN:
        return state
    return replace(state, trials=max(0, state.trials - 1))


def failed(state: BreakerState, now: float, jitter: float = 0.0) -> BreakerState:
    """An admitted request got no answer; `jitter` seconds lengthen the pause."""
    if state.position is Position.OPEN:
        return state
    recent = (*(at for at in state.failed_at if now - at < PERIOD), now)
    if state.position is Position.HALF_OPEN or len(recent) >= THRESHOLD:
        return BreakerState(position=Position.OPEN, open_until=now + RESET_AFTER + jitter)
    return replace(state, failed_at=recent)


class Breaker:
    """One integration's breaker; `listen` hears every change of position."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._state = BreakerState()
        self._listeners: list[Callable[[Position], None]] = []

    @property
    def position(self) -> Position:
        """Where the breaker stands; an OPEN one whose time has passed is HALF_OPEN."""
        if self._state.position is Position.OPEN and self.opens_in == 0:
            return Position.HALF_OPEN
        return self._state.position

    @property
    def opens_in(self) -> float:
        """Seconds until trial requests are admitted; 0 when they are now."""
        if self._state.position is not Position.OPEN:
            return 0.0
        return max(0.0, self._state.open_until - self._clock.monotonic())

    def listen(self, callback: Callable[[Position], None]) -> Callable[[], None]:
        """Call back with the new position whenever it changes; the result ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def admit(self) -> None:
        """Let a request out, or raise `BreakerOpen` with the seconds to wait."""
        state, admitted = admit(self._state, self._clock.monotonic())
        self._become(state)
        if not admitted:
            raise BreakerOpen("too many failures", retry_after=self.opens_in or TRIAL_PAUSE)

    def count(self, outcome: httpx.Response | Unreachable) -> None:
        """Take note of how an admitted request ended."""
        if isinstance(outcome, httpx.Response):
            has_failed = outcome.status_code in COUNTED_STATUSES
        else:
            has_failed = isinstance(outcome, COUNTED_ERRORS)
        if has_failed:
            jitter = self._clock.chance() * RESET_AFTER / 10
            self._become(failed(self._state, self._clock.monotonic(), jitter))
        else:
            self._become(succeeded(self._state))

    def give_up(self) -> None:
        """An admitted request was cancelled: it says nothing, but frees its place."""
        self._become(abandoned(self._state))

    def sign_of_life(self) -> None:
        """The counterpart was heard on another channel: admit trial requests now."""
        self._become(half_opened(self._state))

    def _become(self, state: BreakerState) -> None:
        moved = state.position is not self._state.position
        self._state = state
        if moved:
            for callback in tuple(self._listeners):
                callback(state.position)


class BreakerTransport(httpx.AsyncBaseTransport):
    """Asks the breaker before every exchange and tells it the outcome.

    A sign-in (extension `anonymous`) is always worth a trial.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, breaker: Breaker) -> None:
        self._inner = inner
        self._breaker = breaker

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, or raise `BreakerOpen` at once."""
        if request.extensions.get("anonymous"):
            # Somebody stands at the counter and signs in: worth a try whatever happened before.
            self._breaker.sign_of_life()
        self._breaker.admit()
        counted = False
        try:
            response = await self._inner.handle_async_request(request)
            self._breaker.count(response)
            counted = True
            return response
        except Unreachable as error:
            self._breaker.count(error)
            counted = True
            raise
        finally:
            if not counted:
                self._breaker.give_up()

    async def aclose(self) -> None:
        """Close what is beneath."""
        await self._inner.aclose()
