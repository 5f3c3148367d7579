"""The events about an order: its own status, and what the neighbours report about it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.domain.orders import OrderStatus
from app.wire.accounts import OrderPayment, PaymentReceived
from app.wire.dispatch import DeliveryStatusChanged, OrderDelivery
from app.wire.enums import DispatchStatus
from app.wire.events import EventName, OrderChanged, OrderHeld, OrderStatusChanged
from app.wire.invoices import InvoiceIssued, OrderInvoice
from app.wire.orders import OrderBody
from app.wire.registers import Entity
from server.feed.changes import FeedRow

Event = tuple[EventName, Any]


def order(row: FeedRow, body: OrderBody, reason: str) -> Event:
    """`order.held` with its reason for an order that waits for a person, else its status."""
    if body.status is OrderStatus.HELD:
        return EventName.ORDER_HELD, OrderHeld(
            order_uid=body.order_uid,
            order_id=body.order_id,
            customer_id=body.customer_id,
            reason=reason,
            timestamp=row.occurred_at,
        )
    return EventName.ORDER_STATUS_CHANGED, OrderStatusChanged(
        order_uid=body.order_uid,
        order_id=body.order_id,
        customer_id=body.customer_id,
        old_status=OrderStatus(row.cause) if row.cause else None,
        new_status=body.status,
        timestamp=row.occurred_at,
    )


def gone(row: FeedRow) -> Event:
    """`order.changed`: something that was known about an order is no longer so."""
    return EventName.ORDER_CHANGED, OrderChanged(
        order_uid=UUID(row.change.id), entity=row.change.e, version=row.change.v
    )


def _delivery(row: FeedRow, body: OrderDelivery) -> Event:
    return EventName.DELIVERY_STATUS_CHANGED, DeliveryStatusChanged(
        order_id=body.order_id,
        old_status=DispatchStatus(row.cause) if row.cause else None,
        new_status=body.status,
        driver_id=body.driver_id,
        timestamp=body.reported_at,
    )


def _payment(_row: FeedRow, body: OrderPayment) -> Event:
    return EventName.PAYMENT_RECEIVED, PaymentReceived(
        order_id=body.order_id,
        customer_id=body.customer_id,
        payment_status=body.payment_status,
        paid_amount=body.paid_amount,
        payment_method=body.payment_method,
        receipt_number=body.receipt_number,
        timestamp=body.reported_at,
    )


def _invoice(_row: FeedRow, body: OrderInvoice) -> Event:
    return EventName.INVOICE_GENERATED, InvoiceIssued(
        order_id=body.order_id,
        invoice_id=body.invoice_id,
        invoice_number=body.invoice_number,
        invoice_date=body.invoice_date,
        submission_status=body.submission_status,
        timestamp=body.reported_at,
    )


REPORTED: Mapping[Entity, Callable[[FeedRow, Any], Event]] = MappingProxyType(
    {Entity.DELIVERY: _delivery, Entity.PAYMENT: _payment, Entity.INVOICE: _invoice}
)
