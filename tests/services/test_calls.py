"""The telephone lanes."""

from collections.abc import AsyncIterator

from app.domain.phones import format_phone
from app.services.calls import CallState
from sync.gateways.phone_line import Ring
from tests.services.conftest import Shop


async def ring(shop: Shop, line: int, digits: str | None) -> None:
    async def once() -> AsyncIterator[Ring]:
        yield Ring(line, digits, shop.clock.now)

    await shop.calls.follow(once())


async def test_a_known_number_names_its_owner(shop: Shop) -> None:
    await ring(shop, 1, "0912345678")
    call = shop.calls.newest_ringing()
    assert call is not None
    assert (call.customer_name, call.number) == ("王大明", format_phone("0912345678"))


async def test_a_withheld_number_still_rings(shop: Shop) -> None:
    await ring(shop, 2, None)
    lanes = shop.calls.lanes()
    assert [lane.call is not None for lane in lanes] == [False, True]
    assert lanes[1].call is not None
    assert lanes[1].call.number == ""


async def test_enter_answers_the_call_that_has_been_ringing_longest(shop: Shop) -> None:
    await ring(shop, 1, "0912345678")
    shop.clock.advance(seconds=3)
    await ring(shop, 2, None)
    first = shop.calls.newest_ringing()
    assert first is not None
    assert first.line == 1
    assert shop.calls.answer(first.call_id).state is CallState.ANSWERED
    second = shop.calls.newest_ringing()
    assert second is not None
    assert second.line == 2


async def test_a_call_that_nobody_takes_stays_missed_until_someone_calls_back(shop: Shop) -> None:
    await ring(shop, 1, "0912345678")
    shop.clock.advance(seconds=31)
    (missed,) = shop.calls.missed()
    assert missed.state is CallState.MISSED
    assert shop.calls.newest_ringing() is None
    shop.calls.called_back(missed.call_id)
    assert shop.calls.missed() == ()
