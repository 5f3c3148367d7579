"""The draft in a clerk's hands, and the life of an order."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import PriceBook, VolumeDiscount
from app.domain.orders import DraftLine, OrderDraft, OrderStatus, can_become

LIFE = {
    "DRAFT": "CONFIRMED HELD CANCELLED",
    "HELD": "CONFIRMED CANCELLED",
    "CONFIRMED": "HELD DISPATCHED EN_ROUTE ARRIVED COMPLETED CANCELLED",
    "DISPATCHED": "CONFIRMED EN_ROUTE ARRIVED COMPLETED FAILED CANCELLED",
    "EN_ROUTE": "ARRIVED COMPLETED FAILED CANCELLED",
    "ARRIVED": "COMPLETED FAILED",
    "FAILED": "CONFIRMED CANCELLED",
    "COMPLETED": "",
    "CANCELLED": "",
}


@pytest.mark.parametrize("status", OrderStatus)
def test_an_order_lives_as_its_page_says(status: OrderStatus) -> None:
    following = {other.value for other in OrderStatus if can_become(status, other)}
    assert following == set(LIFE[status].split())


def test_every_order_can_come_to_an_end() -> None:
    ends = {OrderStatus.COMPLETED, OrderStatus.CANCELLED}
    reached = set(ends)
    for _ in OrderStatus:
        reached |= {s for s in OrderStatus if any(can_become(s, r) for r in reached)}
    assert reached == set(OrderStatus)
    assert not any(can_become(end, status) for end in ends for status in OrderStatus)


def test_a_line_is_added_replaced_in_place_and_removed(draft: OrderDraft) -> None:
    two = draft.with_line(DraftLine("P002", 1))
    assert [line.product_id for line in two.lines] == ["P001", "P002"]
    three = two.with_line(DraftLine("P001", 5))
    assert [(line.product_id, line.quantity) for line in three.lines] == [("P001", 5), ("P002", 1)]
    assert three.with_line(DraftLine("P001", 0)).lines == (DraftLine("P002", 1),)
    assert three.line("P002") == DraftLine("P002", 1)
    assert three.line("P003") is None


@given(st.lists(st.builds(DraftLine, st.sampled_from("ABC"), st.integers(-1, 5)), max_size=12))
def test_a_product_never_stands_on_two_lines(draft: OrderDraft, lines: list[DraftLine]) -> None:
    order = replace(draft, lines=())
    for line in lines:
        order = order.with_line(line)
    products = [line.product_id for line in order.lines]
    assert len(products) == len(set(products))
    assert all(line.quantity > 0 for line in order.lines)


def test_the_newest_price_that_has_begun_counts(book: PriceBook) -> None:
    prices = [book.standard_price("P001", date(2024, 1, day)) for day in (1, 31)]
    assert prices == [850, 850]
    assert book.standard_price("P001", date(2024, 2, 1)) == 870
    assert book.standard_price("P001", date(2023, 12, 31)) is None
    assert book.standard_price("P777", date(2024, 2, 1)) is None


def test_a_changed_book_finds_its_changed_prices(book: PriceBook) -> None:
    assert replace(book, prices=()).standard_price("P001", date(2024, 2, 1)) is None


def test_the_highest_tier_reached_counts_in_whatever_order_tiers_are_listed(
    book: PriceBook,
) -> None:
    mixed = replace(
        book, volume_discounts=(VolumeDiscount(20, Decimal(3)), VolumeDiscount(10, Decimal(2)))
    )
    assert [mixed.volume_discount(n) for n in (1, 9, 10, 19, 20, 500)] == [0, 0, 2, 2, 3, 3]


def test_a_draft_is_opened_with_an_aware_instant(draft: OrderDraft, now: datetime) -> None:
    assert draft.opened_at == now
