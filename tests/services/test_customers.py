"""Looking customers up in the local copy."""

from datetime import date, timedelta
from decimal import Decimal

from app.services.customers import Standing, usual_interval
from tests.services.conftest import Shop


def test_the_tail_of_a_number_finds_its_owner(shop: Shop) -> None:
    assert "C000123" in {hit.customer_id for hit in shop.customers.search("5678")}


def test_a_card_shows_credit_addresses_and_the_last_orders(shop: Shop) -> None:
    card = shop.customers.card("C000123")
    assert card is not None
    assert card.customer.name == "王大明"
    assert card.credit.available == card.credit.limit - card.credit.used
    assert card.last_orders == tuple(
        sorted(card.last_orders, key=lambda order: order.taken_at, reverse=True)
    )


def test_an_unknown_customer_has_no_card(shop: Shop) -> None:
    assert shop.customers.card("C999999") is None
    assert shop.customers.search("") == ()


def test_a_hold_and_a_used_up_limit_are_words_on_the_card(shop: Shop) -> None:
    shop.state_credit("C000123", credit_used=Decimal(45000))
    assert shop.customers.search("C000123")[0].standing is Standing.NEAR_LIMIT
    shop.state_credit("C000123", credit_used=Decimal(50000))
    assert shop.customers.search("C000123")[0].standing is Standing.OVER_LIMIT
    shop.state_credit("C000123", on_hold=True)
    assert shop.customers.search("C000123")[0].standing is Standing.ON_HOLD


def test_the_age_of_the_figures_is_that_of_the_copy(shop: Shop) -> None:
    shop.clock.advance(minutes=9)
    card = shop.customers.card("C000123")
    assert card is not None
    assert card.credit.age == timedelta(minutes=9)


def test_the_usual_interval_is_the_median_and_needs_three_orders() -> None:
    days = [date(2026, 11, 20), date(2026, 11, 6), date(2026, 10, 25), date(2026, 10, 1)]
    assert usual_interval(days) == 14
    assert usual_interval(days[:2]) is None
