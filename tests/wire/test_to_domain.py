"""Messages become the classes of the domain without losing anything a rule needs."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.catalogue import BusinessHours, PriceBook, Surcharge
from app.domain.customers import Phone, Zone
from app.wire import to_domain
from app.wire.catalogue import (
    BusinessHoursBody,
    DatedPrice,
    Parameters,
    PricingRules,
    Products,
)
from app.wire.codec import MalformedMessage, decode
from app.wire.customers import CreditFigures, CustomerBody, PhoneNumber

SAMPLES = Path(__file__).parent / "samples"


def read(kind: Any, name: str) -> Any:
    return decode(kind, (SAMPLES / f"{name}.json").read_bytes())


@pytest.fixture
def body() -> CustomerBody:
    return decode(CustomerBody, (SAMPLES / "customer.json").read_bytes())


@pytest.fixture
def products() -> Products:
    return decode(Products, (SAMPLES / "products.json").read_bytes())


def book(products: Products) -> PriceBook:
    return to_domain.price_book(
        products, read(PricingRules, "pricing_rules"), read(Parameters, "parameters")
    )


def test_the_spec_customer(body: CustomerBody) -> None:
    customer = to_domain.customer(body)
    assert customer.name == "王大明"
    assert customer.phones == (Phone("0912345678"),)
    assert customer.default_address is not None
    assert customer.default_address.zone is Zone.NORTH
    assert customer.special_price("P001", date(2024, 12, 31)) == 820
    assert customer.special_price("P001", date(2025, 1, 1)) is None
    assert customer.has_account
    assert not customer.has_valid_tax_id


def test_listed_phones_beat_the_primary_one(body: CustomerBody) -> None:
    phones = (PhoneNumber(digits="0227208889", label="公司", extension="12"),)
    assert to_domain.customer(replace(body, phones=phones)).phones == (
        Phone("0227208889", "公司", "12"),
    )


def test_an_empty_tax_id_is_none(body: CustomerBody) -> None:
    assert to_domain.customer(replace(body, tax_id="")).tax_id is None


def test_the_spec_catalogue(products: Products) -> None:
    prices = book(products)
    assert prices.standard_price("P001", date(2024, 1, 25)) == 850
    assert prices.products["P001"].deposit == 1500
    assert prices.products["P001"].weight_kg == 20
    assert [(d.min_quantity, d.percent) for d in prices.volume_discounts] == [(10, 2), (20, 3)]
    assert prices.zone_fees[Zone.REMOTE] == 200
    assert prices.surcharges[Surcharge.EVENING] == Decimal("1.3")
    assert prices.parameters.same_day_cutoff == time(14)
    assert prices.parameters.hours == BusinessHours()


def test_an_announced_price_begins_on_its_day(products: Products) -> None:
    upcoming = DatedPrice(standard_price=Decimal(870), effective_from=date(2024, 2, 1))
    product = replace(products.products[0], upcoming_prices=(upcoming,))
    prices = book(Products(products=(product,)))
    assert prices.standard_price("P001", date(2024, 1, 31)) == 850
    assert prices.standard_price("P001", date(2024, 2, 1)) == 870


def test_the_version_changes_with_a_price_and_not_with_the_stock(products: Products) -> None:
    product = products.products[0]
    version = book(products).version
    sold = replace(product, available_quantity=1, reserved_quantity=2)
    written_short = replace(product, standard_price=Decimal(850))
    dearer = replace(product, standard_price=Decimal(851))
    assert book(Products(products=(sold,))).version == version
    assert book(Products(products=(written_short,))).version == version
    assert book(Products(products=(dearer,))).version != version


def test_credit_figures() -> None:
    as_of = datetime(2024, 1, 25, 6, 30, tzinfo=UTC)
    figures = CreditFigures(
        customer_id="C000123",
        credit_limit=Decimal(50000),
        credit_used=Decimal(12000),
        credit_available=Decimal(38000),
        on_hold=True,
        hold_reason="OVERDUE_PAYMENT",
        overdue_amount=Decimal(5600),
        days_overdue=45,
        version=4,
        as_of=as_of,
    )
    state = to_domain.credit_state(figures)
    assert (state.available, state.as_of, state.on_hold) == (38000, as_of, True)
    assert (state.overdue_amount, state.days_overdue) == (5600, 45)


def hours(saturday: str, sunday: str) -> BusinessHoursBody:
    return BusinessHoursBody(
        weekday_start="08:00",
        weekday_end="18:00",
        saturday_start=saturday,
        saturday_end="12:00",
        sunday=sunday,
    )


def test_any_day_but_the_weekday_may_be_closed_or_open() -> None:
    parameters: Parameters = read(Parameters, "parameters")
    closed = replace(parameters, business_hours=hours("CLOSED", "09:00-11:30"))
    shop = to_domain.shop_parameters(closed)
    assert shop.hours.saturday is None
    assert shop.hours.sunday == (time(9), time(11, 30))


def test_a_time_that_is_none_is_refused() -> None:
    parameters: Parameters = read(Parameters, "parameters")
    with pytest.raises(MalformedMessage, match="8 o'clock"):
        to_domain.shop_parameters(replace(parameters, business_hours=hours("8 o'clock", "CLOSED")))
