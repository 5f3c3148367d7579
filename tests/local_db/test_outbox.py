from collections import defaultdict
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from app.domain.numbers import new_uid
from app.wire.codec import decode, encode
from app.wire.orders import UploadAnswer, UploadStatus
from app.wire.registers import OutboxKind, OutboxMessage
from local_db import outbox
from local_db.database import Database
from local_db.doors import engine_for
from local_db.outbox import NotEnrolled, OutboxEntry, OutboxSummary
from local_db.tables import OutboxRow, OutboxState, RegisterRow, Row
from tests.local_db.counters import DEVICE, enrol
from tests.local_db.samples import NOW, order

LATER = NOW + timedelta(hours=1)


def answer(
    msg_id: UUID, status: UploadStatus = UploadStatus.ACCEPTED, pos: int = 10
) -> UploadAnswer:
    return UploadAnswer(status=status, msg_id=msg_id, server_pos=pos, reason=status.value)


@pytest.fixture
def enrolled(database: Database) -> Database:
    enrol(database)
    return database


def entry(lane: str = "A", order_uid: UUID | None = None) -> OutboxEntry:
    uid = new_uid()
    kind = OutboxKind.ORDER_PLACED if order_uid is None else OutboxKind.ORDER_CANCELLED
    return OutboxEntry(uid, lane, kind, order_uid or uid, encode(order()), NOW)


def put(database: Database, lane: str = "A", order_uid: UUID | None = None) -> UUID:
    with database.write() as session:
        return outbox.enqueue(session, entry(lane, order_uid)).msg_id


def heads(database: Database, now: datetime = LATER, limit: int = 10) -> list[UUID]:
    with database.read() as session:
        return [parcel.msg_id for parcel in outbox.ready(session, now, limit)]


def state(database: Database, msg_id: UUID) -> OutboxState:
    with database.read() as session:
        return session.get_one(OutboxRow, msg_id).state


def send(
    database: Database, msg_id: UUID, status: UploadStatus = UploadStatus.ACCEPTED, pos: int = 10
) -> None:
    with database.write() as session:
        outbox.mark_inflight(session, msg_id)
    with database.write() as session:
        outbox.acked(session, msg_id, answer(msg_id, status, pos))


def test_a_message_carries_everything_the_server_checks(enrolled: Database) -> None:
    with enrolled.write() as session:
        row = outbox.enqueue(session, entry("C000001"))
    message = decode(OutboxMessage, row.message)
    assert (message.msg_id, message.device_id, message.install_epoch) == (row.msg_id, DEVICE, 1)
    assert (message.lane, message.lane_seq) == ("C000001", 1)
    assert bytes(message.body) == encode(order())
    assert row.sha256 == sha256(row.message).digest()


def test_without_a_register_code_nothing_can_be_promised(database: Database) -> None:
    with pytest.raises(NotEnrolled):
        put(database)


def test_one_head_of_each_lane_may_go_oldest_first(enrolled: Database) -> None:
    first, _, other = put(enrolled, "A"), put(enrolled, "A"), put(enrolled, "B")
    assert heads(enrolled) == [first, other]
    assert heads(enrolled, limit=1) == [first]


def test_the_next_of_a_lane_goes_when_the_one_before_is_answered(enrolled: Database) -> None:
    first, second = put(enrolled), put(enrolled)
    with enrolled.write() as session:
        outbox.mark_inflight(session, first)
    assert heads(enrolled) == []
    with enrolled.write() as session:
        outbox.acked(session, first, answer(first))
    assert heads(enrolled) == [second]


def test_a_message_that_waits_is_not_tried_before_its_time(enrolled: Database) -> None:
    first = put(enrolled)
    with enrolled.write() as session:
        outbox.mark_inflight(session, first)
        outbox.waiting(session, first, "timed out", LATER)
    assert heads(enrolled, LATER - timedelta(seconds=1)) == []
    assert heads(enrolled, LATER) == [first]
    with enrolled.read() as session:
        assert outbox.next_due(session) == LATER


def test_send_now_ends_every_pause(enrolled: Database) -> None:
    first = put(enrolled)
    with enrolled.write() as session:
        outbox.mark_inflight(session, first)
        outbox.waiting(session, first, "timed out", LATER)
        outbox.wake(session, NOW)
    assert heads(enrolled, NOW) == [first]


def test_the_first_and_the_last_error_are_kept(enrolled: Database) -> None:
    first = put(enrolled)
    for error in ("refused", "reset", "timed out"):
        with enrolled.write() as session:
            outbox.mark_inflight(session, first)
            outbox.waiting(session, first, error, NOW)
    with enrolled.read() as session:
        row = session.get_one(OutboxRow, first)
        assert (row.first_error, row.last_error, row.attempts) == ("refused", "timed out", 3)


