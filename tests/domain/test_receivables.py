"""What is due, paid and overdue, and when an account is stopped."""

from dataclasses import astuple
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.receivables import (
    Balance,
    OpenItem,
    Standing,
    ageing,
    days_overdue,
    decide_hold,
)

TODAY = date(2024, 3, 31)
amounts = st.integers(0, 10**9).map(Decimal)
items = st.lists(
    st.builds(
        OpenItem,
        st.text("0123456789", min_size=1, max_size=4),
        st.integers(1, 10**6).map(Decimal),
        st.dates(date(2023, 1, 1), date(2025, 1, 1)),
    ),
    max_size=8,
)


def late(amount: int, days: int, order: str = "O-1") -> OpenItem:
    return OpenItem(order, Decimal(amount), TODAY - timedelta(days=days))


@given(amounts, amounts)
def test_paid_and_open_make_up_what_is_due_and_nothing_is_lost(
    due: Decimal, received: Decimal
) -> None:
    balance = Balance(due, received)
    assert balance.paid + balance.open == due
    assert balance.paid + balance.excess == received
    assert min(balance.paid, balance.open, balance.excess) >= 0
    assert not (balance.open and balance.excess)


@pytest.mark.parametrize(
    ("received", "days_after", "standing"),
    [
        (0, 0, Standing.UNPAID),
        (1000, 0, Standing.PARTIAL),
        (1000, 1, Standing.OVERDUE),
        (0, 1, Standing.OVERDUE),
        (1835, 0, Standing.PAID),
        (2000, 90, Standing.PAID),
    ],
)
def test_the_status_is_that_of_the_table(
    received: int, days_after: int, standing: Standing
) -> None:
    balance = Balance(Decimal(1835), Decimal(received))
    assert balance.standing(TODAY - timedelta(days=days_after), TODAY) is standing


@pytest.mark.parametrize(
    ("open_items", "was", "becomes", "amount", "days"),
    [
        ([late(5600, 45)], False, True, 5600, 45),
        ([late(5600, 7)], False, False, 0, 0),
        ([late(5600, 8)], False, True, 5600, 8),
        ([late(999, 45)], False, False, 0, 0),
        ([late(600, 45), late(400, 8)], False, True, 1000, 45),
        ([late(600, 45), late(100, 8)], True, True, 700, 45),
        ([late(600, 3)], True, False, 0, 0),
        ([], True, False, 0, 0),
    ],
)
def test_an_account_is_stopped_and_reopened_as_in_the_table(
    open_items: list[OpenItem], was: bool, becomes: bool, amount: int, days: int
) -> None:
    hold = decide_hold(open_items, TODAY, is_active=was)
    assert (hold.is_active, hold.overdue_amount, hold.days_overdue) == (becomes, amount, days)


def test_all_open_orders_are_affected_the_oldest_first() -> None:
    open_items = [late(10, -20, "O-3"), late(2000, 40, "O-2"), late(10, 50, "O-1")]
    assert decide_hold(open_items, TODAY, is_active=False).affected_orders == ("O-1", "O-2", "O-3")


@given(items, st.booleans())
def test_what_is_said_to_be_overdue_is_what_is_open_and_late(
    open_items: list[OpenItem], was: bool
) -> None:
    hold = decide_hold(open_items, TODAY, is_active=was)
    overdue = sum(x.open for x in open_items if days_overdue(x.due_date, TODAY) > 0)
    assert hold.overdue_amount == (overdue if hold.is_active else 0)


@given(items)
def test_the_ages_add_up_to_all_that_is_open(open_items: list[OpenItem]) -> None:
    assert sum(astuple(ageing(open_items, TODAY))) == sum(x.open for x in open_items)


@pytest.mark.parametrize(("days", "bucket"), [(0, 0), (1, 1), (30, 1), (31, 2), (90, 3), (91, 4)])
def test_an_item_is_as_old_as_its_days_after_the_due_date(days: int, bucket: int) -> None:
    assert astuple(ageing([late(7, days)], TODAY))[bucket] == 7
