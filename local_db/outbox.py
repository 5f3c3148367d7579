"""The outbox: calls that we owe the server, written in the transaction of the fact they report.

READY -> INFLIGHT -> ACKED -> CONFIRMED; WAIT after an ambiguous end (same key, same bytes);
HELD, REJECTED and POISON need a person. A lane (customer) is first in, first out.
See docs/decisions/043-lanes.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session, aliased

from app.wire import codec
from app.wire.orders import UploadAnswer, UploadStatus
from app.wire.registers import OutboxKind, OutboxMessage
from local_db.tables import LaneRow, OutboxRow, OutboxState, RegisterRow

PAYLOAD_VERSION = 1
LONGEST_PAUSE = timedelta(minutes=10)  # a longer one only says that the clock was set back
PENDING = (OutboxState.READY, OutboxState.INFLIGHT, OutboxState.WAIT)
# The next message of the lane may go once the one before it is in one of these.
PASSED = (OutboxState.ACKED, OutboxState.CONFIRMED, OutboxState.REJECTED)
STUCK = (OutboxState.HELD, OutboxState.POISON)
DIFFERENCE = "PRICE_DIFFERENCE"  # accepted, but the office would have charged another amount

# Built once: putting a statement together costs more than running it.
_STEP_LANE = (
    insert(LaneRow)
    .values(lane=bindparam("lane"), last_seq=bindparam("last_seq"))
    .on_conflict_do_update(index_elements=[LaneRow.lane], set_={"last_seq": LaneRow.last_seq + 1})
    .returning(LaneRow.last_seq)
)
_HELD_OF_ORDER = select(OutboxRow).where(
    OutboxRow.order_uid == bindparam("uid"), OutboxRow.state == OutboxState.HELD
)


class NotEnrolled(Exception):
    """The register has no lease yet, so nothing may be promised in its name."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """A fact to report: `body` are the encoded bytes of the message of that kind."""

    msg_id: UUID
    lane: str
    kind: OutboxKind
    order_uid: UUID
    body: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """The head of a lane: the exact bytes to send under `msg_id` as idempotency key."""

    msg_id: UUID
    lane: str
    lane_seq: int
    message: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """What the status bar says: unsent messages, since when, and how many need a person."""

    waiting: int
    oldest_at: datetime | None
    attention: int


def enqueue(session: Session, entry: OutboxEntry) -> OutboxRow:
    """Freeze the message and put it at the end of its lane; raises `NotEnrolled`.

    A held message about the same order is thereby decided, and its lane goes on.
    """
    register = session.get(RegisterRow, 1)
    if register is None or register.install_epoch is None:
        raise NotEnrolled("this register has no code from the server yet")
    seq = _next_seq(session, entry.lane)
    message = codec.encode(
        OutboxMessage(
            msg_id=entry.msg_id,
            device_id=register.device_id,
            install_epoch=register.install_epoch,
            lane=entry.lane,
            lane_seq=seq,
            kind=entry.kind,
            payload_version=PAYLOAD_VERSION,
            created_at=entry.created_at,
            body=msgspec.Raw(entry.body),
        )
    )
    _decide(session, entry.order_uid)
    row = OutboxRow(
        msg_id=entry.msg_id,
        lane=entry.lane,
        lane_seq=seq,
        kind=entry.kind,
        order_uid=entry.order_uid,
        message=message,
        sha256=sha256(message).digest(),
        state=OutboxState.READY,
        next_at=entry.created_at,
        created_at=entry.created_at,
    )
    session.add(row)
    session.flush()
    return row


def ready(session: Session, now: datetime, limit: int = 4) -> tuple[Parcel, ...]:
    """Heads of lanes that may go now, oldest first; at most one of each lane.

    READY goes whatever the clock says; WAIT from its time on.
    """
    earlier = aliased(OutboxRow)
    blocked = (
        select(earlier.msg_id)
        .where(
            earlier.lane == OutboxRow.lane,
            earlier.lane_seq < OutboxRow.lane_seq,
            earlier.state.not_in(PASSED),
        )
        .exists()
    )
    rows = session.scalars(
        select(OutboxRow)
        .where(
            or_(
                OutboxRow.state == OutboxState.READY,
                and_(
                    OutboxRow.state == OutboxState.WAIT,
                    or_(OutboxRow.next_at <= now, OutboxRow.next_at > now + LONGEST_PAUSE),
                ),
            ),
            ~blocked,
        )
        .order_by(OutboxRow.created_at, OutboxRow.lane, OutboxRow.lane_seq)
        .limit(limit)
    )
    return tuple(Parcel(r.msg_id, r.lane, r.lane_seq, r.message, r.attempts) for r in rows)


def next_due(session: Session) -> datetime | None:
    """When the earliest unsent message may be tried (again); None when nothing is unsent."""
    return session.scalar(
        select(func.min(OutboxRow.next_at)).where(
            OutboxRow.state.in_((OutboxState.READY, OutboxState.WAIT))
        )
    )


def mark_inflight(session: Session, msg_id: UUID) -> None:
    """An attempt starts."""
    row = _row(session, msg_id, OutboxState.READY, OutboxState.WAIT)
    row.state = OutboxState.INFLIGHT
    row.attempts += 1


def acked(session: Session, msg_id: UUID, answer: UploadAnswer) -> OutboxState:
    """Keep the server's definite answer; returns what it means: ACKED, HELD or REJECTED."""
    row = _row(session, msg_id, OutboxState.INFLIGHT)
    row.answer = codec.encode(answer)
    row.server_pos = answer.server_pos
    differs = answer.status is UploadStatus.ACCEPTED_WITH_DIFFERENCE
    row.last_error = DIFFERENCE if differs else answer.reason
    row.state = {
        UploadStatus.HELD: OutboxState.HELD,
        UploadStatus.REJECTED: OutboxState.REJECTED,
    }.get(answer.status, OutboxState.ACKED)
    return row.state


