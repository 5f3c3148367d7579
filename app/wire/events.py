"""Events over WebSocket `/v1/events`: the spec's names in an envelope (design of the feed)."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.domain.orders import OrderStatus
from app.wire.codec import Message
from app.wire.registers import Change


class EventName(StrEnum):
    """The spec's events first, then the added ones."""

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
    occurred_at: datetime
    data: Any
    change: Change


class Hello(Message, frozen=True, kw_only=True):
    """First frame of a register: who it is and up to where it has applied the feed."""

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
    server_time: datetime


class Beacon(Message, frozen=True, kw_only=True):
    """Every 5 s: the head of the feed, so that a lost tail is noticed."""

    head: int
    epoch: int
    server_time: datetime


class OrderStatusChanged(Message, frozen=True, kw_only=True):
    """An order went from one status to another."""

    order_uid: UUID
    order_id: str
    customer_id: str
    old_status: OrderStatus | None
    new_status: OrderStatus
    reason: str = ""
    timestamp: datetime | None = None


class CreditChanged(Message, frozen=True, kw_only=True):
    """`customer.credit.changed`: absolute figures with their version, never a delta."""

    customer_id: str
    new_credit: Decimal
    credit_limit: Decimal
    credit_used: Decimal
    on_hold: bool
    version: int