def test_an_answer_is_confirmed_once_the_copy_shows_it(enrolled: Database) -> None:
    first = put(enrolled)
    send(enrolled, first, pos=10)
    with enrolled.write() as session:
        assert outbox.confirmed(session, 9) == 0
    assert state(enrolled, first) is OutboxState.ACKED
    with enrolled.write() as session:
        assert outbox.confirmed(session, 10) == 1
    assert state(enrolled, first) is OutboxState.CONFIRMED


def test_a_held_order_stops_its_lane_only_until_it_is_decided(enrolled: Database) -> None:
    held, following, other = put(enrolled), put(enrolled), put(enrolled, "B")
    send(enrolled, held, UploadStatus.HELD)
    assert heads(enrolled) == [other]
    decision = put(enrolled, "A", order_uid=held)
    assert state(enrolled, held) is OutboxState.ACKED
    assert heads(enrolled) == [following, other]
    send(enrolled, following)
    assert set(heads(enrolled)) == {other, decision}


def test_a_person_may_let_a_held_lane_go_on(enrolled: Database) -> None:
    held, following = put(enrolled), put(enrolled)
    send(enrolled, held, UploadStatus.HELD)
    with enrolled.write() as session:
        outbox.release(session, held, NOW)
    assert heads(enrolled) == [following]


def test_a_rejection_lets_the_lane_go_on_and_is_shown_until_seen(enrolled: Database) -> None:
    rejected, following = put(enrolled), put(enrolled)
    send(enrolled, rejected, UploadStatus.REJECTED)
    assert heads(enrolled) == [following]
    with enrolled.read() as session:
        assert [row.msg_id for row in outbox.needing_attention(session)] == [rejected]
    with enrolled.write() as session:
        outbox.acknowledge(session, rejected, LATER)
    with enrolled.read() as session:
        assert outbox.needing_attention(session) == []


def test_poison_stops_its_lane_until_a_person_sends_it_again(enrolled: Database) -> None:
    first, second = put(enrolled), put(enrolled)
    with enrolled.write() as session:
        outbox.mark_inflight(session, first)
        outbox.poison(session, first, "422")
    assert heads(enrolled) == []
    with enrolled.write() as session:
        outbox.release(session, first, NOW)
    assert heads(enrolled) == [first]
    send(enrolled, first)
    assert heads(enrolled) == [second]


def test_what_was_on_its_way_is_sent_again_after_a_start(enrolled: Database) -> None:
    first = put(enrolled)
    with enrolled.write() as session:
        outbox.mark_inflight(session, first)
        assert outbox.restart_inflight(session) == 1
    assert heads(enrolled) == [first]


def test_a_server_that_lost_messages_gets_them_again_in_order(enrolled: Database) -> None:
    sent = [put(enrolled) for _ in range(4)]
    for msg_id in sent:
        send(enrolled, msg_id)
    with enrolled.write() as session:
        outbox.confirmed(session, 99)
        assert outbox.rewind(session, "A", 3)
        assert not outbox.rewind(session, "A", 5)
        assert not outbox.rewind(session, "B", 1)
    assert heads(enrolled) == [sent[2]]
    assert state(enrolled, sent[3]) is OutboxState.READY
    assert state(enrolled, sent[1]) is OutboxState.CONFIRMED


def test_the_summary_counts_what_is_unsent_and_what_needs_a_person(enrolled: Database) -> None:
    with enrolled.read() as session:
        assert outbox.summary(session) == OutboxSummary(0, None, 0)
    messages = [put(enrolled, lane) for lane in "ABCDE"]
    send(enrolled, messages[0])
    send(enrolled, messages[1], UploadStatus.HELD)
    send(enrolled, messages[2], UploadStatus.REJECTED)
    with enrolled.write() as session:
        outbox.mark_inflight(session, messages[3])
    with enrolled.read() as session:
        assert outbox.summary(session) == OutboxSummary(2, NOW, 2)


def test_a_step_that_is_not_the_next_one_is_a_bug(enrolled: Database) -> None:
    first = put(enrolled)
    with pytest.raises(ValueError, match="is READY, not INFLIGHT"), enrolled.write() as session:
        outbox.acked(session, first, answer(first))


LANES = ("A", "B", "C")


