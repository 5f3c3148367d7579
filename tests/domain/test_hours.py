"""Days, slots and deadlines. 2024-01-25 is a Thursday."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import BusinessHours, ShopParameters
from app.domain.hours import (
    TAIPEI,
    business_date,
    earliest_delivery,
    is_holiday,
    is_open_at,
    is_open_day,
    is_served,
    last_call,
    latest_delivery,
    may_cancel_freely,
    opening_hours,
    slot_end,
    slot_start,
)
from app.domain.orders import Priority, TimeSlot

SHOP = ShopParameters()
THURSDAY, SATURDAY, SUNDAY = date(2024, 1, 25), date(2024, 1, 27), date(2024, 1, 28)


def taipei(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TAIPEI)


def test_the_business_date_is_taipei_s() -> None:
    assert business_date(datetime(2024, 1, 24, 15, 59, 59, tzinfo=UTC)) == date(2024, 1, 24)
    assert business_date(datetime(2024, 1, 24, 16, 0, tzinfo=UTC)) == THURSDAY


def test_the_week_has_its_hours() -> None:
    assert opening_hours(THURSDAY, SHOP) == (time(8), time(18))
    assert opening_hours(SATURDAY, SHOP) == (time(8), time(12))
    assert opening_hours(SUNDAY, SHOP) is None


def test_a_makeup_saturday_has_weekday_hours() -> None:
    assert opening_hours(date(2024, 2, 17), SHOP) == (time(8), time(18))


def test_the_shop_s_own_table_beats_the_week() -> None:
    shop = replace(
        SHOP,
        extra_closed_days=frozenset({THURSDAY}),
        extra_open_days=frozenset({SUNDAY, THURSDAY}),
    )
    assert not is_open_day(THURSDAY, shop)
    assert opening_hours(SUNDAY, shop) == (time(8), time(18))


def test_a_public_holiday_is_open_and_costs_more() -> None:
    new_year = date(2024, 2, 12)
    assert is_open_day(new_year, SHOP)
    assert is_holiday(new_year, SHOP)


def test_a_plain_sunday_is_no_holiday_but_the_shop_may_name_days() -> None:
    assert not is_holiday(SUNDAY, SHOP)
    assert is_holiday(THURSDAY, replace(SHOP, extra_holidays=frozenset({THURSDAY})))


@pytest.mark.parametrize(
    ("clock", "is_open"), [("07:59", False), ("08:00", True), ("17:59", True), ("18:00", False)]
)
def test_the_counter_is_open_from_opening_to_closing(clock: str, *, is_open: bool) -> None:
    assert is_open_at(taipei(f"2024-01-25 {clock}"), SHOP) is is_open


def test_the_evening_is_served_where_the_afternoon_is_open() -> None:
    assert is_served(THURSDAY, TimeSlot.EVENING, SHOP)
    assert [slot for slot in TimeSlot if is_served(SATURDAY, slot, SHOP)] == [TimeSlot.MORNING]
    late = replace(SHOP, hours=BusinessHours(weekday=(time(13), time(17, 30))))
    served = [slot for slot in TimeSlot if is_served(THURSDAY, slot, late)]
    assert served == [TimeSlot.AFTERNOON, TimeSlot.EVENING]


@pytest.mark.parametrize(
    ("taken", "normal", "urgent"),
    [
        ("2024-01-25 07:30:00", "2024-01-25 01", "2024-01-25 01"),
        ("2024-01-25 08:00:01", "2024-01-25 02", "2024-01-25 01"),
        ("2024-01-25 13:00:00", "2024-01-25 02", "2024-01-25 02"),
        ("2024-01-25 14:00:00", "2024-01-25 02", "2024-01-25 02"),
        ("2024-01-25 14:00:01", "2024-01-26 01", "2024-01-25 02"),
        ("2024-01-25 20:00:00", "2024-01-26 01", "2024-01-25 03"),
        ("2024-01-25 22:00:00", "2024-01-26 01", "2024-01-26 01"),
        ("2024-01-26 14:30:00", "2024-01-27 01", "2024-01-26 02"),
        ("2024-01-27 11:00:00", "2024-01-29 01", "2024-01-27 01"),
        ("2024-01-27 13:00:00", "2024-01-29 01", "2024-01-29 01"),
    ],
)
def test_the_earliest_promise(taken: str, normal: str, urgent: str) -> None:
    for priority, expected in ((Priority.NORMAL, normal), (Priority.URGENT, urgent)):
        day, slot = earliest_delivery(taipei(taken), SHOP, priority)
        assert f"{day} {slot}" == expected


def test_a_closed_day_is_never_promised() -> None:
    typhoon = replace(SHOP, extra_closed_days=frozenset({THURSDAY, date(2024, 1, 26)}))
    assert earliest_delivery(taipei("2024-01-25 09:00"), typhoon, Priority.URGENT) == (
        SATURDAY,
        TimeSlot.MORNING,
    )


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 zone added below
    st.sampled_from(Priority),
    st.times(),
    st.frozensets(st.dates(date(2024, 1, 1), date(2024, 2, 1)), max_size=5),
)
def test_what_is_promised_can_be_kept(
    naive: datetime, priority: Priority, cutoff: time, closed: frozenset[date]
) -> None:
    now = naive.replace(tzinfo=TAIPEI)
    shop = replace(SHOP, same_day_cutoff=cutoff, extra_closed_days=closed)
    day, slot = earliest_delivery(now, shop, priority)
    assert business_date(now) <= day
    assert is_served(day, slot, shop)
    assert now <= last_call(day, slot, shop, priority) <= slot_end(day, slot)


def test_booking_ends_with_the_last_day_of_the_window() -> None:
    assert latest_delivery(taipei("2024-01-25 23:59"), SHOP) == date(2024, 2, 24)


def test_cancelling_is_free_until_four_hours_before_the_slot() -> None:
    starts = slot_start(THURSDAY, TimeSlot.AFTERNOON)
    assert starts == datetime(2024, 1, 25, 4, 0, tzinfo=UTC)
    limit = starts - timedelta(hours=4)
    assert may_cancel_freely(limit, THURSDAY, TimeSlot.AFTERNOON, SHOP)
    late = limit + timedelta(seconds=1)
    assert not may_cancel_freely(late, THURSDAY, TimeSlot.AFTERNOON, SHOP)
