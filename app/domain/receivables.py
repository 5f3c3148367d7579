"""What is due, paid, overdue, and when an account is stopped.

See docs/rules/payments.md and docs/rules/overdue-and-holds.md. Amounts are whole 元.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.money import ZERO


class Standing(StrEnum):
    """How much of an order has been paid, in the spec's words."""

    UNPAID = "UNPAID"
    PARTIAL = "PARTIAL"
    PAID = "PAID"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """When an account is stopped: the only place of these parameters."""

    grace_days: int = 7
    threshold: Decimal = Decimal(1000)


TERMS = HoldTerms()


@dataclass(frozen=True, slots=True)
class Balance:
    """What is due for an order and what was paid towards it."""

    due: Decimal
    received: Decimal

    @property
    def paid(self) -> Decimal:
        """The part of the payments that settles the order; paid + open == due."""
        return min(self.due, self.received)

    @property
    def open(self) -> Decimal:
        """What is still to be paid; never negative."""
        return self.due - self.paid

    @property
    def excess(self) -> Decimal:
        """What belongs to the customer's credit balance; paid + excess == received."""
        return self.received - self.paid

    def standing(self, due_date: date, today: date) -> Standing:
        """The payment status on that day."""
        if self.open == 0:
            return Standing.PAID
        if days_overdue(due_date, today) > 0:
            return Standing.OVERDUE
        return Standing.PARTIAL if self.paid else Standing.UNPAID


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An order of which something is open."""

    order_id: str
    open: Decimal
    due_date: date


@dataclass(frozen=True, slots=True)
class Ageing:
    """What is open by days after the due date: not yet due, up to 30, 60, 90, and beyond."""

    not_due: Decimal = ZERO
    days_1_30: Decimal = ZERO
    days_31_60: Decimal = ZERO
    days_61_90: Decimal = ZERO
    over_90: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Hold:
    """Whether an account is stopped, with what is said about it."""

    is_active: bool
    overdue_amount: Decimal = ZERO
    days_overdue: int = 0
    affected_orders: tuple[str, ...] = ()


def days_overdue(due_date: date, today: date) -> int:
    """Days since the due date; 0 on it and before."""
    return max(0, (today - due_date).days)


def decide_hold(
    items: Sequence[OpenItem], today: date, *, is_active: bool, terms: HoldTerms = TERMS
) -> Hold:
    """Whether the customer's account is to be stopped or stays so."""
    late = [item for item in items if days_overdue(item.due_date, today) > 0]
    counts = [x for x in late if days_overdue(x.due_date, today) > terms.grace_days]
    amount = sum((item.open for item in counts), ZERO)
    if not amount or (amount < terms.threshold and not is_active):
        return Hold(is_active=False)
    oldest_first = sorted(items, key=lambda item: (item.due_date, item.order_id))
    return Hold(
        is_active=True,
        overdue_amount=sum((item.open for item in late), ZERO),
        days_overdue=max(days_overdue(item.due_date, today) for item in late),
        affected_orders=tuple(item.order_id for item in oldest_first),
    )


def ageing(items: Sequence[OpenItem], today: date) -> Ageing:
    """The open items by age; the buckets add up to all that is open."""
    sums = [ZERO] * 5
    for item in items:
        days = days_overdue(item.due_date, today)
        bucket = 0 if days == 0 else min(4, 1 + (days - 1) // 30)
        sums[bucket] += item.open
    return Ageing(*sums)
