"""The telephone: one lane per line, every ring kept, nothing lost when nobody answers."""

from collections.abc import AsyncIterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.services.clock import Clock
from local_db.database import Database
from sync.gateways.phone_line import Ring


class CallState(StrEnum):
    """RINGING ends as ANSWERED or MISSED; a missed call is red until it is CALLED_BACK."""

    RINGING = "RINGING"
    ANSWERED = "ANSWERED"
    MISSED = "MISSED"
    CALLED_BACK = "CALLED_BACK"


@dataclass(frozen=True, slots=True)
class Call:
    """One call; `number` is written for people and empty when withheld."""

    call_id: int
    line: int
    digits: str
    number: str
    customer_id: str | None
    customer_name: str
    state: CallState
    rang_at: datetime


@dataclass(frozen=True, slots=True)
class Lane:
    """One telephone line; `call` is its newest unfinished call, if any."""

    line: int
    call: Call | None


class CallsDesk:
    """Keeps the log of calls and says who is ringing."""

    def __init__(self, database: Database, clock: Clock, lines: int = 2) -> None:
        self._database = database
        self._clock = clock
        self._lines = lines

    async def follow(self, rings: AsyncIterable[Ring]) -> None:
        """Write every ring of the telephone line into the log until the line ends."""
        raise NotImplementedError

    def lanes(self) -> tuple[Lane, ...]:
        """Every line with its newest call of the last minutes, in line order."""
        raise NotImplementedError

    def newest_ringing(self) -> Call | None:
        """The call that Enter would answer: the one ringing longest."""
        raise NotImplementedError

    def answer(self, call_id: int) -> Call:
        """A clerk takes the call."""
        raise NotImplementedError

    def missed(self) -> tuple[Call, ...]:
        """Unanswered calls of today that nobody has called back, oldest first."""
        raise NotImplementedError

    def called_back(self, call_id: int) -> None:
        """A clerk rang them back; the lane is no longer red."""
        raise NotImplementedError