def confirmed(session: Session, pos: int) -> int:
    """Close what the applied feed up to `pos` already shows; returns how many messages."""
    rows = session.scalars(
        select(OutboxRow).where(OutboxRow.state == OutboxState.ACKED, OutboxRow.server_pos <= pos)
    ).all()
    for row in rows:
        row.state = OutboxState.CONFIRMED
    return len(rows)


def has_confirmable(session: Session, pos: int) -> bool:
    """Whether `confirmed` would close anything at that position."""
    acked_up_to = and_(OutboxRow.state == OutboxState.ACKED, OutboxRow.server_pos <= pos)
    return bool(session.scalar(select(exists().where(acked_up_to))))


def waiting(session: Session, msg_id: UUID, error: str, next_at: datetime) -> None:
    """The attempt ended without a definite answer; try again from `next_at` on."""
    row = _row(session, msg_id, OutboxState.INFLIGHT)
    row.state = OutboxState.WAIT
    row.next_at = next_at
    _note(row, error)


def poison(session: Session, msg_id: UUID, error: str) -> None:
    """The server can not read the message; a person must look, the lane stops."""
    row = _row(session, msg_id, OutboxState.INFLIGHT)
    row.state = OutboxState.POISON
    _note(row, error)


def restart_inflight(session: Session) -> int:
    """After a start: what was on its way is sent again under its key; returns how many."""
    rows = session.scalars(select(OutboxRow).where(OutboxRow.state == OutboxState.INFLIGHT)).all()
    for row in rows:
        row.state = OutboxState.READY
    return len(rows)


def wake(session: Session, now: datetime) -> None:
    """Try every waiting message at once (the line is back, or the clerk says "send now")."""
    for row in session.scalars(
        select(OutboxRow).where(OutboxRow.state == OutboxState.WAIT, OutboxRow.next_at > now)
    ):
        row.next_at = now


def release(session: Session, msg_id: UUID, now: datetime) -> None:
    """A person has dealt with it: POISON is sent again, HELD lets its lane go on."""
    row = _row(session, msg_id, *STUCK, OutboxState.WAIT)
    if row.state is OutboxState.HELD:
        row.state = OutboxState.ACKED
    else:
        row.state = OutboxState.READY
        row.next_at = now


def acknowledge(session: Session, msg_id: UUID, now: datetime) -> None:
    """A person has seen the rejection or difference; it leaves the needs-attention list."""
    _row(session, msg_id, *PASSED).acknowledged_at = now


def rewind(session: Session, lane: str, expected: int) -> bool:
    """The server misses `expected` and later: send them again; False when they are not here."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.lane == lane, OutboxRow.lane_seq >= expected)
        .order_by(OutboxRow.lane_seq)
    ).all()
    if not rows or rows[0].lane_seq != expected:
        return False
    for row in rows:
        if row.state in (*PASSED, OutboxState.HELD, OutboxState.INFLIGHT):
            row.state = OutboxState.READY
            row.server_pos = None
    return True


def summary(session: Session) -> OutboxSummary:
    """How much is unsent and since when; HELD, POISON and unseen answers need attention."""
    waiting_count, oldest = session.execute(
        select(func.count(), func.min(OutboxRow.created_at)).where(OutboxRow.state.in_(PENDING))
    ).one()
    attention = session.scalar(select(func.count()).where(_needs_attention())) or 0
    return OutboxSummary(waiting_count, oldest, attention)


def needing_attention(session: Session) -> Sequence[OutboxRow]:
    """Messages that a person must look at, oldest first."""
    return session.scalars(
        select(OutboxRow).where(_needs_attention()).order_by(OutboxRow.created_at)
    ).all()


def is_unseen(row: OutboxRow) -> bool:
    """Whether the answer is definite and something that a person should have seen."""
    told = row.state is OutboxState.REJECTED or row.last_error == DIFFERENCE
    return told and row.state in PASSED and row.acknowledged_at is None


def _needs_attention() -> ColumnElement[bool]:
    unseen = OutboxRow.acknowledged_at.is_(None)
    differs = and_(OutboxRow.state.in_(PASSED), OutboxRow.last_error == DIFFERENCE)
    return or_(
        OutboxRow.state.in_(STUCK),
        and_(OutboxRow.state == OutboxState.REJECTED, unseen),
        and_(differs, unseen),
    )


def _next_seq(session: Session, lane: str) -> int:
    return session.execute(_STEP_LANE, {"lane": lane, "last_seq": 1}).scalar_one()


def _decide(session: Session, order_uid: UUID) -> None:
    for row in session.scalars(_HELD_OF_ORDER, {"uid": order_uid}):
        row.state = OutboxState.ACKED


def _row(session: Session, msg_id: UUID, *allowed: OutboxState) -> OutboxRow:
    row = session.get_one(OutboxRow, msg_id)
    if row.state not in allowed:
        raise ValueError(f"message {msg_id} is {row.state}, not {' or '.join(allowed)}")
    return row


def _note(row: OutboxRow, error: str) -> None:
    row.first_error = row.first_error or error
    row.last_error = error
