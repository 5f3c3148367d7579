"""What an upload's outcome means for the message, and for the pace of the whole queue. Pure."""

from dataclasses import dataclass

from app.transport.backoff import OUTER
from app.transport.errors import LaneGapFound, NotUnderstood, SyncError, Unreachable
from app.wire.orders import UploadAnswer

Outcome = UploadAnswer | SyncError
PROOFS = 3


@dataclass(frozen=True, slots=True)
class Delivered:
    """A definite answer: accepted, held or rejected."""

    answer: UploadAnswer


@dataclass(frozen=True, slots=True)
class Postponed:
    """No definite answer: same key, same bytes, after `delay` seconds."""

    error: str
    delay: float


@dataclass(frozen=True, slots=True)
class Poisoned:
    """The server will never read these bytes: a person must look, the lane stops."""

    error: str


@dataclass(frozen=True, slots=True)
class Rewound:
    """The server misses the lane's message `expected`: send the lane again from there."""

    expected: int


Verdict = Delivered | Postponed | Poisoned | Rewound


def judge(outcome: Outcome, attempts: int, chance: float) -> Verdict:
    """What becomes of a message after its attempt; `attempts` before this one, chance in [0, 1).

    Only what our server says about the message itself (400, 413, 415, 422) poisons it.
    """
    if isinstance(outcome, UploadAnswer):
        return Delivered(outcome)
    if isinstance(outcome, LaneGapFound):
        return Rewound(outcome.expected)
    if isinstance(outcome, NotUnderstood):
        return Poisoned(str(outcome))
    delay = OUTER.delay(attempts, chance)
    if isinstance(outcome, Unreachable) and outcome.retry_after is not None:
        delay = min(outcome.retry_after, OUTER.largest)
    return Postponed(str(outcome), delay)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the queue as a whole may go; an outage stops all lanes, not one message.

    `not_before` is in monotonic seconds. After an outage messages go one by one until `unproven`
    of them were answered, so that the breaker's three trials are not spent on a guess.
    """

    outages: int = 0
    not_before: float = 0.0
    unproven: int = 0

    def after(self, outcome: Outcome, now: float, chance: float) -> "Pace":
        """The pace once an attempt ended at `now`."""
        if not (isinstance(outcome, Unreachable) and outcome.is_outage):
            return Pace(unproven=max(0, self.unproven - 1))
        if now < self.not_before:
            return self  # one of several lanes that met the same outage
        delay = outcome.retry_after or OUTER.delay(self.outages, chance)
        return Pace(self.outages + 1, now + delay, unproven=PROOFS)

    def lanes(self, now: float, most: int) -> int:
        """How many messages may be on their way at `now`."""
        if now < self.not_before:
            return 0
        return 1 if self.unproven else most
