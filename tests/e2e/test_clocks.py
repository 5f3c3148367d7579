"""Counters whose clock is wrong, or set back in the middle of a day."""

from datetime import datetime, timedelta
from pathlib import Path

from app.domain.hours import business_date
from app.services.calls import CallState
from app.services.clock import system_clock
from sync.gateways.phone_line import SimulatedLine
from tests.e2e.counters import at_work, delivered, draft, open_for_business, place
from tests.e2e.office import RealOffice


class WrongClock:
    """Goes as fast as the real one, that much later or earlier."""

    def __init__(self) -> None:
        self.off = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.off


async def test_a_clock_set_back_a_day_gives_no_number_twice_and_keeps_the_office_served(
    office: RealOffice, tmp_path: Path
) -> None:
    clock = WrongClock()
    placed = []
    async with open_for_business(tmp_path, office.url, clock) as counter:
        for off in (0, 1, 0, -1, 0):
            clock.off = timedelta(days=off)
            placed.append(await place(counter, draft(counter)))
        await delivered(counter)
        assert counter.desks.office.status().oldest_waiting is None
    numbers = {order.order_id for order in placed}
    assert len(numbers) == len(placed)
    found = await office.orders(*(order.order_uid for order in placed))
    assert {order.order_id for order in found} == numbers


async def test_a_register_with_a_wrong_year_still_reaches_the_office(
    office: RealOffice, tmp_path: Path
) -> None:
    clock = WrongClock()
    async with open_for_business(tmp_path, office.url, clock) as counter:
        clock.off = timedelta(days=-400)
        assert counter.desks.orders.today() == business_date(clock())
        placed = await place(counter, draft(counter))
        await delivered(counter)
    assert len(await office.orders(placed.order_uid)) == 1


async def test_a_call_logged_before_the_clock_was_set_back_does_not_ring_for_ever(
    office: RealOffice, prepared: Path
) -> None:
    clock = WrongClock()
    line = SimulatedLine()
    async with at_work(prepared, office.url, clock) as counter:
        line.ring(1, "0912345678")
        async for ring in line:
            counter.desks.calls._log(ring)
            break
        newest = counter.desks.calls.newest_ringing()
        assert newest is not None
        clock.off = timedelta(minutes=-5)
        assert counter.desks.calls.newest_ringing() is None
        assert [call.state for call in counter.desks.calls.missed()] == [CallState.MISSED]
