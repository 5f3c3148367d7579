"""Events over WebSocket `/v1/events`: the spec's names in an envelope (design of the feed)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.domain.orders import OrderStatus
from app.wire.accounts import PaymentReceived
from app.wire.catalogue import CacheInvalidation
from app.wire.codec import Instant, Message, convert
from app.wire.dispatch import DeliveryStatusChanged, DriverLocationUpdated
from app.wire.enums import HoldStatus
from app.wire.invoices import InvoiceIssued
from app.wire.registers import Change, Entity


class EventName(StrEnum):
    """The spec's events first, then the added ones; UNKNOWN what a newer server names."""

    CREDIT_CHANGED = "customer.credit.changed"
    STOCK_LOW = "product.stock.low"
    PRICE_UPDATED = "product.price.updated"
    DELIVERY_STATUS_CHANGED = "delivery.status.changed"
    PAYMENT_RECEIVED = "payment.received"
    INVOICE_GENERATED = "invoice.generated"
    DRIVER_LOCATION_UPDATED = "driver.location.updated"
    STOCK_CHANGED = "product.stock.changed"
    ORDER_STATUS_CHANGED = "order.status.changed"
    ORDER_HELD = "order.held"
    CREDIT_HOLD_CHANGED = "customer.credit-hold.changed"
    CATALOG_INVALIDATED = "catalog.invalidated"
    CUSTOMER_CHANGED = "customer.changed"
    ORDER_CHANGED = "order.changed"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "EventName":
        return cls.UNKNOWN


class Envelope(Message, frozen=True, kw_only=True):
    """One durable event, one per feed row; `pos` is its place in the feed.

    `data` is the spec's body of that event; `change` is the feed row itself, so that a register
    that has applied everything up to `pos - 1` needs no further request.
    """

    epoch: int
    pos: int
    tx_last: bool
    id: str
    event: EventName
    occurred_at: Instant
    data: Any
    change: Change


class Notice(Message, frozen=True, kw_only=True):
    """An event that passes (`eph`): the spec's bare form, no place in the feed, no replay."""

    event: EventName
    data: Any
    eph: bool = True


class Hello(Message, frozen=True, kw_only=True):
    """First frame of a register: who it is and up to where it has applied the feed.

    From `schema` 2 on a frame may hold a JSON array of `Envelope`s instead of one.
    """

    device_id: UUID
    token: str
    epoch: int
    pos: int
    schema: int = 1


class Welcome(Message, frozen=True, kw_only=True):
    """Answer to `Hello`: the head, and whether the register may resume or needs a snapshot."""

    head: int
    epoch: int
    resume: str
    server_time: Instant


class Beacon(Message, frozen=True, kw_only=True):
    """Every 5 s: the head of the feed, so that a lost tail is noticed."""

    head: int
    epoch: int
    server_time: Instant


class OrderStatusChanged(Message, frozen=True, kw_only=True):
    """An order went from one status to another."""

    order_uid: UUID
    order_id: str
    customer_id: str
    old_status: OrderStatus | None
    new_status: OrderStatus
    reason: str = ""
    timestamp: Instant | None = None


class CreditChanged(Message, frozen=True, kw_only=True):
    """`customer.credit.changed`: absolute figures with their version, never a delta."""

    customer_id: str
    new_credit: Decimal
    credit_limit: Decimal
    credit_used: Decimal
    on_hold: bool
    version: int


class OrderHeld(Message, frozen=True, kw_only=True):
    """`order.held`: an order waits for a person to decide (credit or price)."""

    order_uid: UUID
    order_id: str
    customer_id: str
    reason: str
    detail: str = ""
    timestamp: Instant | None = None


class CreditHoldChanged(Message, frozen=True, kw_only=True):
    """`customer.credit-hold.changed`: the body of `CreditHold` with its customer."""

    customer_id: str
    hold_status: HoldStatus
    hold_reason: str
    overdue_amount: Decimal
    days_overdue: int
    affected_orders: tuple[str, ...]


class StockLow(Message, frozen=True, kw_only=True):
    """`product.stock.low`."""

    product_id: str
    available_quantity: int


class StockChanged(Message, frozen=True, kw_only=True):
    """`product.stock.changed`: absolute figures, never a delta."""

    product_id: str
    available_quantity: int
    reserved_quantity: int


class PriceUpdated(Message, frozen=True, kw_only=True):
    """`product.price.updated`: a list price and the day from which it holds."""

    product_id: str
    standard_price: Decimal
    effective_from: date | None = None


class CustomerChanged(Message, frozen=True, kw_only=True):
    """`customer.changed`: name, numbers, addresses or prices of a customer are others now."""

    customer_id: str
    version: int


class OrderChanged(Message, frozen=True, kw_only=True):
    """`order.changed`: what was known about an order (`entity`) has been taken back."""

    order_uid: UUID
    entity: Entity
    version: int


class UnknownEvent(Message, frozen=True, kw_only=True):
    """An event that this version has not heard of; only its place in the feed matters."""


EVENT_DATA: Mapping[EventName, type[Message]] = MappingProxyType(
    {
        EventName.CREDIT_CHANGED: CreditChanged,
        EventName.STOCK_LOW: StockLow,
        EventName.PRICE_UPDATED: PriceUpdated,
        EventName.DELIVERY_STATUS_CHANGED: DeliveryStatusChanged,
        EventName.PAYMENT_RECEIVED: PaymentReceived,
        EventName.INVOICE_GENERATED: InvoiceIssued,
        EventName.DRIVER_LOCATION_UPDATED: DriverLocationUpdated,
        EventName.STOCK_CHANGED: StockChanged,
        EventName.ORDER_STATUS_CHANGED: OrderStatusChanged,
        EventName.ORDER_HELD: OrderHeld,
        EventName.CREDIT_HOLD_CHANGED: CreditHoldChanged,
        EventName.CATALOG_INVALIDATED: CacheInvalidation,
        EventName.CUSTOMER_CHANGED: CustomerChanged,
        EventName.ORDER_CHANGED: OrderChanged,
        EventName.UNKNOWN: UnknownEvent,
    }
)


def event_data(event: EventName, data: Any) -> Message:
    """The typed body of an event's `data`; `MalformedMessage` when it is not that event's."""
    return convert(EVENT_DATA[event], data)
