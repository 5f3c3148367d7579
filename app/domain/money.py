"""Rounding and storage of money; the only module that rounds.

An *amount* is a `Decimal` of whole 元 (NT$); a *unit price* is a `Decimal` in steps of 0.01 元.
Databases keep amounts as whole integers and unit prices as integers of 0.01 元.
"""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
_DOLLAR = Decimal(1)
_CENT = Decimal("0.01")


def whole(value: Decimal) -> Decimal:
    """Round half up to whole 元."""
    return value.quantize(_DOLLAR, rounding=ROUND_HALF_UP)


def unit_price(value: Decimal) -> Decimal:
    """Round half up to 0.01 元."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def to_cents(price: Decimal) -> int:
    """A unit price as the integer of 0.01 元 that databases keep."""
    return int(unit_price(price) * 100)


def from_cents(stored: int) -> Decimal:
    """The unit price behind a stored integer of 0.01 元."""
    return Decimal(stored).scaleb(-2)


def apportion(total: Decimal, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Split whole 元 in proportion to weights that are not all zero; the parts add up to `total`.

    What rounding down leaves over goes, 元 by 元, to the parts that lost most by it.
    """
    sum_of_weights = sum(weights, ZERO)
    exact = [total * weight / sum_of_weights for weight in weights]
    parts = [part.quantize(_DOLLAR, rounding=ROUND_FLOOR) for part in exact]
    by_loss = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for position in by_loss[: int(total - sum(parts, ZERO))]:
        parts[position] += _DOLLAR
    return tuple(parts)
