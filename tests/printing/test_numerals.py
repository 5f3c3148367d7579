"""Capital numerals, read back by a parser of their own."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.printing.numerals import capital_amount

VALUE = {digit: value for value, digit in enumerate("零壹貳參肆伍陸柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"萬": 10**4, "億": 10**8, "兆": 10**12}


def parsed(words: str) -> int:
    """The number that the words say, by their own arithmetic."""
    total = group = digit = 0
    for sign in words.removeprefix("新臺幣").removesuffix("元整"):
        if sign in VALUE:
            digit = VALUE[sign]
        elif sign in UNITS:
            group, digit = group + digit * UNITS[sign], 0
        else:
            total, group, digit = total + (group + digit) * GROUPS[sign], 0, 0
    return total + group + digit


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "新臺幣零元整"),
        (10, "新臺幣壹拾元整"),
        (105, "新臺幣壹佰零伍元整"),
        (1785, "新臺幣壹仟柒佰捌拾伍元整"),
        (10005, "新臺幣壹萬零伍元整"),
        (100000, "新臺幣壹拾萬元整"),
        (1050030, "新臺幣壹佰零伍萬零參拾元整"),
        (100000001, "新臺幣壹億零壹元整"),
        (2000050000, "新臺幣貳拾億零伍萬元整"),
    ],
)
def test_amounts_read_as_on_a_cheque(amount: int, words: str) -> None:
    assert capital_amount(Decimal(amount)) == words


@given(st.integers(0, 10**16 - 1))
def test_the_words_say_the_amount(amount: int) -> None:
    assert parsed(capital_amount(Decimal(amount))) == amount


@given(st.integers(0, 10**16 - 1))
def test_no_zero_is_said_twice_or_last(amount: int) -> None:
    words = capital_amount(Decimal(amount))
    assert "零零" not in words
    assert amount == 0 or not re.search("零[萬億兆元]", words)


@pytest.mark.parametrize("amount", ["-1", "0.5", "10000000000000000"])
def test_an_amount_without_words_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="no capital numerals"):
        capital_amount(Decimal(amount))
