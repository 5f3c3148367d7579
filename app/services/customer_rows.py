"""What the card and the search show of a customer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.customers import Customer, CustomerType
from app.domain.orders import DraftLine, OrderStatus, TimeSlot


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
