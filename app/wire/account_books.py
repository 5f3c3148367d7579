"""The books of Account Management: additions to the spec's bodies in `app.wire.accounts`."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.customers import PaymentTerms
from app.domain.orders import PaymentMethod
from app.wire.codec import Instant, Message
from app.wire.enums import PaymentStatus


class ReceivableKind(StrEnum):
    """What is due: the invoice, or the rest of the order (delivery fee, deposits)."""

    INVOICE = "INVOICE"
    REST = "REST"


class ReceivableStage(StrEnum):
    """Only LIVING receivables are due."""

    LIVING = "LIVING"
    REPLACED = "REPLACED"
    CANCELLED = "CANCELLED"


class PaymentSource(StrEnum):
    """Where money came from; MOVED and REPAID took it away from an order's excess."""

    COLLECTED = "COLLECTED"
    BALANCE = "BALANCE"
    MOVED = "MOVED"
    REPAID = "REPAID"


class ReceivableCancellation(Message, frozen=True, kw_only=True):
    """`POST /internal/accounts/receivables/{order_id}/cancel`; the body may be missing.

    Cancels what is due for this revision and earlier ones; without one, for all that are known.
    """

    revision: int | None = None
    reason: str = ""
    cancelled_by: str = ""


class ReceivableEntry(Message, frozen=True, kw_only=True):
    """One receivable of an order."""

    kind: ReceivableKind
    revision: int
    amount: Decimal
    due_date: date
    invoice_id: str | None
    payment_terms: PaymentTerms
    stage: ReceivableStage


class PaymentEntry(Message, frozen=True, kw_only=True):
    """One movement of money; `amount` is negative for MOVED and REPAID."""

    reference_number: str
    receipt_number: str
    source: PaymentSource
    payment_method: PaymentMethod
    amount: Decimal
    collected_by: str
    collection_date: Instant


class OrderAccount(Message, frozen=True, kw_only=True):
    """`GET /internal/accounts/orders/{order_id}`; paid + open = due, excess is credit balance.

    `payment_status` is None while nothing is due.
    """

    order_id: str
    customer_id: str
    payment_status: PaymentStatus | None
    due_amount: Decimal
    paid_amount: Decimal
    open_amount: Decimal
    excess_amount: Decimal
    due_date: date | None
    receivables: tuple[ReceivableEntry, ...]
    payments: tuple[PaymentEntry, ...]


class PaymentRecorded(Message, frozen=True, kw_only=True):
    """The answer to `POST /internal/accounts/payments`: the receipt, and the order's account."""

    reference_number: str
    receipt_number: str
    account: OrderAccount


class OpenOrder(Message, frozen=True, kw_only=True):
    """An order of which something is open."""

    order_id: str
    open_amount: Decimal
    due_date: date
    days_overdue: int
    payment_status: PaymentStatus


class AgeingBody(Message, frozen=True, kw_only=True):
    """What is open, by days after the due date."""

    not_due: Decimal
    days_1_30: Decimal
    days_31_60: Decimal
    days_61_90: Decimal
    over_90: Decimal


class CustomerAccount(Message, frozen=True, kw_only=True):
    """`GET /internal/accounts/customers/{customer_id}`: what a customer owes, and has too much."""

    customer_id: str
    open_amount: Decimal
    credit_balance: Decimal
    overdue_amount: Decimal
    days_overdue: int
    on_hold: bool
    ageing: AgeingBody
    open_orders: tuple[OpenOrder, ...]


class BalanceUse(Message, frozen=True, kw_only=True):
    """`POST /internal/accounts/customers/{customer_id}/credit-balance`: use of credit balance.

    With an `order_id` it pays that order, without one it is paid back. Idempotent on
    `reference_number`.
    """

    reference_number: str
    amount: Decimal
    used_by: str
    used_at: Instant
    payment_method: PaymentMethod = PaymentMethod.CASH
    order_id: str = ""


class DifferenceKind(StrEnum):
    """What does not agree: sums with their rows, money with a receivable, or credit with debt."""

    SUMS = "SUMS"
    PAID_WITHOUT_RECEIVABLE = "PAID_WITHOUT_RECEIVABLE"
    CREDIT = "CREDIT"


class Difference(Message, frozen=True, kw_only=True):
    """One order that does not agree: what the accounts say, and what was found instead."""

    kind: DifferenceKind
    order_id: str
    customer_id: str
    expected: Decimal
    found: Decimal


class Reconciliation(Message, frozen=True, kw_only=True):
    """`GET /internal/accounts/reconciliation/{date}`: a day's sums, and all that does not agree.

    `cancelled` is what is not due any more, `open_on_account` and `credit_held` are of orders on
    account; these two agree when all is well.
    """

    day: date
    booked: Decimal
    cancelled: Decimal
    collected: Decimal
    repaid: Decimal
    open_total: Decimal
    credit_balance: Decimal
    open_on_account: Decimal
    credit_held: Decimal
    differences: tuple[Difference, ...]
    made_at: Instant
