from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from app.transport.clocks import Clock
from app.transport.errors import BrokenAnswer, NoConnection
from app.wire.registers import Change, ChangesPage, Entity
from local_db.cursors import Cursor
from local_db.database import Database
from local_db.reference import credit_state
from sync.feed import BATCH, LARGEST_BATCH, Batch, Feed, check, cut
from sync.gateways.office import Office
from sync.snapshot import Bootstrap
from sync.state import SyncState
from sync.transport.stack import OfficeStack
from tests.sync.conftest import states, take_order
from tests.sync.toy_answers import Answer, corrupt, figures, truncate
from tests.sync.toy_office import ToyOffice

NOW = datetime(2026, 7, 1, tzinfo=UTC)
CURSOR = Cursor(7, 10, NOW)


def change(pos: int, *, tx_last: bool = True) -> Change:
    return Change(pos=pos, tx_last=tx_last, e=Entity.CREDIT, id=f"C{pos}", op="U", v=pos)


def page(rows: tuple[Change, ...] = (), **values: Any) -> ChangesPage:
    to = rows[-1].pos if rows else 10
    fixed: dict[str, Any] = {"epoch": 7, "from_pos": 10, "to": to, "head": to, "complete": True}
    return ChangesPage(rows=rows, server_time=NOW, **{**fixed, **values})


def ends(batches: list[Batch]) -> list[tuple[int, int]]:
    return [(len(batch.rows), batch.to) for batch in batches]


def test_rows_are_cut_into_small_batches_of_whole_transactions() -> None:
    rows = [change(pos, tx_last=pos % 60 == 0) for pos in range(1, 481)]
    assert ends(list(cut(rows, 0, 480))) == [(240, 240), (240, 480)]


def test_customers_are_cut_into_smaller_batches() -> None:
    rows = [replace(change(pos), e=Entity.CUSTOMER) for pos in range(1, 51)]
    assert ends(list(cut(rows, 0, 50))) == [(20, 20), (20, 40), (10, 50)]


def test_an_empty_page_moves_only_the_cursor() -> None:
    assert ends(list(cut([], 5, 9))) == [(0, 9)]
    assert list(cut([], 9, 9)) == []


def test_the_last_batch_ends_where_the_page_says() -> None:
    assert ends(list(cut([change(3)], 0, 8))) == [(1, 8)]


def test_a_huge_transaction_is_split_and_the_cursor_stays_in_front_of_it() -> None:
    rows = [change(1), *(change(pos, tx_last=pos == 901) for pos in range(2, 902))]
    batches = list(cut(rows, 0, 901))
    assert ends(batches) == [(LARGEST_BATCH, 1), (LARGEST_BATCH, 1), (101, 901)]
    assert BATCH < LARGEST_BATCH


@pytest.mark.parametrize(
    "bad",
    [
        page(epoch=8),
        page(from_pos=9),
        page(to=9),
        page((change(12), change(11))),
        page((change(11), change(11))),
        page((change(10),)),
        page((change(11),), to=10),
        page(complete=False),
    ],
)
def test_a_page_that_does_not_continue_the_copy_is_refused(bad: ChangesPage) -> None:
    with pytest.raises(BrokenAnswer):
        check(bad, CURSOR)


def test_a_page_may_leave_out_rows_that_changed_again_later() -> None:
    check(page((change(12), change(15)), to=20), CURSOR)


@pytest.fixture
def state() -> SyncState:
    return SyncState()


@pytest.fixture
def feed(register: Database, line: OfficeStack, state: SyncState, brisk: Clock) -> Feed:
    office = Office(line.client, brisk)
    return Feed(register, office, Bootstrap(register, office, state, brisk), state, brisk)


def used(register: Database, customer_id: str) -> int | None:
    with register.read() as session:
        credit = credit_state(session, customer_id)
    return None if credit is None else int(credit.used)


def position(feed: Feed) -> tuple[int, int] | None:
    cursor = feed.cursor()
    return None if cursor is None else (cursor.epoch, cursor.pos)


