"""The telephone: one lane per line, every ring kept, nothing lost when nobody answers."""

import logging
from collections.abc import AsyncIterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select

from app.domain.hours import TAIPEI, business_date
from app.domain.phones import format_phone
from app.services.clock import Clock
from app.services.customers import CustomersDesk
from local_db.database import Database
from local_db.errors import StorageRefused
from local_db.tables import CallRow
from sync.gateways.phone_line import Ring

log = logging.getLogger(__name__)
RINGS_FOR = timedelta(seconds=30)  # a call nobody took by then counts as missed
SPOKEN_FOR = timedelta(minutes=10)  # the line does not say when they hang up


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

    def __init__(
        self, database: Database, customers: CustomersDesk, clock: Clock, lines: int = 2
    ) -> None:
        self._database = database
        self._customers = customers
        self._clock = clock
        self._lines = lines

    async def follow(self, rings: AsyncIterable[Ring]) -> None:
        """Write every ring of the telephone line into the log until the line ends."""
        async for ring in rings:
            try:
                self._log(ring)
            except StorageRefused as refused:  # the telephone rings on all the same
                log.warning("a call was not kept: %s", refused.code)

    def lanes(self) -> tuple[Lane, ...]:
        """Every line with its newest call while it rings or is spoken to, in line order."""
        newest = {call.line: call for call in reversed(self._today()) if self._occupies(call)}
        return tuple(Lane(line, newest.get(line)) for line in range(1, self._lines + 1))

    def newest_ringing(self) -> Call | None:
        """The call that Enter would answer: the one that has been ringing longest."""
        ringing = [call for call in self._today() if call.state is CallState.RINGING]
        return ringing[-1] if ringing else None

    def answer(self, call_id: int) -> Call:
        """A clerk takes the call; a disk that refuses to keep that is no reason not to."""
        try:
            with self._database.write() as session:
                row = session.get_one(CallRow, call_id)
                row.answered_at = row.answered_at or self._clock()
                return self._call(row)
        except StorageRefused as refused:
            log.warning("an answered call was not kept: %s", refused.code)
        with self._database.read() as session:
            call = self._call(session.get_one(CallRow, call_id))
        return replace(call, state=CallState.ANSWERED)

    def missed(self) -> tuple[Call, ...]:
        """Unanswered calls of today that nobody has called back, oldest first."""
        return tuple(c for c in reversed(self._today()) if c.state is CallState.MISSED)

    def called_back(self, call_id: int) -> None:
        """A clerk rang them back; the lane is no longer red."""
        with self._database.write() as session:
            session.get_one(CallRow, call_id).returned_at = self._clock()

    def _occupies(self, call: Call) -> bool:
        is_recent = self._clock() - call.rang_at < SPOKEN_FOR
        return call.state is CallState.RINGING or (call.state is CallState.ANSWERED and is_recent)

    def _log(self, ring: Ring) -> None:
        owners = self._customers.by_phone(ring.digits) if ring.digits else ()
        with self._database.write() as session:
            session.add(
                CallRow(
                    line=ring.line,
                    digits=ring.digits,
                    rang_at=ring.at,
                    customer_id=owners[0].customer_id if owners else None,
                )
            )

    def _today(self) -> tuple[Call, ...]:
        """Calls since midnight, newest first."""
        midnight = datetime.combine(business_date(self._clock()), time(), TAIPEI)
        with self._database.read() as session:
            rows = session.scalars(
                select(CallRow)
                .where(CallRow.rang_at >= midnight)
                .order_by(CallRow.rang_at.desc(), CallRow.call_id.desc())
            )
            return tuple(self._call(row) for row in rows)

    def _call(self, row: CallRow) -> Call:
        owner = self._customers.find(row.customer_id) if row.customer_id else None
        return Call(
            call_id=row.call_id,
            line=row.line,
            digits=row.digits or "",
            number=format_phone(row.digits) if row.digits else "",
            customer_id=row.customer_id,
            customer_name=owner.name if owner else "",
            state=self._state(row),
            rang_at=row.rang_at,
        )

    def _state(self, row: CallRow) -> CallState:
        if row.answered_at is not None:
            return CallState.ANSWERED
        if row.returned_at is not None:
            return CallState.CALLED_BACK
        # A call from the future was logged before the clock was set back: it is over.
        still_rings = -RINGS_FOR < self._clock() - row.rang_at < RINGS_FOR
        return CallState.RINGING if still_rings else CallState.MISSED
