"""Public holidays against the announced calendars."""

from datetime import date, timedelta

import pytest

from app.domain.calendar import is_makeup_workday, is_public_holiday, load_calendar

OFF = {
    2024: "01-01 02-08 02-09 02-10 02-11 02-12 02-13 02-14 02-28 04-04 04-05 06-10 09-17 10-10",
    2026: (
        "01-01 02-15 02-16 02-17 02-18 02-19 02-20 02-27 02-28 04-03 04-04 04-05 04-06 05-01 "
        "06-19 09-25 09-28 10-09 10-10 10-25 10-26 12-25"
    ),
}
MAKEUP = {
    2023: "01-07 02-04 02-18 03-25 06-17 09-23",
    2024: "02-17",
    2025: "02-08",
    2026: "",
    2014: "12-27",
}


def days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", OFF)
def test_the_days_off_are_those_announced(year: int) -> None:
    load_calendar(year)
    assert " ".join(f"{d:%m-%d}" for d in days(year) if is_public_holiday(d)) == OFF[year]


@pytest.mark.parametrize("year", MAKEUP)
def test_makeup_workdays_belong_to_their_own_year(year: int) -> None:
    assert " ".join(f"{d:%m-%d}" for d in days(year) if is_makeup_workday(d)) == MAKEUP[year]


def test_a_year_long_ago_has_no_calendar_and_breaks_nothing() -> None:
    assert not is_public_holiday(date(1950, 1, 1))
