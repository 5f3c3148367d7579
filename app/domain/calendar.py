"""Public holidays and make-up workdays of Taiwan; the only module that knows `holidays`.

The shop's own table (typhoon days, own closures) lies on top of this: see hours.py.
"""

from datetime import date
from functools import lru_cache


def is_public_holiday(day: date) -> bool:
    """Whether Taiwan's calendar has the day off (weekends by themselves are not holidays)."""
    return day in _year(day.year)[0]


def is_makeup_workday(day: date) -> bool:
    """Whether that Saturday is worked to make up for a bridge day."""
    return day in _year(day.year)[1]


@lru_cache(maxsize=16)
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    # holidays takes 0.2 s to import; no command that asks for no date pays for it.
    from holidays import country_holidays

    known = country_holidays("TW", years=year)
    # The library lists the make-up day 2014-12-27 under every year.
    workdays = frozenset(day for day in known.weekend_workdays if day.year == year)
    return frozenset(known), workdays


def load_calendar(year: int) -> None:
    """Make later questions about that year instant; takes 0.2 s, call it off the event loop."""
    _year(year)
