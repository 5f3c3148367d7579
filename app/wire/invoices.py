"""Invoice Operations (spec, internal module 4)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from app.domain.orders import InvoiceType, PaymentMethod
from app.wire.codec import Instant, Message
from app.wire.enums import SubmissionStatus


class InvoiceCustomer(Message, frozen=True, kw_only=True):
    """`customer_info`: the buyer; `tax_id` is None for a consumer."""

    customer_id: str
    customer_name: str
    tax_id: str | None
    address: str
    email: str


class InvoiceItem(Message, frozen=True, kw_only=True):
    """One line of an invoice, before tax."""

    description: str
    quantity: int
    unit_price: Decimal
    amount: Decimal


class InvoicePayment(Message, frozen=True, kw_only=True):
    """`payment_info`; only an order on account has a due date."""

    method: PaymentMethod
    due_date: date | None = None


class InvoiceRequest(Message, frozen=True, kw_only=True):
    """`POST /internal/invoices/generate`; subtotal + tax_amount = total_amount, whole 元.

    Idempotent on order and `revision` (addition). `printed_number` and `printed_on` (additions)
    tell of an invoice that a register printed without a line, with a number leased to it.
    """

    order_id: str
    invoice_type: InvoiceType
    customer_info: InvoiceCustomer
    items: tuple[InvoiceItem, ...]
    subtotal: Decimal
    tax_amount: Decimal
    total_amount: Decimal
    payment_info: InvoicePayment
    revision: int = 1
    printed_number: str = ""
    printed_on: date | None = None


class InvoiceCancellation(Message, frozen=True, kw_only=True):
    """`POST /internal/invoices/{invoice_id}/cancel`."""

    reason: str
    order_id: str
    cancelled_by: str


class InvoiceGenerated(Message, frozen=True, kw_only=True):
    """`POST /internal/orders/{order_id}/invoice-generated` (from Invoice Operations).

    `revision` (addition) is the order's, as in the request; None where the sender does not say.
    """

    invoice_id: str
    invoice_number: str
    invoice_date: date
    pdf_url: str
    qr_code: str
    submission_status: SubmissionStatus
    revision: int | None = None


class OrderInvoice(Message, frozen=True, kw_only=True):
    """The invoice of an order, as Invoice Operations last reported it (feed entity)."""

    order_uid: UUID
    order_id: str
    invoice_id: str
    invoice_number: str
    invoice_date: date
    pdf_url: str = ""
    qr_code: str = ""
    submission_status: SubmissionStatus
    reported_at: Instant


class InvoiceIssued(Message, frozen=True, kw_only=True):
    """`invoice.generated`: an order has its invoice."""

    order_id: str
    invoice_id: str
    invoice_number: str
    invoice_date: date
    submission_status: SubmissionStatus
    timestamp: Instant
