"""The whole engine against a real office over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.wire.registers import Entity
from local_db.database import Database
from local_db.reference import credit_state
from sync.clocks import Clock
from sync.engine import SyncEngine
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
