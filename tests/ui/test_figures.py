from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from ui import figures


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=4, seconds=59), "4 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=2, hours=5), "2 d"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(span: timedelta, said: str) -> None:
    assert figures.age(span) == said


def test_amounts_are_whole_and_grouped_prices_show_cents_only_when_they_have_some() -> None:
    assert figures.amount(Decimal(1234567)) == "1,234,567"
    assert figures.price(Decimal("820.00")) == "820"
    assert figures.price(Decimal("1820.50")) == "1,820.50"


def test_times_are_those_of_taipei() -> None:
    assert figures.clock_time(datetime(2026, 7, 2, 16, 30, tzinfo=UTC)) == "00:30"
    assert figures.short_date(date(2026, 7, 2)) == "07/02"
    assert figures.weekday(date(2026, 7, 5)) == "Sun"
