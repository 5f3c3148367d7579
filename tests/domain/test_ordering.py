"""Every rule of ordering, one broken at a time; docs/rules/orders.md lists them all."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.catalogue import BusinessHours, PriceBook
from app.domain.customers import Customer, CustomerStatus, PaymentTerms
from app.domain.hours import TAIPEI
from app.domain.orders import DraftLine, InvoiceType, OrderDraft, PaymentMethod, Priority, TimeSlot
from app.domain.pricing import quote
from app.domain.violations import Field, Rule, RuleViolation, Severity, Violation

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules" / "orders.md"


def broken(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> dict[str, Violation]:
    return {v.code: v for v in quote(draft, customer, book, now).violations}


@dataclass(frozen=True)
class Sample:
    """The spec's order, to be changed in one place and checked again."""

    draft: OrderDraft
    customer: Customer
    book: PriceBook
    now: datetime

    def codes(self) -> set[str]:
        return set(broken(self.draft, self.customer, self.book, self.now))


@pytest.fixture(scope="session")
def sample(draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime) -> Sample:
    return Sample(draft, customer, book, now)


def test_the_spec_s_order_breaks_no_rule(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    assert broken(draft, customer, book, now) == {}


def test_an_inactive_customer_can_not_order(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    gone = replace(customer, status=CustomerStatus.INACTIVE)
    found = broken(draft, gone, book, now)[Rule.CUSTOMER_INACTIVE]
    assert found == Violation(Field.CUSTOMER, Rule.CUSTOMER_INACTIVE, {"name": "王大明"})


def test_a_missing_number_is_only_pointed_out(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    silent = replace(customer, phones=())
    assert broken(draft, silent, book, now) == {}
    order = quote(replace(draft, contact_phone=""), silent, book, now)
    assert [(v.code, v.severity) for v in order.violations] == [
        (Rule.PHONE_MISSING, Severity.ADVISES)
    ]
    assert order.is_orderable


@pytest.mark.parametrize(
    ("address_id", "rule"),
    [(None, Rule.ADDRESS_MISSING), (99, Rule.ADDRESS_UNKNOWN), (457, Rule.ZONE_FEE_MISSING)],
)
def test_an_order_needs_an_address_with_a_fee(
    sample: Sample, address_id: int | None, rule: Rule
) -> None:
    order = replace(sample.draft, address_id=address_id)
    assert replace(sample, draft=order).codes() == {rule}


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        ((), {Rule.LINES_MISSING}),
        ((DraftLine("P777", 1),), {Rule.PRODUCT_UNKNOWN, Rule.MINIMUM_ORDER_VALUE}),
        ((DraftLine("P009", 1),), {Rule.PRODUCT_INACTIVE, Rule.STOCK_SHORT}),
        ((DraftLine("H002", 1),), {Rule.PRICE_MISSING, Rule.MINIMUM_ORDER_VALUE}),
        ((DraftLine("P001", 0),), {Rule.QUANTITY_INVALID, Rule.MINIMUM_ORDER_VALUE}),
        ((DraftLine("P001", 1), DraftLine("P001", 1)), {Rule.PRODUCT_REPEATED}),
        ((DraftLine("P003", 11),), {Rule.STOCK_SHORT}),
        ((DraftLine("P003", 10),), set()),
        ((DraftLine("H001", 500),), set()),
    ],
)
def test_lines_must_be_things_that_can_be_sold(
    sample: Sample, lines: tuple[DraftLine, ...], rules: set[Rule]
) -> None:
    order = replace(sample.draft, lines=lines)
    assert replace(sample, draft=order).codes() == rules


@pytest.mark.parametrize(("quantity", "missing"), [(6, "80"), (7, None)])
def test_the_minimum_counts_goods_before_tax(
    draft: OrderDraft,
    customer: Customer,
    book: PriceBook,
    now: datetime,
    quantity: int,
    missing: str | None,
) -> None:
    hoses = replace(draft, lines=(DraftLine("H001", quantity),))
    found = broken(hoses, customer, book, now).get(Rule.MINIMUM_ORDER_VALUE)
    assert (found.values["missing"] if found else None) == missing


def test_the_minimum_ignores_tax_that_is_included(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    inclusive = replace(
        book,
        parameters=replace(
            book.parameters, prices_include_tax=True, minimum_order_value=Decimal(1700)
        ),
    )
    assert set(broken(draft, customer, inclusive, now)) == {Rule.MINIMUM_ORDER_VALUE}


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        (DraftLine("P001", 2, empties=1, deposits=1), set()),
        (DraftLine("P001", 2, empties=2, deposits=1), {Rule.EMPTIES_EXCEED_QUANTITY}),
        (DraftLine("P001", 2, empties=-1), {Rule.EMPTIES_INVALID}),
        (DraftLine("P001", 2, deposits=-1), {Rule.EMPTIES_INVALID}),
        (DraftLine("H001", 9, empties=1), {Rule.EMPTIES_NOT_TAKEN}),
        (DraftLine("P001", 2, 2, residual_kg=Decimal(40)), set()),
        (DraftLine("P001", 2, 2, residual_kg=Decimal("40.1")), {Rule.RESIDUAL_INVALID}),
        (DraftLine("P001", 2, 2, residual_kg=Decimal("-0.1")), {Rule.RESIDUAL_INVALID}),
        (DraftLine("P001", 2, 0, residual_kg=Decimal(1)), {Rule.RESIDUAL_INVALID}),
    ],
)
def test_cylinders_add_up(sample: Sample, line: DraftLine, rules: set[Rule]) -> None:
    order = replace(sample.draft, lines=(line,))
    assert replace(sample, draft=order).codes() == rules


