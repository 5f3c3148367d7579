"""Business tax and tax ids."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tax import TaxSplit, add_tax, is_tax_id, split_tax

AMOUNTS = st.integers(0, 10**8).map(Decimal)


@pytest.mark.parametrize(
    ("sales", "tax"), [(10, 1), (100, 5), (1314, 66), (1700, 85), (1750, 88), (0, 0)]
)
def test_tax_is_added_and_rounded_half_up(sales: int, tax: int) -> None:
    assert add_tax(Decimal(sales)) == TaxSplit(Decimal(sales), Decimal(tax))


@pytest.mark.parametrize(
    ("total", "sales", "tax"),
    [
        (25, 24, 1),
        (75, 71, 4),
        (340, 324, 16),
        (1380, 1314, 66),
        (1735, 1652, 83),
        (1835, 1748, 87),
        (10, 10, 0),
    ],
)
def test_tax_inside_a_total_is_split_out(total: int, sales: int, tax: int) -> None:
    assert split_tax(Decimal(total)) == TaxSplit(Decimal(sales), Decimal(tax))


@given(AMOUNTS)
def test_sales_and_tax_make_the_total(total: Decimal) -> None:
    split = split_tax(total)
    assert split.sales + split.tax == split.total == total
    assert split.tax >= 0


@given(AMOUNTS)
def test_splitting_undoes_adding(sales: Decimal) -> None:
    assert split_tax(add_tax(sales).total) == add_tax(sales)


@given(AMOUNTS)
def test_the_law_s_two_formulas_agree(total: Decimal) -> None:
    twentieth = (total * 5 / 105).quantize(Decimal(1), rounding="ROUND_HALF_UP")
    assert split_tax(total).tax == twentieth


@given(AMOUNTS)
def test_tax_is_five_percent_within_half_a_dollar(sales: Decimal) -> None:
    assert abs(add_tax(sales).tax - sales * Decimal("0.05")) <= Decimal("0.5")


@pytest.mark.parametrize(
    "number",
    [
        *("04595257", "24549210", "84149961", "10458570", "10458575", "53212539", "53212534"),
        *("88117125", "24634102", "10458574"),
    ],
)
def test_a_tax_id_of_the_old_or_the_new_rule_is_valid(number: str) -> None:
    assert is_tax_id(number)


@pytest.mark.parametrize(
    "number",
    [
        *("12222539", "12345678", "23456789", "01234567", "09876543", "88117126"),
        *("00000000", "", "0459525", "045952570", "0459525A", " 04595257", "０４５９５２５７"),
    ],
)
def test_anything_else_is_no_tax_id(number: str) -> None:
    assert not is_tax_id(number)


@given(st.integers(0, 99_999_999), st.integers(0, 7))
def test_one_mistyped_digit_is_mostly_found(number: int, place: int) -> None:
    """The check is weak (mod 5), but a digit off by one is always found outside place 7."""
    text = f"{number:08}"
    if not is_tax_id(text) or place == 6 or text[6] == "7" or text[place] == "9":
        return
    wrong = text[:place] + str(int(text[place]) + 1) + text[place + 1 :]
    assert not is_tax_id(wrong)
