"""Empties the outbox: up to four lanes at a time, one message of each, until all are answered."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import SyncError
from local_db import outbox
from local_db.cursors import read_cursor
from local_db.database import Database
from local_db.outbox import Parcel
from sync.deliveries import Delivered, Outcome, Pace, Poisoned, Postponed, Rewound, Verdict, judge
from sync.gateways.office import Office
from sync.state import SyncState

LANES = 4
WEDGED_AFTER = 30.0
BLOCKED_LOOK = 5.0
LONGEST_LOOK = 60.0
LAST_POS = 2**62


class Sender:
    """Delivers every message exactly once in effect: same key and bytes until a definite answer.

    `run` ends only by cancellation, or by a `StorageRefused`; what was on its way is then sent
    again by the next `run`.
    """

    def __init__(
        self, database: Database, office: Office, state: SyncState, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._office = office
        self._state = state
        self._clock = clock
        self._woken = asyncio.Event()
        self._pace = Pace()
        self._untried_since: float | None = None
        self._begin()

    def _begin(self) -> None:
        self._is_hurried = False
        self._is_saving = False
        self._may_confirm = True
        self._awaits_copy = True
        self._on_their_way = 0
        self._ended: list[tuple[Parcel, Verdict]] = []
        self._due: datetime | None = None
        self._untried_since = None

    def wake(self, *, hurry: bool = False) -> None:
        """Look at the queue again; `hurry` also ends every pause (line back, "send now")."""
        self._is_hurried = self._is_hurried or hurry
        self._woken.set()

    def is_wedged(self) -> bool:
        """Whether looks over 30 s found a message that nobody tries; must never be."""
        now = self._clock.monotonic()
        if self._on_their_way or now < self._pace.not_before or not self._has_ready():
            self._untried_since = None
            return False
        self._untried_since = now if self._untried_since is None else self._untried_since
        return now - self._untried_since >= WEDGED_AFTER

    async def run(self) -> None:
        """Deliver for ever; returns never."""
        self._begin()
        with self._saving() as session:
            outbox.restart_inflight(session)
        unlisten = self._database.listen(self._changed)
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self._woken.clear()
                    for parcel in self._turn():
                        self._on_their_way += 1
                        group.create_task(self._deliver(parcel), name=f"upload {parcel.msg_id}")
                    await self._clock.wait(self._woken, self._seconds_to_next())
        finally:
            unlisten()

    def _changed(self, tables: frozenset[str]) -> None:
        if "outbox" in tables and not self._is_saving:
            # Somebody took an order: worth one attempt, even in the middle of a pause.
            self._pace = replace(self._pace, not_before=0.0)
            self._woken.set()
        if "outbox" in tables:
            self._awaits_copy = True
        # Most changes of the copy are other counters' business: an idle sender sleeps on.
        if self._awaits_copy and any(table.startswith("ref.") for table in tables):
            self._may_confirm = True
            self._woken.set()

    def _turn(self) -> tuple[Parcel, ...]:
        """Save what has ended and mark what goes next, in one durable transaction."""
        free = self._pace.lanes(self._clock.monotonic(), LANES) - self._on_their_way
        has_news = self._ended or self._is_hurried or self._has_confirmable()
        if not has_news and (free <= 0 or not self._has_ready()):
            return ()
        now = self._clock.now()
        with self._saving() as session:
            self._save_ended(session, now)
            parcels = outbox.ready(session, now, free) if free > 0 else ()
            for parcel in parcels:
                outbox.mark_inflight(session, parcel.msg_id)
            session.flush()
            self._due = outbox.next_due(session)
        if parcels:
            self._untried_since = None
        return parcels

    def _save_ended(self, session: Session, now: datetime) -> None:
        for parcel, verdict in self._ended:
            self._save(session, parcel, verdict)
        if self._is_hurried:
            self._pace = replace(self._pace, not_before=0.0)
            outbox.wake(session, now)
        cursor = read_cursor(session)
        if cursor is not None:
            session.flush()
            outbox.confirmed(session, cursor.pos)
        self._ended, self._is_hurried = [], False

    def _has_ready(self) -> bool:
        with self._database.read() as session:
            return bool(outbox.ready(session, self._clock.now(), 1))

    def _has_confirmable(self) -> bool:
        if not self._may_confirm:
            return False
        self._may_confirm = False
        with self._database.read() as session:
            cursor = read_cursor(session)
            self._awaits_copy = outbox.has_confirmable(session, LAST_POS)
            return cursor is not None and outbox.has_confirmable(session, cursor.pos)

    @contextmanager
    def _saving(self) -> Iterator[Session]:
        self._is_saving = True
        try:
            with self._database.write() as session:
                yield session
        finally:
            self._is_saving = False

    def _seconds_to_next(self) -> float | None:
        if self._due is None:
            return None
        paused = self._pace.not_before - self._clock.monotonic()
        seconds = (self._due - self._clock.now()).total_seconds()
        # A due message that was not taken stands behind a busy lane or a person: look again.
        # Never long: the machine's clock may be set back meanwhile.
        return max(paused, min(seconds, LONGEST_LOOK) if seconds > 0 else BLOCKED_LOOK)

    async def _deliver(self, parcel: Parcel) -> None:
        outcome = await self._attempt(parcel)
        chance = self._clock.chance()
        verdict = judge(outcome, parcel.attempts, chance)
        self._pace = self._pace.after(outcome, self._clock.monotonic(), chance)
        if isinstance(outcome, SyncError):
            self._state.failed(outcome)
        self._ended.append((parcel, verdict))
        self._on_their_way -= 1
        self.wake()

    async def _attempt(self, parcel: Parcel) -> Outcome:
        try:
            return await self._office.upload(parcel.message, parcel.msg_id)
        except SyncError as error:
            return error

    def _save(self, session: Session, parcel: Parcel, verdict: Verdict) -> None:
        match verdict:
            case Delivered(answer):
                outbox.acked(session, parcel.msg_id, answer)
            case Postponed(error, delay):
                next_at = self._clock.now() + timedelta(seconds=delay)
                outbox.waiting(session, parcel.msg_id, error, next_at)
            case Poisoned(error):
                outbox.poison(session, parcel.msg_id, error)
            case Rewound(expected):
                if expected >= parcel.lane_seq or not outbox.rewind(session, parcel.lane, expected):
                    outbox.poison(session, parcel.msg_id, f"LANE_GAP: expected {expected}")
