"""Numbers, periods and codes of invoices, against the published examples."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.invoices import (
    CodedInvoice,
    CodedItem,
    Period,
    invoice_number,
    is_possible_tax,
    parse_invoice_number,
    price_with_tax,
)
from app.domain.tax import add_tax, split_tax

CIPHER = "CamotDNRUN8bVyY5S1BhFQ=="
EXAMPLE = CodedInvoice(
    number="AB11223344",
    day=date(2013, 5, 23),
    random_code="9999",
    sales=Decimal(324),
    total=Decimal(340),
    buyer="",
    seller="01234567",
    cipher=CIPHER,
    items=(
        CodedItem("乾電池", 1, Decimal(105)),
        CodedItem("口罩", 1, Decimal(210)),
        CodedItem("牛奶", 1, Decimal(25)),
    ),
)
days = st.dates(date(2012, 1, 1), date(2099, 12, 31))


def test_the_codes_are_those_of_the_specification() -> None:
    fixed = "AB112233441020523999900000144000001540000000001234567"
    assert EXAMPLE.left == f"{fixed}{CIPHER}:**********:3:3:1:乾電池:1:105:"
    assert EXAMPLE.right == "**口罩:1:210:牛奶:1:25"
    assert len(fixed + CIPHER) == 77


def test_the_bar_code_is_that_of_the_specification() -> None:
    invoice = replace(EXAMPLE, number="UZ17690872", day=date(2015, 3, 9), random_code="0122")
    assert invoice.code39 == "10404UZ176908720122"


def test_a_single_item_ends_the_left_code_and_the_right_one_is_empty() -> None:
    invoice = replace(EXAMPLE, items=EXAMPLE.items[:1])
    assert invoice.left.endswith(":1:1:1:乾電池:1:105")
    assert invoice.right == "**"


def test_many_items_are_carried_in_part_and_the_counts_say_so() -> None:
    invoice = replace(EXAMPLE, items=tuple(EXAMPLE.items) * 5)
    assert ":5:15:1:" in invoice.left
    assert invoice.right.count(":") == 4 * 3 - 1


def test_a_colon_in_a_name_does_not_part_the_fields() -> None:
    invoice = replace(EXAMPLE, items=(CodedItem("瓦斯:20kg", 1, Decimal("892.50")),))
    assert invoice.left.endswith(":瓦斯：20kg:1:892.5")


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2024, 1, 25), "11302"),
        (date(2024, 2, 29), "11302"),
        (date(2024, 3, 1), "11304"),
        (date(2023, 12, 31), "11212"),
        (date(2011, 1, 1), "10002"),
    ],
)
def test_a_period_is_two_months_from_an_odd_one(day: date, code: str) -> None:
    assert str(Period.of(day)) == code


@given(days)
def test_a_day_lies_within_its_period_and_periods_follow_each_other(day: date) -> None:
    period = Period.of(day)
    assert period.first_day <= day <= period.last_day
    assert Period.parse(str(period)) == period
    assert Period.of(period.last_day + timedelta(days=1)) == period.following


@pytest.mark.parametrize("text", ["11301", "1302", "113002", "11314", "", "abc02"])
def test_other_codes_are_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="period"):
        Period.parse(text)


def test_a_number_is_two_letters_and_eight_digits() -> None:
    assert parse_invoice_number(invoice_number("AB", 1234)) == ("AB", 1234)
    for wrong in ("AB1234567", "ab12345678", "A112345678", "AB123456789"):
        with pytest.raises(ValueError, match="invoice number"):
            parse_invoice_number(wrong)


@given(st.integers(0, 10**8))
def test_both_ways_of_quoting_give_a_possible_tax(amount: int) -> None:
    for split in (add_tax(Decimal(amount)), split_tax(Decimal(amount))):
        assert is_possible_tax(split.sales, split.tax)


def test_a_tax_that_is_one_dollar_off_is_not_possible() -> None:
    assert is_possible_tax(Decimal(1700), Decimal(85))
    assert not is_possible_tax(Decimal(1700), Decimal(86))
    assert not is_possible_tax(Decimal(1700), Decimal(84))


def test_a_consumer_sees_prices_with_tax() -> None:
    assert price_with_tax(Decimal(850)) == Decimal("892.5")
    assert f"{price_with_tax(Decimal(2000)):f}" == "2100"
