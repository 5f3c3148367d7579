"""The link to the office: is it there, what waits, what needs a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.hours import business_date
from app.services.clock import Clock
from app.services.freshness import copy_time
from app.services.order_lists import reason_of, upload_state
from app.services.order_rows import UploadState
from app.wire.codec import decode
from app.wire.orders import OrderBody, UploadAnswer
from local_db.database import Database
from local_db.outbox import (
    PENDING,
    acknowledge,
    is_unseen,
    needing_attention,
    release,
    summary,
    wake,
)
from local_db.reference import prices_since
from local_db.tables import OrderRow, OutboxRow, OutboxState
from sync import state as sync_state
from sync.links import Link
from sync.state import SyncState
from sync.transport.cable import Cable

RECEIVED_SHOWN = 50


class LinkState(StrEnum):
    """Whether the server answers."""

    ONLINE = "ONLINE"
    CONNECTING = "CONNECTING"
    OFFLINE = "OFFLINE"
    SIGN_IN_NEEDED = "SIGN_IN_NEEDED"


@dataclass(frozen=True, slots=True)
class BootstrapProgress:
    """How far the first copy of the shop's data has come. `phase`: asking, downloading, …"""

    phase: str
    done: int
    total: int
    per_second: float
    remaining: timedelta | None

    @property
    def fraction(self) -> float:
        """0.0 to 1.0."""
        return min(1.0, self.done / self.total) if self.total else 0.0


@dataclass(frozen=True, slots=True)
class OfficeStatus:
    """Everything the status bar says."""

    link: LinkState
    waiting: int
    oldest_waiting: timedelta | None
    attention: int
    prices_of: date | None
    data_age: timedelta | None
    bootstrap: BootstrapProgress | None
    has_copy: bool
    cable_unplugged: bool
    last_problem: str = ""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One message of the outbox as people see it.

    `difference` is what the office would have charged more than was printed, whole 元.
    """

    msg_id: UUID
    order_uid: UUID | None
    order_id: str
    customer_name: str
    kind: str
    state: UploadState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    reason: str
    difference: Decimal = Decimal(0)


class OfficeDesk:
    """Says how the office is reached and what waits; lets a person push it along."""

    def __init__(
        self,
        database: Database,
        state: SyncState,
        cable: Cable | None,
        hurry: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._database = database
        self._state = state
        self._cable = cable
        self._hurry = hurry
        self._clock = clock

    @property
    def can_unplug(self) -> bool:
        """Whether there is a demonstration cable to pull."""
        return self._cable is not None

    def status(self) -> OfficeStatus:
        """The present state; cheap enough for every change."""
        now = self._clock()
        with self._database.read() as session:
            queued = summary(session)
            complete_at = copy_time(session, self._state)
            prices_of = prices_since(session, business_date(now))
        oldest, problem = queued.oldest_at, self._state.last_error
        return OfficeStatus(
            link=self._link(),
            waiting=queued.waiting,
            oldest_waiting=max(now - oldest, timedelta()) if oldest else None,
            attention=queued.attention,
            prices_of=prices_of,
            data_age=max(now - complete_at, timedelta()) if complete_at else None,
            bootstrap=_progress(self._state.bootstrap),
            has_copy=self._database.has_reference,
            cable_unplugged=self._cable is not None and not self._cable.is_plugged,
            last_problem=problem.code if problem else "",
        )

    def queue(self) -> tuple[QueueItem, ...]:
        """What needs a person first, then what waits, then the last that were received."""
        with self._database.read() as session:
            stuck = needing_attention(session)
            waiting = session.scalars(
                select(OutboxRow)
                .where(OutboxRow.state.in_(PENDING))
                .order_by(OutboxRow.created_at, OutboxRow.lane_seq)
            ).all()
            received = session.scalars(
                select(OutboxRow)
                .where(OutboxRow.state.in_((OutboxState.ACKED, OutboxState.CONFIRMED)))
                .order_by(OutboxRow.created_at.desc())
                .limit(RECEIVED_SHOWN)
            ).all()
            seen = [row for row in received if not is_unseen(row)]
            return tuple(_item(session, row) for row in (*stuck, *waiting, *seen))

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Hear of every change of link or progress; returns how to stop listening."""
        return self._state.listen(callback)

    def send_now(self) -> None:
        """Try everything that waits at once."""
        with self._database.write() as session:
            wake(session, self._clock())
        self._hurry()

    def retry(self, msg_id: UUID) -> None:
        """Try a message again that needed a person; an answer that was seen leaves the list."""
        now = self._clock()
        with self._database.write() as session:
            if is_unseen(session.get_one(OutboxRow, msg_id)):
                acknowledge(session, msg_id, now)
            else:
                release(session, msg_id, now)

    def unplug(self, *, unplugged: bool) -> None:
        """Pull or plug the demonstration's network cable; only when `can_unplug`."""
        if self._cable is None:
            return
        if unplugged:
            self._cable.pull()
        else:
            self._cable.plug_in()

    def _link(self) -> LinkState:
        if self._state.link is Link.ONLINE and self._state.sign_in_needed:
            return LinkState.SIGN_IN_NEEDED
        return LinkState(self._state.link.value)


def _progress(progress: sync_state.BootstrapProgress | None) -> BootstrapProgress | None:
    if progress is None:
        return None
    done, total = progress.rows_done, progress.rows_total
    if not total:
        done, total = progress.bytes_done, progress.bytes_total
    remaining = timedelta(seconds=(total - done) / progress.rate) if progress.rate else None
    return BootstrapProgress(progress.phase.value, done, total, progress.rate, remaining)


def _item(session: Session, row: OutboxRow) -> QueueItem:
    order = session.get(OrderRow, row.order_uid)
    return QueueItem(
        msg_id=row.msg_id,
        order_uid=row.order_uid,
        order_id=order.order_id if order else "",
        customer_name=decode(OrderBody, order.body).customer_name if order else "",
        kind=row.kind.value,
        state=UploadState.ATTENTION if is_unseen(row) else upload_state(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        next_attempt_at=row.next_at if row.state is OutboxState.WAIT else None,
        reason=reason_of(row),
        difference=decode(UploadAnswer, row.answer).difference if row.answer else Decimal(0),
    )