class OutboxLife(RuleBasedStateMachine):
    """Whatever happens in whatever order, lanes stay in line and bytes stay what they were."""

    messages: Bundle[UUID] = Bundle("messages")
    on_their_way: Bundle[UUID] = Bundle("on_their_way")

    def __init__(self) -> None:
        super().__init__()
        self.frozen: dict[UUID, bytes] = {}
        self.delivered: dict[str, list[int]] = defaultdict(list)
        self.pos = 0
        self.now = NOW
        connection = dbapi2.connect(":memory:", isolation_level=None)
        self.engine = engine_for(lambda: connection, "BEGIN")
        Row.metadata.create_all(self.engine)
        with Session(self.engine) as session, session.begin():
            session.add(RegisterRow(k=1, device_id=DEVICE, register=1, install_epoch=1))

    def teardown(self) -> None:
        self.engine.dispose()

    @rule(target=messages, lane=st.sampled_from(LANES))
    def enqueue(self, lane: str) -> UUID:
        with Session(self.engine) as session, session.begin():
            row = outbox.enqueue(session, entry(lane))
            self.frozen[row.msg_id] = row.message
            return row.msg_id

    @rule(target=on_their_way, limit=st.integers(1, 4))
    def start_attempts(self, limit: int):
        with Session(self.engine) as session, session.begin():
            parcels = outbox.ready(session, self.now, limit)
            for parcel in parcels:
                outbox.mark_inflight(session, parcel.msg_id)
        return multiple(*(parcel.msg_id for parcel in parcels))

    @rule(msg_id=on_their_way, status=st.sampled_from(UploadStatus))
    def receive_an_answer(self, msg_id: UUID, status: UploadStatus) -> None:
        with Session(self.engine) as session, session.begin():
            row = session.get_one(OutboxRow, msg_id)
            if row.state is OutboxState.INFLIGHT:
                self.pos += 1
                self.delivered[row.lane].append(row.lane_seq)
                outbox.acked(session, msg_id, answer(msg_id, status, self.pos))

    @rule(msg_id=on_their_way, minutes=st.integers(0, 3))
    def lose_the_answer(self, msg_id: UUID, minutes: int) -> None:
        with Session(self.engine) as session, session.begin():
            if session.get_one(OutboxRow, msg_id).state is OutboxState.INFLIGHT:
                next_at = self.now + timedelta(minutes=minutes)
                outbox.waiting(session, msg_id, "timed out", next_at)

    @rule(msg_id=on_their_way)
    def be_misunderstood(self, msg_id: UUID) -> None:
        with Session(self.engine) as session, session.begin():
            if session.get_one(OutboxRow, msg_id).state is OutboxState.INFLIGHT:
                outbox.poison(session, msg_id, "422")

    @rule(msg_id=messages)
    def let_a_person_deal_with_it(self, msg_id: UUID) -> None:
        with Session(self.engine) as session, session.begin():
            if session.get_one(OutboxRow, msg_id).state in outbox.STUCK:
                outbox.release(session, msg_id, self.now)

    @rule(target=messages, msg_id=messages)
    def cancel_the_order(self, msg_id: UUID) -> UUID:
        with Session(self.engine) as session, session.begin():
            row = session.get_one(OutboxRow, msg_id)
            cancellation = outbox.enqueue(session, entry(row.lane, row.order_uid))
            self.frozen[cancellation.msg_id] = cancellation.message
            return cancellation.msg_id

    @rule(minutes=st.integers(1, 5))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def apply_the_feed(self) -> None:
        with Session(self.engine) as session, session.begin():
            outbox.confirmed(session, self.pos)

    @rule()
    def start_the_program_again(self) -> None:
        with Session(self.engine) as session, session.begin():
            outbox.restart_inflight(session)

    @invariant()
    def bytes_never_change(self) -> None:
        with Session(self.engine) as session:
            rows = session.execute(select(OutboxRow.msg_id, OutboxRow.message)).all()
        assert {row.msg_id: row.message for row in rows} == self.frozen

    @invariant()
    def a_lane_has_at_most_one_on_its_way(self) -> None:
        with Session(self.engine) as session:
            query = select(OutboxRow.lane).where(OutboxRow.state == OutboxState.INFLIGHT)
            lanes = session.scalars(query).all()
        assert len(lanes) == len(set(lanes))

    @invariant()
    def lanes_are_delivered_in_order_without_a_gap(self) -> None:
        for sequence in self.delivered.values():
            assert sequence == list(range(1, len(sequence) + 1))

    @invariant()
    def nothing_is_forgotten(self) -> None:
        """Everything is under way, answered, or shown to a person; never lost in between."""
        with Session(self.engine) as session:
            far = self.now + timedelta(days=1)
            lanes = {parcel.lane for parcel in outbox.ready(session, far, 100)}
            rows = session.scalars(select(OutboxRow)).all()
        stopped = (OutboxState.INFLIGHT, *outbox.STUCK)
        for lane in {row.lane for row in rows if row.state in outbox.PENDING}:
            assert lane in lanes or any(r.lane == lane and r.state in stopped for r in rows)


TestOutboxLife = OutboxLife.TestCase
TestOutboxLife.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
