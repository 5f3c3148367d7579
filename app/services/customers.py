"""Customers as a clerk looks them up: search while typing, and the card of a caller."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from sqlalchemy.orm import Session

from app.domain.addresses import short_address
from app.domain.credit import CreditState
from app.domain.customers import Customer, CustomerStatus
from app.domain.hours import business_date
from app.domain.phones import format_phone
from app.services.clock import Clock
from app.services.customer_rows import CreditView, CustomerCard, CustomerHit, PastOrder, Standing
from app.services.exposure import exposure_of, unsent_of
from app.services.freshness import copy_time
from app.services.order_lists import last_orders
from local_db.database import Database
from local_db.reference import (
    credit_state,
    credit_states,
    customer_statistics,
    customers_by_phone,
    find_customer,
    find_customers,
)
from local_db.search import search_customers
from sync.state import SyncState

__all__ = [
    "CreditView",
    "CustomerCard",
    "CustomerHit",
    "CustomersDesk",
    "PastOrder",
    "Standing",
    "usual_interval",
]

LAST_ORDERS = 5
NEAR_LIMIT_SHARE = Decimal("0.2")  # below a fifth of the limit the gauge turns amber


class CustomersDesk:
    """Finds customers in the local copy; answers within a frame, online or not."""

    def __init__(self, database: Database, state: SyncState, clock: Clock) -> None:
        self._database = database
        self._state = state
        self._clock = clock

    def search(self, text: str, limit: int = 12) -> tuple[CustomerHit, ...]:
        """Customers that fit what was typed, the one who ordered last first; empty for no text."""
        with self._database.read() as session:
            hits = search_customers(session, text, limit)
            return _hits(session, [hit.customer_id for hit in hits])

    def by_phone(self, digits: str) -> tuple[CustomerHit, ...]:
        """Customers who own exactly that number (several may share one)."""
        with self._database.read() as session:
            return _hits(session, customers_by_phone(session, digits))

    def find(self, customer_id: str) -> Customer | None:
        """The customer; None when the local copy does not know them."""
        with self._database.read() as session:
            return find_customer(session, customer_id)

    def card(self, customer_id: str) -> CustomerCard | None:
        """The card of one customer; None when the local copy does not know them."""
        today = business_date(self._clock())
        with self._database.read() as session:
            customer = find_customer(session, customer_id)
            if customer is None:
                return None
            past = last_orders(session, customer_id, LAST_ORDERS)
            counted = customer_statistics(session, customer_id)
            credit = self._credit(session, customer)
        days = [business_date(order.taken_at) for order in past]
        return CustomerCard(
            customer=customer,
            credit=credit,
            last_orders=past,
            days_since_last_order=(today - days[0]).days if days else None,
            usual_interval_days=usual_interval(days),
            orders_count=counted.total_orders_count if counted else len(past),
        )

    def _credit(self, session: Session, customer: Customer) -> CreditView:
        state = credit_state(session, customer.customer_id)
        if state is None:
            zero = Decimal(0)
            return CreditView(_standing(customer, None, zero), zero, zero, zero, zero, None)
        unsent = exposure_of(session, customer.customer_id, with_acknowledged=True).customer
        complete_at = copy_time(session, self._state)
        age = self._clock() - max(complete_at, state.as_of) if complete_at else None
        return CreditView(
            standing=_standing(customer, state, unsent),
            limit=state.limit,
            used=state.used,
            unsent=unsent,
            available=state.available - unsent,
            age=max(age, timedelta()) if age is not None else None,
            hold_reason=state.hold_reason,
            overdue_amount=state.overdue_amount,
            days_overdue=state.days_overdue,
        )


def _hits(session: Session, customer_ids: Sequence[str]) -> tuple[CustomerHit, ...]:
    """Asks for all of them at once: with a question each, a key would take three frames."""
    customers = find_customers(session, customer_ids)
    accounts = credit_states(session, customer_ids)
    unsent = unsent_of(session, customer_ids)
    return tuple(
        _hit(customer, accounts.get(customer_id), unsent.get(customer_id, Decimal(0)))
        for customer_id in customer_ids
        if (customer := customers.get(customer_id))
    )


def _hit(customer: Customer, account: CreditState | None, unsent: Decimal) -> CustomerHit:
    address = customer.default_address
    return CustomerHit(
        customer_id=customer.customer_id,
        name=customer.name,
        nickname=customer.nickname,
        phone=format_phone(customer.phones[0].digits) if customer.phones else "",
        address=short_address(address.full_address) if address else "",
        customer_type=customer.customer_type,
        standing=_standing(customer, account, unsent),
    )


def usual_interval(days: Sequence[date]) -> int | None:
    """The median number of days between orders; None with fewer than three orders."""
    gaps = [(later - earlier).days for later, earlier in pairwise(days)]
    return round(median(gaps)) if len(gaps) >= 2 else None


def _standing(customer: Customer, state: CreditState | None, unsent: Decimal) -> Standing:
    if customer.status is not CustomerStatus.ACTIVE:
        return Standing.INACTIVE
    if state is not None and state.on_hold:
        return Standing.ON_HOLD
    if state is None or not customer.has_account:
        return Standing.CASH_ONLY
    left = state.available - unsent
    if left <= 0:
        return Standing.OVER_LIMIT
    return Standing.NEAR_LIMIT if left < state.limit * NEAR_LIMIT_SHARE else Standing.GOOD
