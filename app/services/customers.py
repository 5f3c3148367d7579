"""Customers as a clerk looks them up: search while typing, and the card of a caller."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.customers import Customer, CustomerType
from app.domain.orders import DraftLine, OrderStatus, TimeSlot
from app.services.clock import Clock
from local_db.database import Database


class Standing(StrEnum):
    """How a customer's account stands; shown as a colour and a word before the first question."""

    GOOD = "GOOD"
    NEAR_LIMIT = "NEAR_LIMIT"
    OVER_LIMIT = "OVER_LIMIT"
    ON_HOLD = "ON_HOLD"
    CASH_ONLY = "CASH_ONLY"
    INACTIVE = "INACTIVE"


@dataclass(frozen=True, slots=True)
class CustomerHit:
    """One search result; `phone` and `address` are written for people."""

    customer_id: str
    name: str
    nickname: str
    phone: str
    address: str
    customer_type: CustomerType
    standing: Standing


@dataclass(frozen=True, slots=True)
class CreditView:
    """The account as shown on the card; whole 元. `age` is how old the figures are."""

    standing: Standing
    limit: Decimal
    used: Decimal
    unsent: Decimal
    available: Decimal
    age: timedelta | None
    hold_reason: str = ""
    overdue_amount: Decimal = Decimal(0)
    days_overdue: int = 0


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An earlier order of the customer, taken here or elsewhere; newest first in lists."""

    order_uid: UUID
    order_id: str
    taken_at: datetime
    delivery_date: date
    slot: TimeSlot
    status: OrderStatus
    lines: tuple[DraftLine, ...]
    items: str
    address: str
    payable: Decimal


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """Everything a clerk wants to see when this customer rings."""

    customer: Customer
    credit: CreditView
    last_orders: tuple[PastOrder, ...]
    days_since_last_order: int | None
    usual_interval_days: int | None
    orders_count: int


class CustomersDesk:
    """Finds customers in the local copy; answers within a frame, online or not."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def search(self, text: str, limit: int = 12) -> tuple[CustomerHit, ...]:
        """Customers that fit what was typed, the one who ordered last first; empty for no text."""
        raise NotImplementedError

    def by_phone(self, digits: str) -> tuple[CustomerHit, ...]:
        """Customers who own exactly that number (several may share one)."""
        raise NotImplementedError

    def card(self, customer_id: str) -> CustomerCard | None:
        """The card of one customer; None when the local copy does not know them."""
        raise NotImplementedError
