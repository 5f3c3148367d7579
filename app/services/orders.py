"""The order desk: open, quote, check credit, place, look up, cancel."""

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
    """One row of a list of orders. `upload` is None for orders of other registers."""

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


class OrdersDesk:
    """Takes orders. Every answer comes from this machine first; the office is asked for credit."""

    def start(self, customer_id: str) -> OrderInHand:
        """Open an order preset with the customer's last one, for the earliest possible slot."""
        raise NotImplementedError

    def resume(self) -> OrderInHand | None:
        """The newest draft that was neither placed nor dropped (after a crash); None if none."""
        raise NotImplementedError

    def keep(self, order: OrderInHand) -> None:
        """Make the draft survive a crash."""
        raise NotImplementedError

    def drop(self, order: OrderInHand) -> None:
        """The clerk throws the draft away on purpose."""
        raise NotImplementedError

    def quote(self, order: OrderInHand) -> Quote:
        """Price the draft with its own price list; cheap enough for every key."""
        raise NotImplementedError

    def read_back(self, order: OrderInHand, quote: Quote) -> str:
        """The sentence the clerk reads back to the customer (Traditional Chinese)."""
        raise NotImplementedError

    async def credit(self, order: OrderInHand, quote: Quote) -> CreditDecision:
        """May it go on account: live within 1.5 s, else from the copy, else by allowance."""
        raise NotImplementedError

    async def place(self, order: OrderInHand, shown: Quote) -> PlacedOrder:
        """Save the order durably and queue it for the office.

        Raises `RuleViolation`, `TotalChanged`, `CreditRefused`, `NotSaved`; then nothing is saved.
        """
        raise NotImplementedError

    def similar(self, order: OrderInHand) -> tuple[OrderSummary, ...]:
        """Orders of the last 3 hours for the same household (double-order guard)."""
        raise NotImplementedError

    def today(self) -> date:
        """The business date (Taipei)."""
        raise NotImplementedError

    def of_day(self, day: date, text: str = "") -> tuple[OrderSummary, ...]:
        """Orders taken on that day, newest first, narrowed by number, name, phone or address."""
        raise NotImplementedError

    def cancel(self, order_uid: UUID, reason: str) -> None:
        """Cancel an order of this register; `RuleViolation` when it is too late for a clerk."""
        raise NotImplementedError
