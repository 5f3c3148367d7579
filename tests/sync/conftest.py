"""A register with a real store, and a line to a small real office; time does not pass by itself."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.domain.numbers import new_uid
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.wire.codec import encode
from app.wire.registers import OutboxKind
from local_db import outbox
from local_db.database import Database
from local_db.outbox import OutboxEntry
from local_db.tables import OutboxRow, RegisterRow
from sync.transport.stack import OfficeStack, build_stack
from tests.sync.toy_office import ToyOffice, served

KEY = "5a" * 32


@pytest.fixture
def brisk() -> Clock:
    """The real clock, except that chance makes every pause as short as its floor allows."""
    return replace(SYSTEM_CLOCK, chance=lambda: 0.0)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[ToyOffice]:
    directory = tmp_path / "office"
    directory.mkdir()
    toy = ToyOffice(directory)
    toy.build_snapshot()
    async with served(toy) as running:
        yield running


@pytest.fixture
async def line(office: ToyOffice, brisk: Clock) -> AsyncIterator[OfficeStack]:
    """A signed-in line to the office."""
    stack = build_stack(office.url, clock=brisk)
    stack.tokens.adopt(office.session())
    yield stack
    await stack.client.aclose()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Database]:
    """An enrolled register without a reference copy."""
    database = Database(tmp_path / "profile", KEY)
    with database.write() as session:
        session.add(RegisterRow(k=1, device_id=new_uid(), register=1, install_epoch=1))
    yield database
    database.close()


def take_order(
    database: Database, lane: str, note: str = "", at: datetime | None = None
) -> OutboxRow:
    """Queue one message in a customer's lane."""
    with database.write() as session:
        entry = OutboxEntry(
            msg_id=new_uid(),
            lane=lane,
            kind=OutboxKind.ORDER_PLACED,
            order_uid=new_uid(),
            body=encode({"note": note}),
            created_at=at or datetime.now(UTC),
        )
        return outbox.enqueue(session, entry)


def states(database: Database) -> list[str]:
    """The states of all messages, oldest first."""
    with database.read() as session:
        rows = session.query(OutboxRow).order_by(OutboxRow.created_at, OutboxRow.lane_seq)
        return [row.state.value for row in rows]


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until the condition holds; fails the test when it does not in time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - conditions of all kinds
            await asyncio.sleep(0.002)
