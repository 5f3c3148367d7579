"""Days without the office: begun without it, gone on without it, and its return."""

from pathlib import Path

import pytest

from app.demo.waiting import until
from app.domain.credit import CreditSource
from app.services.office import LinkState
from app.services.session import OfficeOutOfReach, SignInRefused
from local_db.tables import OutboxState
from tests.e2e.counters import (
    KNOWN,
    at_work,
    delivered,
    draft,
    drafts,
    on_account,
    open_for_business,
    place,
    saved_orders,
    states,
)
from tests.e2e.office import RealOffice

# demo's new password is "boss", and the other way round; done twice it is as before.
SWAP = """UPDATE users SET password_hash = (SELECT other.password_hash FROM users other
          WHERE other.username <> users.username AND other.username IN ('demo', 'boss'))
          WHERE username IN ('demo', 'boss')"""


async def test_a_first_start_without_the_office_works_as_soon_as_the_office_is_there(
    office: RealOffice, tmp_path: Path
) -> None:
    office.stop()
    async with at_work(tmp_path / "counter", office.url) as counter:
        session = counter.desks.session
        for _impatient in range(3):
            with pytest.raises(OfficeOutOfReach):
                await session.sign_in("demo", "demo")
        assert counter.desks.customers.search("王") == ()
        office.start()
        await session.sign_in("demo", "demo")
        await until(lambda: counter.database.has_reference, "the first copy")
        placed = await place(counter, draft(counter))
        await delivered(counter)
    assert [o.order_id for o in await office.orders(placed.order_uid)] == [placed.order_id]


async def test_a_known_counter_sells_without_the_office_over_a_restart_and_sends_each_order_once(
    office: RealOffice, prepared: Path
) -> None:
    office.stop()
    placed = []
    async with at_work(prepared, office.url) as counter:
        person = await counter.desks.session.sign_in("demo", "demo")
        assert person.offline
        assert counter.desks.customers.search("王大明")
        placed.append(await place(counter, draft(counter)))
        placed.append(await place(counter, on_account(counter, quantity=2)))
        assert placed[1].credit.source is not CreditSource.LIVE
        await until(lambda: counter.desks.office.status().link is LinkState.OFFLINE, "said so", 15)
    async with at_work(prepared, office.url) as counter:
        await counter.desks.session.sign_in("demo", "demo")
        assert len(states(counter)) == 2
        office.start()
        await delivered(counter, 20)
        person_now = counter.desks.session.current
        assert person_now is not None
        assert not person_now.offline
    found = await office.orders(*(order.order_uid for order in placed))
    assert {(o.order_id, o.reservations) for o in found} == {
        (placed[0].order_id, 0),
        (placed[1].order_id, 1),
    }


async def test_names_are_known_offline_however_they_are_typed(
    office: RealOffice, prepared: Path
) -> None:
    office.stop()
    async with at_work(prepared, office.url) as counter:
        assert (await counter.desks.session.sign_in(" Demo", "demo")).username == "demo"


async def test_a_wrong_password_is_refused_with_and_without_the_office(
    office: RealOffice, prepared: Path
) -> None:
    async with at_work(prepared, office.url) as counter:
        session = counter.desks.session
        with pytest.raises(SignInRefused):
            await session.sign_in("demo", "wrong")
        office.stop()
        with pytest.raises(SignInRefused):
            await session.sign_in("demo", "wrong")
        assert session.current is None
        assert (await session.sign_in("demo", "demo")).offline


async def test_a_password_changed_meanwhile_signs_out_once_and_loses_neither_draft_nor_queue(
    office: RealOffice, prepared: Path
) -> None:
    office.stop()
    async with at_work(prepared, office.url) as counter:
        session = counter.desks.session
        await session.sign_in("demo", "demo")
        placed = await place(counter, draft(counter))
        draft(counter, quantity=3)
        await office.do(SWAP)
        office.start()
        await until(lambda: session.current is None, "signed out", 20)
        assert drafts(counter) == 1
        assert len(states(counter)) == 1
        with pytest.raises(SignInRefused):
            await session.sign_in("demo", "demo")
        assert not (await session.sign_in("demo", "boss")).offline
        await delivered(counter, 20)
        session.sign_out()
        office.stop()
        with pytest.raises(SignInRefused):
            await session.sign_in("demo", "demo")
        assert (await session.sign_in("demo", "boss")).offline
    await office.do(SWAP)
    assert len(await office.orders(placed.order_uid)) == 1


async def test_who_signs_out_while_the_office_is_asked_stays_signed_out(
    office: RealOffice, prepared: Path
) -> None:
    office.stop()
    async with at_work(prepared, office.url) as counter:
        session = counter.desks.session
        await session.sign_in("demo", "demo")
        office.start()
        tokens = counter.stack.tokens
        arrived: list[bool] = []
        tokens.listen(lambda got: arrived.append(got is not None))
        await until(lambda: True in arrived, "the office's yes", 20)
        session.sign_out()
        await until(lambda: tokens.session is None, "no tokens", 1)
        placed_before = saved_orders(counter)
        order = draft(counter, KNOWN)
        with pytest.raises(Exception, match="Nobody is signed in"):
            await place(counter, order)
        assert session.current is None
        assert saved_orders(counter) == placed_before


async def test_the_office_may_die_and_come_back_while_the_counter_works(
    office: RealOffice, tmp_path: Path
) -> None:
    async with open_for_business(tmp_path / "counter", office.url) as counter:
        first = await place(counter, on_account(counter))
        await delivered(counter)
        before = counter.engine.feed.cursor()
        office.kill()
        second = await place(counter, on_account(counter))
        office.start()
        await delivered(counter, 30)
        await until(lambda: all(s is OutboxState.CONFIRMED for s in states(counter)), "news", 30)
        now = counter.engine.feed.cursor()
        assert before is not None
        assert now is not None
        assert (now.epoch, now.pos > before.pos) == (before.epoch, True)
    found = await office.orders(first.order_uid, second.order_uid)
    assert [o.reservations for o in found] == [1, 1]
