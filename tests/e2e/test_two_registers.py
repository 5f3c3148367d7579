"""Two counters at one office: what one takes, the other sees."""

from pathlib import Path

from app.composition import Counter
from app.demo.waiting import until
from app.domain.orders import OrderStatus
from app.services.orders import OrderSummary
from tests.e2e.counters import KNOWN, delivered, on_account, open_for_business, place
from tests.e2e.office import RealOffice


def seen(counter: Counter, order_id: str) -> OrderSummary | None:
    today = counter.desks.orders.of_day(counter.desks.orders.today(), order_id)
    return next(iter(today), None)


def used(counter: Counter) -> int:
    card = counter.desks.customers.card(KNOWN)
    assert card is not None
    return int(card.credit.used)


async def test_the_second_register_sees_the_order_and_its_credit_within_a_second(
    office: RealOffice, tmp_path: Path
) -> None:
    async with (
        open_for_business(tmp_path / "one", office.url) as first,
        open_for_business(tmp_path / "two", office.url) as second,
    ):
        assert first.desks.session.register != second.desks.session.register
        await until(lambda: second.state.has_socket, "events at the second register")
        before = used(second)
        placed = await place(first, on_account(first))
        await until(lambda: seen(second, placed.order_id) is not None, "the order", 1.0)
        await until(lambda: used(second) == before + placed.payable, "its credit", 1.0)
        found = seen(second, placed.order_id)
        assert found is not None
        assert (found.status, found.payable) == (OrderStatus.CONFIRMED, placed.payable)
        assert found.upload is None, "another register's order is not ours to send"
        await delivered(first)
    (order,) = await office.orders(placed.order_uid)
    assert (order.order_id, order.reservations) == (placed.order_id, 1)
