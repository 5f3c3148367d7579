"""What an order costs: the spec's order, the published tables, and properties of every quote."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import PriceBook, Surcharge, VolumeDiscount
from app.domain.customers import Customer, SpecialPrice, Zone
from app.domain.orders import DraftLine, OrderDraft, Priority, TimeSlot
from app.domain.pricing import Quote, quote
from app.domain.tax import TaxSplit, split_tax

Pricing = Callable[..., Quote]
MONEY = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents).scaleb(-2))
PRODUCTS = ("P001", "P002", "P003", "H001", "nothing")


def special(price: str, valid_from: date | None = None, until: date | None = None) -> SpecialPrice:
    return SpecialPrice("P001", Decimal(price), valid_until=until, valid_from=valid_from)


@pytest.fixture(scope="session")
def price(draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime) -> Pricing:
    """Price the spec's draft with changes."""

    def price_it(
        *lines: DraftLine,
        specials: tuple[SpecialPrice, ...] = (),
        at: datetime = now,
        parameters: dict[str, object] | None = None,
        **changes: object,
    ) -> Quote:
        shop = replace(book.parameters, **(parameters or {}))  # type: ignore[arg-type]  # by name
        return quote(
            replace(draft, lines=lines or draft.lines, **changes),  # type: ignore[arg-type]  # same
            replace(customer, special_prices=specials),
            replace(book, parameters=shop),
            at,
        )

    return price_it


def test_the_spec_s_order_costs_what_the_spec_says(price: Pricing) -> None:
    order = price()
    assert (order.goods, order.tax, order.delivery_fee, order.payable) == (1700, 85, 50, 1835)
    assert order.invoice == TaxSplit(Decimal(1700), Decimal(85))
    assert order.invoice.total == 1785
    assert order.violations == ()
    assert order.is_orderable
    assert order.cylinders == 2
    assert order.lines[0].weight_kg == 40


def test_a_delivery_fee_on_the_invoice_leaves_payable_alone(price: Pricing) -> None:
    order = price(parameters={"invoice_delivery_fee": True})
    assert order.payable == 1835
    assert order.invoice == TaxSplit(Decimal(1748), Decimal(87))


def test_prices_with_tax_are_split_into_goods_and_tax(price: Pricing) -> None:
    order = price(parameters={"prices_include_tax": True})
    assert (order.goods, order.tax, order.payable) == (1619, 81, 1750)
    assert sum(line.amount for line in order.lines) == order.goods + order.tax


@pytest.mark.parametrize(
    ("quantity", "specials", "unit", "goods", "payable"),
    [
        (2, (special("820"),), "820", 1640, 1772),
        (2, (special("860"),), "850", 1700, 1835),
        (9, (), "850", 7650, 8083),
        (10, (), "833", 8330, 8797),
        (19, (), "833", 15827, 16668),
        (20, (), "824.50", 16490, 17365),
        (20, (special("820"),), "820", 16400, 17270),
        (20, (special("830"),), "824.50", 16490, 17365),
    ],
)
def test_the_lower_of_special_price_and_volume_discount_counts(
    price: Pricing,
    quantity: int,
    specials: tuple[SpecialPrice, ...],
    unit: str,
    goods: int,
    payable: int,
) -> None:
    order = price(DraftLine("P001", quantity, quantity), specials=specials)
    assert order.lines[0].unit_price == Decimal(unit)
    assert (order.goods, order.payable) == (goods, payable)


def test_a_line_says_which_price_won(price: Pricing) -> None:
    bulk = price(DraftLine("P001", 20, 20), specials=(special("830"),)).lines[0]
    assert (bulk.is_special, bulk.discount_percent) == (False, 3)
    loyal = price(DraftLine("P001", 20, 20), specials=(special("820"),)).lines[0]
    assert (loyal.is_special, loyal.discount_percent) == (True, 0)
    assert loyal.standard_price == 850


def test_tiers_count_each_line_for_itself(price: Pricing) -> None:
    order = price(DraftLine("P001", 6, 6), DraftLine("P002", 6, 6))
    assert [line.discount_percent for line in order.lines] == [0, 0]


