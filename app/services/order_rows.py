"""What the order desk shows and answers: rows, states, and why an order was not saved."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.catalogue import PriceBook
from app.domain.credit import CreditDecision
from app.domain.customers import Customer
from app.domain.orders import OrderDraft, OrderStatus, PaymentMethod, TimeSlot
from app.domain.pricing import Quote


@dataclass(frozen=True, slots=True)
class OrderInHand:
    """An open order: the draft, who it is for, and the price list it is quoted with."""

    draft: OrderDraft
    customer: Customer
    book: PriceBook

    def with_draft(self, draft: OrderDraft) -> "OrderInHand":
        """The same order with another draft."""
        return replace(self, draft=draft)


class UploadState(StrEnum):
    """Where an order is on its way to the server (待傳, 傳送中, 重試, 已收, 需處理)."""

    WAITING = "WAITING"
    SENDING = "SENDING"
    RETRYING = "RETRYING"
    RECEIVED = "RECEIVED"
    ATTENTION = "ATTENTION"


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """One row of a list of orders. `upload` is None for orders of other registers.

    The last six are what the office last heard of it, empty when it has not: the words of
    Dispatch (ASSIGNED to FAILED) and of Accounts (UNPAID to OVERDUE), the driver's number, the
    aware instant of arrival, whole 元.
    """

    order_uid: UUID
    order_id: str
    taken_at: datetime
    customer_id: str
    customer_name: str
    address: str
    items: str
    delivery_date: date
    slot: TimeSlot
    payment: PaymentMethod
    payable: Decimal
    status: OrderStatus
    upload: UploadState | None
    next_attempt_at: datetime | None = None
    reason: str = ""
    delivery_status: str = ""
    driver: str = ""
    estimated_arrival: datetime | None = None
    payment_status: str = ""
    paid: Decimal = Decimal(0)
    invoice_number: str = ""


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """What saving an order answers: it is durable, numbered and queued for the server."""

    order_uid: UUID
    order_id: str
    payable: Decimal
    credit: CreditDecision


class TotalChanged(Exception):
    """The price list changed while the order was open; nothing was saved.

    `order` and `quote` carry the new prices: show both totals and let the clerk confirm.
    """

    def __init__(self, order: OrderInHand, quote: Quote) -> None:
        super().__init__(f"the order now costs {quote.payable}")
        self.order = order
        self.quote = quote


class CreditRefused(Exception):
    """The order may not go on account; nothing was saved. `decision` says why."""

    def __init__(self, decision: CreditDecision) -> None:
        super().__init__(str(decision.reason))
        self.decision = decision


class NotSaved(Exception):
    """The order could not be made durable (disk full, damaged file); nothing was saved.

    The text of the exception is a plain sentence that says what to do.
    """
