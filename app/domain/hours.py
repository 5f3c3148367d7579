"""Business dates, opening hours, slots, cut-off and booking window. See docs/rules/hours.md."""

from datetime import date, datetime, time, timedelta, timezone

from app.domain.calendar import is_makeup_workday, is_public_holiday
from app.domain.catalogue import ShopParameters
from app.domain.orders import Priority, TimeSlot

TAIPEI = timezone(timedelta(hours=8), "Asia/Taipei")
SLOT_TIMES = {
    TimeSlot.MORNING: (time(8), time(12)),
    TimeSlot.AFTERNOON: (time(12), time(18)),
    TimeSlot.EVENING: (time(18), time(21)),
}
_SATURDAY, _SUNDAY = 5, 6


def business_date(now: datetime) -> date:
    """The Taipei calendar date of an aware instant."""
    return now.astimezone(TAIPEI).date()


def opening_hours(day: date, parameters: ShopParameters) -> tuple[time, time] | None:
    """When the shop is open on `day`; None when it is closed.

    The shop's own table beats the week: a closed day is closed, an open day has weekday hours.
    """
    hours = parameters.hours
    if day in parameters.extra_closed_days:
        return None
    if day in parameters.extra_open_days or is_makeup_workday(day):
        return hours.weekday
    if day.weekday() == _SUNDAY:
        return hours.sunday
    return hours.saturday if day.weekday() == _SATURDAY else hours.weekday


def is_open_day(day: date, parameters: ShopParameters) -> bool:
    """Whether the shop delivers on `day`."""
    return opening_hours(day, parameters) is not None


def is_open_at(now: datetime, parameters: ShopParameters) -> bool:
    """Whether the counter is open at that moment."""
    hours = opening_hours(business_date(now), parameters)
    return hours is not None and hours[0] <= now.astimezone(TAIPEI).time() < hours[1]


def is_holiday(day: date, parameters: ShopParameters) -> bool:
    """Whether the HOLIDAY surcharge applies: Taiwan's calendar plus the shop's own table."""
    return day in parameters.extra_holidays or is_public_holiday(day)


def slot_start(day: date, slot: TimeSlot) -> datetime:
    """When the slot begins, aware (Asia/Taipei)."""
    return datetime.combine(day, SLOT_TIMES[slot][0], TAIPEI)


def slot_end(day: date, slot: TimeSlot) -> datetime:
    """When the slot ends, aware (Asia/Taipei)."""
    return datetime.combine(day, SLOT_TIMES[slot][1], TAIPEI)


def is_served(day: date, slot: TimeSlot, parameters: ShopParameters) -> bool:
    """Whether trucks go out in that slot: a slot that begins before closing time.

    The evening lies after closing time; it is served on days that are open in the afternoon.
    """
    hours = opening_hours(day, parameters)
    if hours is None:
        return False
    (opens, closes), ends = hours, SLOT_TIMES[slot][1]
    within = TimeSlot.AFTERNOON if slot is TimeSlot.EVENING else slot
    return opens < ends and SLOT_TIMES[within][0] < closes


def cutoff(day: date, parameters: ShopParameters) -> datetime:
    """Until when (inclusive) a NORMAL order is taken for delivery on the same `day`."""
    return datetime.combine(day, parameters.same_day_cutoff, TAIPEI)


def last_call(
    day: date, slot: TimeSlot, parameters: ShopParameters, priority: Priority
) -> datetime:
    """Until when (inclusive) an order for that slot is taken.

    NORMAL: until the slot begins, and in the slot during which the same-day cut-off falls until
    the cut-off. URGENT goes out on the next truck: until the slot ends.
    """
    if priority is Priority.URGENT:
        return slot_end(day, slot)
    limit = cutoff(day, parameters)
    starts, ends = slot_start(day, slot), slot_end(day, slot)
    return min(limit, starts) if limit >= ends else limit


def earliest_delivery(
    now: datetime, parameters: ShopParameters, priority: Priority
) -> tuple[date, TimeSlot]:
    """The first date and slot that an order taken at `now` may still be promised."""
    day = business_date(now)
    while True:  # ends: a closed-days table is finite, and weekdays are open
        for slot in TimeSlot:
            if is_served(day, slot, parameters) and now <= last_call(
                day, slot, parameters, priority
            ):
                return day, slot
        day += timedelta(days=1)


def latest_delivery(now: datetime, parameters: ShopParameters) -> date:
    """The last date that may be booked at `now`."""
    return business_date(now) + timedelta(days=parameters.advance_booking_days)


def may_cancel_freely(now: datetime, day: date, slot: TimeSlot, parameters: ShopParameters) -> bool:
    """Whether cancelling needs no supervisor: until the window before the slot starts."""
    return now <= slot_start(day, slot) - timedelta(hours=parameters.cancellation_window_hours)
