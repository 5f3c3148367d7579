"""Rounding and storage of money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import apportion, from_cents, to_cents, unit_price, whole

PRICES = st.decimals(min_value=-(10**7), max_value=10**7, places=4)


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.5", 1), ("1.5", 2), ("2.4999", 2), ("2.5", 3), ("41.5", 42)]
)
def test_half_a_dollar_rounds_up(value: str, rounded: int) -> None:
    assert whole(Decimal(value)) == rounded


def test_a_unit_price_keeps_two_decimals() -> None:
    assert unit_price(Decimal("824.505")) == Decimal("824.51")


@given(PRICES)
def test_rounding_is_never_off_by_more_than_half(value: Decimal) -> None:
    assert abs(whole(value) - value) <= Decimal("0.5")
    assert abs(unit_price(value) - value) <= Decimal("0.005")


@given(st.integers(-(10**9), 10**9))
def test_a_stored_price_comes_back_as_it_was(cents: int) -> None:
    assert to_cents(from_cents(cents)) == cents


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_apportioned_parts_add_up_and_are_less_than_a_dollar_off(
    total: int, weights: list[int]
) -> None:
    weights = [*weights, 1]
    parts = apportion(Decimal(total), [Decimal(weight) for weight in weights])
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Decimal(total * weight) / sum(weights)) < Decimal("1.000001")
