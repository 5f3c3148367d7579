import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from app.transport.breaker import Position
from app.transport.clocks import Clock
from app.wire.orders import UploadStatus
from local_db import outbox
from local_db.database import Database
from local_db.tables import OutboxRow, OutboxState
from sync.gateways.office import Office
from sync.sender import Sender
from sync.state import SyncState
from sync.transport.stack import OfficeStack
from tests.sync.conftest import states, take_order, until
from tests.sync.toy_answers import captive_portal, fail_afterwards, never, problem, truncate
from tests.sync.toy_office import ToyOffice
from tests.toy_time import ToyTime


@asynccontextmanager
async def sending(
    register: Database, line: OfficeStack, clock: Clock, state: SyncState | None = None
) -> AsyncIterator[Sender]:
    sender = Sender(register, Office(line.client, clock), state or SyncState(), clock)
    task = asyncio.ensure_future(sender.run())
    try:
        yield sender
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def all_acked(register: Database) -> bool:
    return set(states(register)) == {"ACKED"}


async def test_a_saved_order_is_sent_by_itself(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with sending(register, line, brisk):
        row = take_order(register, "C001", "two cylinders")
        await until(lambda: all_acked(register))
    assert [message.msg_id for message in office.orders] == [row.msg_id]


async def test_an_office_that_fails_after_commit_gets_one_order(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    office.faults.append(("outbox", fail_afterwards))
    async with sending(register, line, brisk):
        take_order(register, "C001")
        await until(lambda: all_acked(register))
    assert len(office.orders) == 1
    first, second = office.asked("/v1/outbox")
    assert (first.body, first.headers["idempotency-key"]) == (
        second.body,
        second.headers["idempotency-key"],
    )
    # The order is found under the name of its message all the way to the last neighbour.
    assert {asked.headers["x-correlation-id"] for asked in (first, second)} == {
        first.headers["idempotency-key"]
    }


async def test_after_all_inner_retries_the_message_waits_with_its_bytes(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    office.faults.extend([("outbox", fail_afterwards)] * 2 + [("outbox", truncate)] * 2)
    async with sending(register, line, brisk):
        take_order(register, "C001")
        await until(lambda: states(register) == ["WAIT"])
        await until(lambda: all_acked(register))
    assert len(office.orders) == 1
    assert len({request.body for request in office.asked("/v1/outbox")}) == 1


async def test_a_captive_portal_neither_delivers_nor_poisons(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    office.faults.extend([("outbox", captive_portal)] * 4)
    async with sending(register, line, brisk):
        take_order(register, "C001")
        await until(lambda: states(register) == ["WAIT"])
        await until(lambda: all_acked(register))


async def test_the_queue_drains_in_order_after_an_outage_each_order_once(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    line.cable.pull()
    async with sending(register, line, brisk) as sender:
        for number in range(30):
            take_order(register, f"C{number % 5}", str(number))
        await until(lambda: line.breaker.position is not Position.CLOSED)
        line.cable.plug_in()
        line.breaker.sign_of_life()
        sender.wake(hurry=True)
        await until(lambda: all_acked(register))
    for lane in range(5):
        sent = [m.body for m in office.orders if m.lane == f"C{lane}"]
        assert [bytes(b) for b in sent] == [b'{"note":"%d"}' % n for n in range(lane, 30, 5)]
    assert len(office.orders) == 30


async def test_a_lane_keeps_one_message_on_its_way(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    office.faults.append(("outbox", never))
    async with sending(register, line, brisk):
        take_order(register, "C001")
        take_order(register, "C001")
        take_order(register, "C002")
        await until(lambda: states(register) == ["INFLIGHT", "READY", "ACKED"])
    assert [m.lane for m in office.orders] == ["C001", "C002"]


async def test_one_poisoned_lane_does_not_stop_the_others(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    office.refusals["C001"] = problem(422, "MALFORMED", "no such zone")
    async with sending(register, line, brisk):
        for lane in ("C001", "C001", "C002", "C003"):
            take_order(register, lane)
        await until(lambda: states(register) == ["POISON", "READY", "ACKED", "ACKED"])
        with register.read() as session:
            assert outbox.summary(session).attention == 1
            (stuck,) = outbox.needing_attention(session)
            assert "no such zone" in stuck.last_error
        del office.refusals["C001"]
        with register.write() as session:
            outbox.release(session, stuck.msg_id, brisk.now())
        await until(lambda: all_acked(register))


async def test_a_held_order_waits_for_a_person_and_others_go_on(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    office.statuses |= {"C001": UploadStatus.HELD, "C002": UploadStatus.REJECTED}
    async with sending(register, line, brisk):
        for lane in ("C001", "C001", "C002", "C003"):
            take_order(register, lane)
        await until(lambda: states(register) == ["HELD", "READY", "REJECTED", "ACKED"])


async def test_a_token_that_expires_in_mid_upload_poisons_nothing(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with sending(register, line, brisk):
        for number in range(12):
            take_order(register, f"C{number}")
            office.expire_tokens()
            await asyncio.sleep(0)
        await until(lambda: all_acked(register))
    assert len(office.orders) == 12
    assert line.breaker.position is Position.CLOSED


async def test_an_ended_session_queues_until_somebody_signs_in(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    office.end_sessions()
    state = SyncState()
    async with sending(register, line, brisk, state) as sender:
        take_order(register, "C001")
        await until(lambda: states(register) == ["WAIT"])
        assert line.tokens.session is None
        assert state.last_error is not None
        assert state.last_error.code == "SIGNED_OUT"
        await Office(line.client).sign_in("amy", "right")
        sender.wake(hurry=True)
        await until(lambda: all_acked(register))


async def test_what_was_on_its_way_at_a_crash_is_sent_again(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    office.faults.append(("outbox", never))  # takes the order, and the answer never comes
    async with sending(register, line, brisk):
        take_order(register, "C001")
        await until(lambda: len(office.orders) == 1)
    assert states(register) == ["INFLIGHT"]
    async with sending(register, line, brisk):
        await until(lambda: all_acked(register))
    assert len(office.orders) == 1


async def test_a_gap_in_a_lane_sends_the_missing_messages_again(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with sending(register, line, brisk):
        take_order(register, "C001", "first")
        await until(lambda: all_acked(register))
        office.forget_orders()  # restored from a backup
        take_order(register, "C001", "second")
        await until(lambda: len(office.orders) == 2 and all_acked(register))
    assert [bytes(m.body) for m in office.orders] == [b'{"note":"first"}', b'{"note":"second"}']


async def test_a_gap_that_this_register_can_not_fill_needs_a_person(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    take_order(register, "C001")
    take_order(register, "C001")
    with register.write() as session:
        session.delete(session.query(OutboxRow).filter_by(lane_seq=1).one())
    async with sending(register, line, brisk):
        await until(lambda: states(register) == ["POISON"])


async def test_an_untried_message_is_a_wedge_after_thirty_seconds(
    register: Database, line: OfficeStack, toy_time: ToyTime
) -> None:
    sender = Sender(register, Office(line.client), SyncState(), toy_time.clock())
    take_order(register, "C001", at=toy_time.clock().now())
    assert not sender.is_wedged()
    await toy_time.sleep(29)
    assert not sender.is_wedged()
    await toy_time.sleep(1)
    assert sender.is_wedged()
    with register.write() as session:
        for row in session.query(OutboxRow):
            row.state = OutboxState.POISON
    assert not sender.is_wedged()


async def test_a_clock_that_is_set_back_does_not_stop_the_queue(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    later = brisk.now() + timedelta(days=3)
    async with sending(register, line, brisk):
        take_order(register, "C001", at=later)
        await until(lambda: all_acked(register))
        line.cable.pull()
        take_order(register, "C002", at=later)
        await until(lambda: states(register)[-1] == "WAIT")
        with register.write() as session:
            session.query(OutboxRow).filter_by(lane="C002").one().next_at = later
        line.cable.plug_in()
        line.breaker.sign_of_life()
        await until(lambda: all_acked(register))