async def test_the_first_pull_bootstraps_and_then_follows_the_feed(
    office: ToyOffice, feed: Feed, register: Database, state: SyncState
) -> None:
    office.publish((Entity.CREDIT, "C001", figures("C001", used=7)))
    await feed.pull()
    assert position(feed) == (7, 1)
    assert used(register, "C001") == 7
    assert state.bootstrap is None
    assert state.copy_complete_at is not None
    assert state.clock_offset is not None


async def test_many_pages_arrive_whole(office: ToyOffice, feed: Feed, register: Database) -> None:
    for number in range(250):
        office.publish((Entity.CREDIT, f"C{number}", figures(f"C{number}", used=number)))
    office.page_limit = 60
    await feed.pull()
    assert position(feed) == (7, 250)
    assert [used(register, f"C{n}") for n in (0, 59, 60, 249)] == [0, 59, 60, 249]
    assert len(office.asked("/v1/changes")) == 5


@pytest.mark.parametrize("fault", [truncate, corrupt])
async def test_a_broken_page_applies_nothing(
    office: ToyOffice, feed: Feed, register: Database, line: OfficeStack, fault: Any
) -> None:
    await feed.pull()
    office.publish((Entity.CREDIT, "C001", figures("C001")))
    office.faults.extend([("changes", fault)] * 4)
    with pytest.raises(BrokenAnswer):
        await feed.pull()
    assert position(feed) == (7, 0)
    await feed.pull()
    assert position(feed) == (7, 1)


async def test_a_token_that_expires_in_mid_pull_is_renewed(office: ToyOffice, feed: Feed) -> None:
    for number in range(30):
        office.publish((Entity.CREDIT, f"C{number}", figures(f"C{number}")))
    office.page_limit = 10
    await feed.pull()
    office.publish((Entity.CREDIT, "C1", figures("C1")))

    async def expire(answer: Answer) -> Answer:
        office.expire_tokens()
        return answer

    for number in range(30):
        office.publish((Entity.CREDIT, f"C{number}", figures(f"C{number}", used=5)))
    office.faults.append(("changes", expire))
    await feed.pull()
    assert position(feed) == (7, 61)
    assert len(office.asked("/v1/session/refresh")) == 1


async def test_another_epoch_bootstraps_again_and_leaves_the_outbox_alone(
    office: ToyOffice, feed: Feed, register: Database
) -> None:
    office.publish((Entity.CREDIT, "C001", figures("C001")))
    await feed.pull()
    take_order(register, "C001")
    office.epoch = 8
    office.feed.clear()
    office.build_snapshot()
    office.publish((Entity.CREDIT, "C002", figures("C002", used=2)))
    await feed.pull()
    assert position(feed) == (8, 1)
    assert (used(register, "C001"), used(register, "C002")) == (None, 2)
    assert states(register) == ["READY"]


async def test_a_register_that_was_away_too_long_bootstraps_again(
    office: ToyOffice, feed: Feed
) -> None:
    await feed.pull()
    for _ in range(5):
        office.publish((Entity.CREDIT, "C001", figures("C001")))
    office.floor = 3
    office.build_snapshot()
    await feed.pull()
    assert position(feed) == (7, 5)
    assert len(office.asked("/v1/snapshot/")) == 2


async def test_an_event_is_applied_only_right_behind_the_cursor(
    office: ToyOffice, feed: Feed, register: Database
) -> None:
    assert not feed.apply((change(1),), 7)  # no copy yet
    await feed.pull()
    for used_now in (1, 2):
        office.publish((Entity.CREDIT, "C001", figures("C001", used=used_now)))
    first, second = office.feed
    assert not feed.apply((second,), 7)
    assert not feed.apply((first,), 6)
    assert feed.apply((first,), 7)
    assert feed.apply((second,), 7)
    assert not feed.apply((second,), 7)
    assert used(register, "C001") == 2


async def test_without_a_line_a_pull_says_why(feed: Feed, line: OfficeStack) -> None:
    line.cable.pull()
    with pytest.raises(NoConnection):
        await feed.pull()
    assert position(feed) is None
