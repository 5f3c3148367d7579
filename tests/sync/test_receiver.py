import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from app.transport.clocks import Clock
from app.wire.registers import Entity
from local_db.database import Database
from local_db.reference import credit_state
from sync.catch_up import CatchUp
from sync.feed import Feed
from sync.gateways.office import Office
from sync.gateways.office_events import OfficeEvents
from sync.receiver import Receiver
from sync.snapshot import Bootstrap
from sync.state import Link, SyncState
from sync.transport.stack import OfficeStack
from tests.sync.conftest import until
from tests.sync.toy_answers import figures
from tests.sync.toy_office import ToyOffice


class Ear:
    """A receiver with its catch-up, and what they did."""

    def __init__(self, register: Database, line: OfficeStack, clock: Clock, dead: float) -> None:
        self.state = SyncState()
        gateway = Office(line.client, clock)
        bootstrap = Bootstrap(register, gateway, self.state, clock)
        self.feed = Feed(register, gateway, bootstrap, self.state, clock)
        self.catch_up = CatchUp(self.feed, gateway, self.state, clock)
        events = OfficeEvents(line, dead_after=dead)
        self.receiver = Receiver(
            lambda: UUID(int=5), events, self.feed, self.state, self.catch_up.want, clock
        )
        self.register = register

    def at(self, pos: int) -> bool:
        cursor = self.feed.cursor()
        return cursor is not None and cursor.pos == pos and not self.feed.is_pulling

    def used(self, customer_id: str) -> int:
        with self.register.read() as session:
            credit = credit_state(session, customer_id)
        return -1 if credit is None else int(credit.used)


@asynccontextmanager
async def listening(
    register: Database, line: OfficeStack, clock: Clock, dead: float = 12
) -> AsyncIterator[Ear]:
    ear = Ear(register, line, clock, dead)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(ear.receiver.run()), group.create_task(ear.catch_up.run())]
        yield ear
        for task in tasks:
            task.cancel()


async def calm(ear: Ear, office: ToyOffice) -> None:
    """Connected, and the pull that belongs to connecting is over."""
    await until(
        lambda: (
            ear.state.has_socket
            and office.sockets
            and ear.at(office.head)
            and not ear.catch_up.is_busy
        )
    )
    office.requests.clear()


async def test_events_are_applied_without_a_further_request(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        for used in range(1, 6):
            office.publish((Entity.CREDIT, "C001", figures("C001", used=used)))
        await until(lambda: ear.at(5))
        assert ear.used("C001") == 5
        assert ear.state.link is Link.ONLINE
    assert office.asked("/v1/changes") == []


async def test_a_transaction_of_several_rows_is_applied_whole(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        rows = [(Entity.CREDIT, f"C{n}", figures(f"C{n}", used=n)) for n in range(5)]
        office.publish(*rows)
        await until(lambda: ear.at(5))
    assert office.asked("/v1/changes") == []


async def test_a_gap_in_the_events_pulls(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        office.lost_frames.add(2)
        for used in (1, 2, 3):
            office.publish((Entity.CREDIT, "C001", figures("C001", used=used)))
        await until(lambda: ear.at(3))
        assert ear.used("C001") == 3
    assert len(office.asked("/v1/changes")) == 1


async def test_a_beacon_finds_a_tail_that_was_lost(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        office.lost_frames.add(1)
        office.publish((Entity.CREDIT, "C001", figures("C001", used=9)))
        office.beacon()
        await until(lambda: ear.at(1))
        assert ear.used("C001") == 9


async def test_events_that_come_twice_are_applied_once(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        office.publish((Entity.CREDIT, "C001", figures("C001", used=1)))
        office.sockets[0].put_nowait(office.feed[0])
        office.publish((Entity.CREDIT, "C001", figures("C001", used=2)))
        await until(lambda: ear.at(2))
    assert office.asked("/v1/changes") == []


@pytest.mark.parametrize("code", [4008, 1012])
async def test_a_closed_socket_is_opened_again_from_the_cursor(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock, code: int
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        office.sockets[0].put_nowait(code)
        await until(lambda: not office.sockets)
        office.publish((Entity.CREDIT, "C001", figures("C001", used=3)))
        await until(lambda: office.sockets and ear.at(1))
        assert ear.used("C001") == 3


async def test_an_expired_token_on_the_socket_does_not_turn_the_light_off(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        seen: set[Link] = set()
        ear.state.listen(lambda: seen.add(ear.state.link))
        old = office.sockets[0]
        office.expire_tokens()
        old.put_nowait(4001)
        await until(lambda: office.sockets and office.sockets[0] is not old)
        office.publish((Entity.CREDIT, "C001", figures("C001", used=3)))
        await until(lambda: ear.at(1))
        assert seen <= {Link.ONLINE}


async def test_a_silent_socket_is_dead(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk, dead=0.2) as ear:
        await calm(ear, office)
        old = office.sockets[0]
        await until(lambda: office.sockets and old not in office.sockets)


async def test_a_pulled_cable_shows_at_once_and_plugging_in_heals(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        line.cable.pull()
        await until(lambda: ear.state.link is Link.OFFLINE, seconds=1)
        office.publish((Entity.CREDIT, "C001", figures("C001", used=8)))
        line.cable.plug_in()
        ear.receiver.wake()
        await until(lambda: ear.state.link is Link.ONLINE and ear.at(1))
        assert ear.used("C001") == 8


async def test_a_lost_address_drops_the_socket_that_used_it(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    async with listening(register, line, brisk) as ear:
        await calm(ear, office)
        old = office.sockets[0]
        ear.receiver.addresses_lost(frozenset({"192.0.2.9"}))
        ear.receiver.addresses_lost(frozenset({"127.0.0.1"}))
        await until(lambda: office.sockets and old not in office.sockets)


async def test_without_events_the_feed_is_polled(
    office: ToyOffice, line: OfficeStack, register: Database, brisk: Clock
) -> None:
    ear = Ear(register, line, brisk, 12)
    slept: list[float] = []
    gate = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await gate.wait()

    clock = Clock(sleep=sleep, chance=lambda: 0.5)
    catch_up = CatchUp(ear.feed, Office(line.client, brisk), ear.state, clock)
    task = asyncio.ensure_future(catch_up.run())
    await until(lambda: ear.at(0) and slept and slept[-1] == 15)
    office.publish((Entity.CREDIT, "C001", figures("C001", used=8)))
    gate.set()
    await until(lambda: ear.at(1))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
