"""The whole engine against a real office over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import httpx

from app.transport.breaker import Position
from app.transport.clocks import Clock
from app.wire.registers import Entity
from local_db.database import Database
from local_db.reference import credit_state
from local_db.tables import RegisterRow
from sync.engine import SyncEngine
from sync.feed import BATCH
from sync.schedule import Job, last_runs
from sync.state import Link, SyncState
from sync.transport.stack import OfficeStack
from tests.sync.conftest import states, take_order, until
from tests.sync.toy_answers import figures
from tests.sync.toy_office import ToyOffice


@asynccontextmanager
async def running(engine: SyncEngine) -> AsyncIterator[SyncEngine]:
    task = asyncio.ensure_future(engine.run())
    try:
        yield engine
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_first_start_bootstraps_and_then_uploads(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    state = SyncState()
    take_order(register, "C001")
    async with running(SyncEngine(register, line, state, brisk)) as engine:
        await until(lambda: register.has_reference and states(register) == ["CONFIRMED"])
        assert len(office.orders) == 1
        office.publish((Entity.CREDIT, "C001", figures("C001", used=4321)))
        await until(lambda: (c := engine.feed.cursor()) is not None and c.pos == office.head)
        await until(lambda: state.link is Link.ONLINE)
    with register.read() as session:
        credit = credit_state(session, "C001")
    assert credit is not None
    assert credit.used == 4321


async def test_pulling_the_cable_queues_and_plugging_it_in_drains_by_itself(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    state = SyncState()
    async with running(SyncEngine(register, line, state, brisk)):
        await until(lambda: state.has_socket and register.has_reference)
        line.cable.pull()
        await until(lambda: state.link is Link.OFFLINE, seconds=1)
        for number in range(12):
            take_order(register, f"C{number % 6}", str(number))
        await until(lambda: line.breaker.position is not Position.CLOSED)
        assert not office.orders
        assert state.last_error is not None
        line.cable.plug_in()
        await until(lambda: set(states(register)) == {"CONFIRMED"}, seconds=10)
        await until(lambda: state.link is Link.ONLINE and state.last_error is None)
    for lane in range(6):
        sent = [bytes(m.body) for m in office.orders if m.lane == f"C{lane}"]
        assert sent == [b'{"note":"%d"}' % number for number in (lane, lane + 6)]


async def test_an_ended_session_asks_for_a_sign_in_and_goes_on_after_it(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    state = SyncState()
    async with running(SyncEngine(register, line, state, brisk)) as engine:
        await until(lambda: state.has_socket and register.has_reference)
        office.end_sessions()
        take_order(register, "C001")
        await until(lambda: state.sign_in_needed)
        take_order(register, "C002")
        await engine.office.sign_in("amy", "right")
        await until(lambda: set(states(register)) == {"CONFIRMED"})
        assert not state.sign_in_needed


async def test_an_office_that_is_closed_at_the_first_start_is_waited_for(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    state = SyncState()
    line.cable.pull()
    async with running(SyncEngine(register, line, state, brisk)):
        await until(lambda: state.link is Link.OFFLINE)
        assert not register.has_reference
        line.cable.plug_in()
        await until(lambda: register.has_reference and state.bootstrap is None)


async def test_a_register_that_has_not_enrolled_waits_for_that(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    with register.write() as session:
        row = session.get_one(RegisterRow, 1)
        device_id = row.device_id
        session.delete(row)
    state = SyncState()
    async with running(SyncEngine(register, line, state, brisk)):
        await until(lambda: register.has_reference)
        assert not state.has_socket
        with register.write() as session:
            session.add(RegisterRow(k=1, device_id=device_id))
        await until(lambda: state.has_socket)


async def test_a_bug_in_the_sender_is_reported_and_the_queue_still_drains(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    class Bug(Exception):
        pass

    def fail_once(request: httpx.Request) -> None:
        line.client.event_hooks = {}
        raise Bug

    bugs: list[BaseException] = []

    async def hook(request: httpx.Request) -> None:
        if request.url.path == "/v1/outbox":
            fail_once(request)

    line.client.event_hooks = {"request": [hook]}
    quick = replace(brisk, sleep=lambda seconds: asyncio.sleep(min(seconds, 0.01)))
    engine = SyncEngine(register, line, SyncState(), quick, on_bug=bugs.append)
    async with running(engine):
        take_order(register, "C001")
        await until(lambda: states(register) == ["CONFIRMED"])
    assert [type(e) for group in bugs for e in getattr(group, "exceptions", ())] == [Bug]


async def test_scheduled_jobs_run_once_at_the_start_and_are_remembered(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    engine = SyncEngine(register, line, SyncState(), brisk)
    assert await engine.schedule.run_due() == tuple(Job)
    assert set(last_runs(register)) == set(Job)
    assert await engine.schedule.run_due() == ()


async def test_a_job_that_failed_stays_due(line: OfficeStack, register: Database) -> None:
    line.cable.pull()
    clock = Clock(sleep=lambda _: asyncio.sleep(0), chance=lambda: 0.0)
    state = SyncState()
    engine = SyncEngine(register, line, state, clock)
    assert await engine.schedule.run_due() == ()
    assert last_runs(register) == {}
    assert state.last_error is not None


async def test_the_loop_turns_between_batches_while_thousands_of_rows_arrive(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    for number in range(3000):
        office.publish((Entity.CREDIT, f"C{number}", figures(f"C{number}")))
    seen: set[int] = set()

    async def look(engine: SyncEngine) -> None:
        while True:
            cursor = engine.feed.cursor()
            seen.add(cursor.pos if cursor else 0)
            await asyncio.sleep(0)

    async with running(SyncEngine(register, line, SyncState(), brisk)) as engine:
        looking = asyncio.ensure_future(look(engine))
        await until(lambda: 3000 in seen)
        looking.cancel()
    steps = sorted(seen)
    assert max(after - before for before, after in pairwise(steps)) <= BATCH