def test_residual_gas_without_a_price_is_pointed_out(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    priceless = replace(book.parameters, residual_price_per_kg=Decimal(0))
    weighed = replace(draft, lines=(DraftLine("P001", 2, 2, residual_kg=Decimal(1)),))
    order = quote(weighed, customer, replace(book, parameters=priceless), now)
    assert [v.code for v in order.violations] == [Rule.RESIDUAL_PRICE_MISSING]
    assert order.is_orderable


def test_an_order_never_pays_money_out(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    dear = replace(book.parameters, residual_price_per_kg=Decimal(100))
    weighed = replace(draft, lines=(DraftLine("P001", 2, 2, residual_kg=Decimal(40)),))
    found = broken(weighed, customer, replace(book, parameters=dear), now)
    assert found[Rule.RESIDUAL_EXCEEDS_ORDER].values == {"refund": "2165"}


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        (date(2024, 1, 24), {Rule.DATE_PAST}),
        (date(2024, 1, 25), set()),
        (date(2024, 1, 28), {Rule.DATE_CLOSED}),
        (date(2024, 2, 24), {Rule.SLOT_NOT_SERVED}),
        (date(2024, 2, 23), set()),
        (date(2024, 2, 25), {Rule.DATE_TOO_FAR}),
        (date(2024, 2, 26), {Rule.DATE_TOO_FAR}),
    ],
)
def test_the_date_must_be_one_that_is_served(sample: Sample, day: date, rules: set[Rule]) -> None:
    order = replace(sample.draft, delivery_date=day)
    assert replace(sample, draft=order).codes() == rules