@pytest.mark.parametrize(
    ("specials", "unit"),
    [
        ((special("820", until=date(2024, 1, 25)),), 820),
        ((special("820", until=date(2024, 1, 24)),), 850),
        ((special("820", valid_from=date(2024, 1, 25)),), 820),
        ((special("820", valid_from=date(2024, 1, 26)),), 850),
        ((special("820"), special("810")), 810),
    ],
)
def test_a_special_price_counts_on_its_days(
    price: Pricing, specials: tuple[SpecialPrice, ...], unit: int
) -> None:
    assert price(specials=specials).lines[0].unit_price == unit


def test_the_price_of_the_taipei_date_counts(price: Pricing) -> None:
    evening_of_the_31st = datetime(2024, 1, 31, 15, 59, tzinfo=UTC)
    midnight_of_the_1st = datetime(2024, 1, 31, 16, 0, tzinfo=UTC)
    assert price(at=evening_of_the_31st).lines[0].unit_price == 850
    assert price(at=midnight_of_the_1st).lines[0].unit_price == 870


def test_a_special_price_needs_no_list_price(price: Pricing) -> None:
    contract = SpecialPrice("H002", Decimal(900))
    order = price(DraftLine("H002", 1), specials=(contract,))
    assert order.lines[0].unit_price == order.lines[0].standard_price == 900
    assert order.is_orderable


@pytest.mark.parametrize(
    ("slot", "priority", "day", "fee", "surcharge"),
    [
        (TimeSlot.AFTERNOON, Priority.NORMAL, date(2024, 1, 26), 50, None),
        (TimeSlot.EVENING, Priority.NORMAL, date(2024, 1, 26), 65, Surcharge.EVENING),
        (TimeSlot.AFTERNOON, Priority.URGENT, date(2024, 1, 26), 75, Surcharge.URGENT),
        (TimeSlot.EVENING, Priority.URGENT, date(2024, 1, 26), 75, Surcharge.URGENT),
        (TimeSlot.EVENING, Priority.URGENT, date(2024, 2, 12), 100, Surcharge.HOLIDAY),
    ],
)
def test_the_highest_surcharge_multiplies_the_fee(
    price: Pricing,
    slot: TimeSlot,
    priority: Priority,
    day: date,
    fee: int,
    surcharge: Surcharge | None,
) -> None:
    order = price(slot=slot, priority=priority, delivery_date=day)
    assert (order.delivery_fee, order.base_delivery_fee, order.surcharge) == (fee, 50, surcharge)


