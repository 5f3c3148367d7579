"""An order as a register uploads it, and what the server answers (register protocol)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.credit import CreditOutcome, CreditSource
from app.domain.customers import Zone
from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, Priority, TimeSlot
from app.wire.accounts import OrderPayment
from app.wire.codec import Instant, Message
from app.wire.dispatch import OrderDelivery
from app.wire.invoices import OrderInvoice


class OrderLineBody(Message, frozen=True, kw_only=True):
    """One priced line as it was printed; `amount` in whole 元, `owed` cylinders still to return."""

    product_id: str
    description: str
    quantity: int
    unit_price: Decimal
    amount: Decimal
    empties: int
    deposits: int
    deposit_amount: Decimal
    residual_kg: Decimal
    residual_credit: Decimal
    weight_kg: int
    owed: int = 0


class CreditEvidence(Message, frozen=True, kw_only=True):
    """On which figures the counter let the order through."""

    outcome: CreditOutcome
    source: CreditSource
    available: Decimal | None = None
    age_seconds: int | None = None
    override_by: str = ""


class OrderBody(Message, frozen=True, kw_only=True):
    """The whole order, as printed. `order_uid` is its identity, `order_id` its printed number."""

    order_uid: UUID
    order_id: str
    revision: int
    status: OrderStatus
    customer_id: str
    customer_name: str
    contact_phone: str
    address_id: int | None
    delivery_address: str
    zone: Zone
    order_date: date
    delivery_date: date
    time_slot: TimeSlot
    priority: Priority
    payment_method: PaymentMethod
    invoice_type: InvoiceType
    tax_id: str
    note: str
    lines: tuple[OrderLineBody, ...]
    goods: Decimal
    tax: Decimal
    delivery_fee: Decimal
    deposits: Decimal
    residual_credit: Decimal
    payable: Decimal
    invoice_sales: Decimal
    invoice_tax: Decimal
    price_version: str
    credit: CreditEvidence
    clerk: str
    taken_at: Instant


class OrderCancellation(Message, frozen=True, kw_only=True):
    """A clerk cancels an order that was taken before."""

    order_uid: UUID
    order_id: str
    customer_id: str
    revision: int
    reason: str
    cancelled_by: str
    cancelled_at: Instant
    approved_by: str = ""


class UploadStatus(StrEnum):
    """What became of one uploaded message; business answers, all sent with HTTP 200."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_DIFFERENCE = "accepted_with_difference"
    HELD = "held"
    REJECTED = "rejected"


class UploadAnswer(Message, frozen=True, kw_only=True):
    """The definite answer to one outbox message; the same for every repetition of it.

    `difference` is server payable minus printed payable. `server_pos` is the feed position from
    which on the register's copy shows the effect.
    """

    status: UploadStatus
    msg_id: UUID
    server_pos: int
    reason: str = ""
    detail: str = ""
    difference: Decimal = Decimal(0)
    order_status: OrderStatus | None = None


class OrderReport(Message, frozen=True, kw_only=True):
    """`GET /internal/orders/{order_id}` (addition): an order and what was reported about it."""

    order: OrderBody
    hold_reason: str = ""
    delivery: OrderDelivery | None = None
    payment: OrderPayment | None = None
    invoice: OrderInvoice | None = None