def test_a_refused_date_comes_with_the_earliest_one(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    past = replace(draft, delivery_date=date(2024, 1, 1))
    assert broken(past, customer, book, now)[Rule.DATE_PAST].values == {
        "date": "2024-01-01",
        "earliest_date": "2024-01-25",
        "earliest_slot": "02",
    }


@pytest.mark.parametrize(
    ("clock", "slot", "priority", "rules"),
    [
        ("08:00:00", TimeSlot.MORNING, Priority.NORMAL, set()),
        ("08:00:01", TimeSlot.MORNING, Priority.NORMAL, {Rule.SLOT_BEGUN}),
        ("11:59:00", TimeSlot.MORNING, Priority.URGENT, set()),
        ("12:00:01", TimeSlot.MORNING, Priority.URGENT, {Rule.SLOT_BEGUN}),
        ("14:00:00", TimeSlot.AFTERNOON, Priority.NORMAL, set()),
        ("14:00:00", TimeSlot.EVENING, Priority.NORMAL, set()),
        ("14:00:01", TimeSlot.AFTERNOON, Priority.NORMAL, {Rule.CUTOFF_PASSED}),
        ("14:00:01", TimeSlot.EVENING, Priority.NORMAL, {Rule.CUTOFF_PASSED}),
        ("17:59:00", TimeSlot.AFTERNOON, Priority.URGENT, set()),
        ("19:00:00", TimeSlot.EVENING, Priority.URGENT, {Rule.OUTSIDE_HOURS}),
    ],
)
def test_same_day_orders_have_a_last_call(
    sample: Sample, clock: str, slot: TimeSlot, priority: Priority, rules: set[Rule]
) -> None:
    at = datetime.fromisoformat(f"2024-01-25T{clock}").replace(tzinfo=TAIPEI)
    today = replace(sample.draft, delivery_date=at.date(), slot=slot, priority=priority)
    assert replace(sample, draft=today, now=at).codes() == rules


def test_a_saturday_has_its_morning_only(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    saturday = replace(draft, delivery_date=date(2024, 1, 27))
    found = broken(saturday, customer, book, now)[Rule.SLOT_NOT_SERVED]
    assert found.values == {"slot": "02", "date": "2024-01-27", "served": "01"}
    morning = replace(saturday, slot=TimeSlot.MORNING)
    assert broken(morning, customer, book, now) == {}


def test_an_evening_is_served_though_the_counter_is_closed(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    early = BusinessHours(weekday=(time(8), time(17, 30)))
    shop = replace(book, parameters=replace(book.parameters, hours=early))
    assert broken(replace(draft, slot=TimeSlot.EVENING), customer, shop, now) == {}


def test_a_call_at_night_is_only_pointed_out(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    order = quote(draft, customer, book, now + timedelta(hours=9))
    assert [(v.code, v.values) for v in order.violations] == [
        (Rule.OUTSIDE_HOURS, {"time": "19:30"})
    ]
    assert order.is_orderable


def test_monthly_payment_needs_an_account(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    cash = replace(customer, payment_terms=PaymentTerms.CASH)
    assert set(broken(draft, cash, book, now)) == {Rule.ACCOUNT_MISSING}
    assert broken(replace(draft, payment=PaymentMethod.COD), cash, book, now) == {}


@pytest.mark.parametrize(
    ("typed", "known", "rules"),
    [
        ("", None, {Rule.TAX_ID_MISSING}),
        ("", "12345678", {Rule.TAX_ID_INVALID}),
        ("24549210", None, set()),
        ("24549210", "12345678", set()),
        ("23456789", "04595257", {Rule.TAX_ID_INVALID}),
    ],
)
def test_a_triplicate_invoice_needs_a_valid_tax_id(
    sample: Sample, typed: str, known: str | None, rules: set[Rule]
) -> None:
    order = replace(sample.draft, tax_id=typed)
    buying = replace(sample, draft=order, customer=replace(sample.customer, tax_id=known))
    assert buying.codes() == rules
    duplicate = replace(order, invoice_type=InvoiceType.DUPLICATE)
    assert replace(buying, draft=duplicate).codes() == set()


def test_violations_come_in_the_order_of_the_desk_s_blocks(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    wrong = replace(
        draft,
        address_id=None,
        lines=(DraftLine("H001", 1, empties=2),),
        delivery_date=date(2024, 1, 1),
    )
    poor = replace(customer, payment_terms=PaymentTerms.CASH, tax_id=None)
    order = quote(wrong, poor, book, now)
    positions = [list(Field).index(v.field) for v in order.violations]
    assert positions == sorted(positions)
    assert len(positions) == 6


def test_an_error_of_rules_names_them_all() -> None:
    violations = (
        Violation(Field.LINES, Rule.LINES_MISSING),
        Violation(Field.ADDRESS, Rule.ADDRESS_MISSING),
    )
    error = RuleViolation(violations)
    assert error.violations == violations
    assert str(error) == "LINES_MISSING, ADDRESS_MISSING"


def test_every_rule_is_on_its_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert {rule.value for rule in Rule} - set(re.findall(r"[A-Z]+(?:_[A-Z]+)+", page)) == set()
