"""Business dates, opening hours, slots, cut-off and booking window. See docs/rules/hours.md."""

from datetime import date, datetime, time, timedelta, timezone

from app.domain.catalogue import ShopParameters
from app.domain.orders import Priority, TimeSlot

TAIPEI = timezone(timedelta(hours=8), "Asia/Taipei")
SLOT_TIMES = {
    TimeSlot.MORNING: (time(8), time(12)),
    TimeSlot.AFTERNOON: (time(12), time(18)),
    TimeSlot.EVENING: (time(18), time(21)),
}


def business_date(now: datetime) -> date:
    """The Taipei calendar date of an aware instant."""
    return now.astimezone(TAIPEI).date()


def is_open_day(day: date, parameters: ShopParameters) -> bool:
    """Whether the shop delivers on `day`."""
    raise NotImplementedError


def is_holiday(day: date, parameters: ShopParameters) -> bool:
    """Whether the HOLIDAY surcharge applies: Taiwan's calendar plus the shop's own table."""
    raise NotImplementedError


def earliest_delivery(
    now: datetime, parameters: ShopParameters, priority: Priority
) -> tuple[date, TimeSlot]:
    """The first date and slot that an order taken at `now` may still be promised."""
    raise NotImplementedError


def slot_start(day: date, slot: TimeSlot) -> datetime:
    """When the slot begins, aware (Asia/Taipei)."""
    return datetime.combine(day, SLOT_TIMES[slot][0], TAIPEI)


def may_cancel_freely(now: datetime, day: date, slot: TimeSlot, parameters: ShopParameters) -> bool:
    """Whether cancelling needs no supervisor: until the window before the slot starts."""
    raise NotImplementedError
