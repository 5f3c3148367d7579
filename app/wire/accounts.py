"""Account Management (spec, internal module 5); the credit hold is in `customers`."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from app.domain.customers import PaymentTerms
from app.domain.orders import PaymentMethod
from app.wire.codec import Instant, Message
from app.wire.enums import PaymentStatus


class Receivable(Message, frozen=True, kw_only=True):
    """`POST /internal/accounts/receivables`; the delivery fee's has no invoice."""

    order_id: str
    customer_id: str
    amount: Decimal
    due_date: date
    invoice_id: str | None
    payment_terms: PaymentTerms
    revision: int = 1


class PaymentCollection(Message, frozen=True, kw_only=True):
    """`POST /internal/accounts/payments`; `collection_date` is an instant."""

    order_id: str
    payment_method: PaymentMethod
    amount_collected: Decimal
    collected_by: str
    collection_date: Instant
    reference_number: str


class PaymentStatusUpdate(Message, frozen=True, kw_only=True):
    """`POST /internal/orders/{order_id}/payment-status` (from Account Management).

    The last three fields are absent as long as nothing has been paid.
    """

    payment_status: PaymentStatus
    paid_amount: Decimal
    paid_date: date | None = None
    payment_method: PaymentMethod | None = None
    receipt_number: str | None = None


class OrderPayment(Message, frozen=True, kw_only=True):
    """What has been paid of an order, as Account Management last reported it (feed entity)."""

    order_uid: UUID
    order_id: str
    customer_id: str
    payment_status: PaymentStatus
    paid_amount: Decimal
    paid_date: date | None = None
    payment_method: PaymentMethod | None = None
    receipt_number: str = ""
    reported_at: Instant


class PaymentReceived(Message, frozen=True, kw_only=True):
    """`payment.received`: an order's payment state after each change of it.

    As long as nothing has been paid there is neither a method nor a receipt.
    """

    order_id: str
    customer_id: str
    payment_status: PaymentStatus
    paid_amount: Decimal
    payment_method: PaymentMethod | None = None
    receipt_number: str = ""
    timestamp: Instant
