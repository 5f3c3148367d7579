"""Who orders when: planned for all customers first, so that numbers follow the clock."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from app.domain.catalogue import ShopParameters
from app.domain.hours import is_holiday, is_open_day
from app.domain.numbers import SERVER_REGISTER, OrderNumber
from server.sample.draw import Draw
from server.sample.words import Trade

# The busy morning of a gas shop: calls peak from nine to eleven.
_HOURS = (8, 9, 9, 9, 9, 10, 10, 10, 10, 11, 11, 12, 13, 14, 14, 15, 16, 16, 17)
_SATURDAY_HOURS = (8, 9, 9, 10, 10, 11)
_SATURDAY = 5
_LONGEST_HISTORY_DAYS = 1200
_DORMANT_PERCENT = 22
_NEW_PERCENT = 4


class Moment(NamedTuple):
    """When an order was taken: business date, minute of the day, printed number."""

    day: date
    minute: int
    order_id: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One customer to make up: its number, its trade, and when it ordered, oldest first."""

    number: int
    trade: Trade
    moments: tuple[Moment, ...]


class OpenDays:
    """The shop's open days around `today`, looked up once per day instead of once per order.

    `holidays` are those among them on which the HOLIDAY surcharge applies.
    """

    def __init__(self, today: date, parameters: ShopParameters) -> None:
        first = today - timedelta(days=_LONGEST_HISTORY_DAYS)
        span = range(_LONGEST_HISTORY_DAYS + 31)
        days = [d for d in (first + timedelta(days=i) for i in span) if is_open_day(d, parameters)]
        self.holidays = frozenset(day for day in days if is_holiday(day, parameters))
        self._before: list[date] = []
        self._after: dict[date, date] = dict(pairwise(days))
        for back in range(_LONGEST_HISTORY_DAYS - 31):
            day = today - timedelta(days=back)
            self._before.append(next(d for d in _backwards(day) if d in self._after))

    def before(self, days_ago: int) -> date:
        """The last open day that is at least so many days ago."""
        return self._before[min(days_ago, len(self._before) - 1)]

    def after(self, day: date) -> date:
        """The open day that follows an open day."""
        return self._after[day]


def _backwards(day: date) -> Sequence[date]:
    return [day - timedelta(days=i) for i in range(31)]


def plan(
    customers: Sequence[tuple[int, Trade, bool]],
    draw: Draw,
    open_days: OpenDays,
    given_away: frozenset[str] = frozenset(),
) -> list[Plan]:
    """A plan per (number, trade, is a regular); no order is newer than yesterday.

    Order numbers in `given_away` are left out.
    """
    moments = [
        (
            day,
            draw.pick(_SATURDAY_HOURS if day.weekday() == _SATURDAY else _HOURS) * 60
            + draw.between(0, 59),
            position,
        )
        for position, (_, trade, regular) in enumerate(customers)
        for day in _days(trade, regular, draw, open_days)
    ]
    numbered: list[list[Moment]] = [[] for _ in customers]
    serials: defaultdict[date, int] = defaultdict(int)
    for day, minute, position in sorted(moments):
        serials[day] += 1
        if str(OrderNumber(day, SERVER_REGISTER, serials[day])) in given_away:
            serials[day] += 1
        number = OrderNumber(day, SERVER_REGISTER, serials[day])
        numbered[position].append(Moment(day, minute, str(number)))
    return [
        Plan(number, trade, tuple(mine))
        for (number, trade, _), mine in zip(customers, numbered, strict=True)
    ]


def _days(trade: Trade, regular: bool, draw: Draw, open_days: OpenDays) -> list[date]:
    shortest, longest = trade.interval
    if not regular and draw.chance(_NEW_PERCENT):
        return []
    dormant = not regular and draw.chance(_DORMANT_PERCENT)
    ago = draw.between(150, 500) if dormant else draw.between(1, longest)
    days = []
    for _ in range(draw.between(3, 5) if regular else draw.between(1, 5)):
        days.append(open_days.before(ago))
        ago += draw.between(shortest, longest)
    return days