def test_a_fee_is_rounded_to_whole_dollars(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    odd = replace(book, zone_fees={Zone.NORTH: Decimal(55)})
    urgent = replace(draft, priority=Priority.URGENT)
    assert quote(urgent, customer, odd, now).delivery_fee == 83


def test_deposits_and_residual_gas_are_no_sale(price: Pricing) -> None:
    order = price(DraftLine("P001", 2, empties=1, deposits=1, residual_kg=Decimal("1.5")))
    assert (order.deposits, order.residual_credit) == (1500, 42)
    assert order.payable == 3293
    assert order.invoice.total == 1785


def test_what_is_neither_returned_nor_lent_is_owed(price: Pricing) -> None:
    assert price(DraftLine("P001", 5, empties=2, deposits=1)).lines[0].owed == 2
    assert price(DraftLine("H001", 5)).lines[0].owed == 0


def test_an_empty_draft_costs_nothing(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    empty = quote(replace(draft, lines=()), customer, book, now)
    assert empty.payable == empty.delivery_fee == 0
    assert not empty.is_orderable


def test_five_lines_are_quoted_within_a_millisecond(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    one = book.prices[0]
    months = tuple(
        replace(one, product_id=f"X{n}", effective_from=date(2020 + n % 4, 1, 1))
        for n in range(2000)
    )
    large = replace(book, prices=book.prices + months)
    ids = ("P001", "P002", "P003", "P009", "H001")
    five = replace(draft, lines=tuple(DraftLine(product, 3) for product in ids))
    quote(five, customer, large, now)
    started = time.perf_counter()
    for _ in range(200):
        quote(five, customer, large, now)
    assert (time.perf_counter() - started) / 200 < 0.001


LINES = st.lists(
    st.builds(
        DraftLine,
        product_id=st.sampled_from(PRODUCTS),
        quantity=st.integers(-3, 500),
        empties=st.integers(-3, 500),
        deposits=st.integers(-3, 20),
        residual_kg=st.decimals(-5, 50, places=1),
    ),
    max_size=6,
).map(tuple)
SPECIALS = st.lists(
    st.builds(SpecialPrice, product_id=st.sampled_from(PRODUCTS), price=MONEY), max_size=4
).map(tuple)
SHOPS = st.fixed_dictionaries(
    {
        "prices_include_tax": st.booleans(),
        "invoice_delivery_fee": st.booleans(),
        "residual_price_per_kg": MONEY.map(lambda price: price / 1000),
    }
)


@given(LINES, SPECIALS, SHOPS, st.sampled_from(Priority), st.sampled_from(TimeSlot))
def test_payable_is_the_sum_of_its_parts(
    price: Pricing,
    lines: tuple[DraftLine, ...],
    specials: tuple[SpecialPrice, ...],
    shop: dict[str, object],
    priority: Priority,
    slot: TimeSlot,
) -> None:
    order = price(*lines, specials=specials, parameters=shop, priority=priority, slot=slot)
    parts = order.goods + order.tax + order.delivery_fee + order.deposits - order.residual_credit
    assert order.payable == parts
    for amount in (order.goods, order.tax, order.delivery_fee, order.deposits):
        assert amount >= 0
        assert amount == int(amount)
    fee_invoiced = order.delivery_fee if shop["invoice_delivery_fee"] else 0
    assert order.invoice.total == order.goods + order.tax + fee_invoiced
    included = order.tax if shop["prices_include_tax"] else 0
    assert sum(line.amount for line in order.lines) == order.goods + included
    assert not order.is_orderable or order.payable >= 0


@given(LINES, SPECIALS)
def test_nobody_pays_more_than_the_list_price_or_the_special_price(
    price: Pricing, lines: tuple[DraftLine, ...], specials: tuple[SpecialPrice, ...]
) -> None:
    for line in price(*lines, specials=specials).lines:
        assert line.unit_price <= line.standard_price
        own = [s.price for s in specials if s.product_id == line.product_id]
        assert not own or line.unit_price <= min(own)


@given(st.integers(1, 400), st.integers(0, 400), MONEY)
def test_within_a_tier_more_cylinders_never_cost_less(
    price: Pricing, quantity: int, more: int, own: Decimal
) -> None:
    tiers = (VolumeDiscount(10, Decimal(2)), VolumeDiscount(20, Decimal(3)))
    if sum(t.min_quantity <= quantity for t in tiers) != sum(
        t.min_quantity <= quantity + more for t in tiers
    ):
        return
    specials = (SpecialPrice("P001", own),)
    fewer = price(DraftLine("P001", quantity), specials=specials)
    assert price(DraftLine("P001", quantity + more), specials=specials).goods >= fewer.goods


@given(st.integers(1, 400), MONEY)
def test_a_special_price_never_makes_an_order_dearer(
    price: Pricing, quantity: int, own: Decimal
) -> None:
    without = price(DraftLine("P001", quantity))
    assert price(DraftLine("P001", quantity), specials=(SpecialPrice("P001", own),)).goods <= (
        without.goods
    )


@given(LINES)
def test_invoicing_the_fee_never_changes_what_is_paid(
    price: Pricing, lines: tuple[DraftLine, ...]
) -> None:
    with_fee = price(*lines, parameters={"invoice_delivery_fee": True})
    assert with_fee.payable == price(*lines).payable
    assert with_fee.invoice == split_tax(with_fee.goods + with_fee.tax + with_fee.delivery_fee)
