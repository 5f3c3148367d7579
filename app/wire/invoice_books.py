"""The books of Invoice Operations: additions to the spec's invoices in `app.wire.invoices`."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.orders import InvoiceType
from app.wire.codec import Instant, Message
from app.wire.enums import SubmissionStatus


class InvoiceStage(StrEnum):
    """How far an invoice is; see docs/rules/invoices.md."""

    QUEUED = "QUEUED"
    ISSUED = "ISSUED"
    VOID = "VOID"
    CANCELLED = "CANCELLED"
    ALLOWANCE_NEEDED = "ALLOWANCE_NEEDED"


class WaitsFor(StrEnum):
    """What an invoice lacks; people have to bring it."""

    NUMBERS = "NUMBERS"
    KEY = "KEY"


class InvoiceRecord(Message, frozen=True, kw_only=True):
    """`GET /internal/invoices/{invoice_id}`, and the answer to requests and cancellations.

    Number, date and codes are empty while the invoice waits for them.
    """

    invoice_id: str
    order_id: str
    revision: int
    stage: InvoiceStage
    waits_for: WaitsFor | None = None
    invoice_type: InvoiceType
    customer_id: str
    customer_name: str
    buyer_tax_id: str
    subtotal: Decimal
    tax_amount: Decimal
    total_amount: Decimal
    requested_at: Instant
    invoice_number: str = ""
    invoice_date: date | None = None
    random_code: str = ""
    qr_code: str = ""
    qr_code_right: str = ""
    code39: str = ""
    pdf_url: str = ""
    submission_status: SubmissionStatus = SubmissionStatus.PENDING
    submission_message: str = ""
    cancel_reason: str = ""
    cancelled_by: str = ""
    cancelled_at: Instant | None = None


class InvoicesFound(Message, frozen=True, kw_only=True):
    """`GET /internal/invoices?order_id=`: all invoices of an order, the newest first."""

    invoices: tuple[InvoiceRecord, ...]


class SubmissionUpdate(Message, frozen=True, kw_only=True):
    """`POST /internal/invoices/{invoice_id}/submission`; an older `timestamp` changes nothing."""

    submission_status: SubmissionStatus
    timestamp: Instant
    message: str = ""


class Numbered(Message, frozen=True, kw_only=True):
    """`POST /internal/invoices/numbering`: how many got their number, and how many still wait."""

    numbered: int
    waiting: int


class PeriodStock(Message, frozen=True, kw_only=True):
    """How many numbers of one period there are; `office` and `registers` hold unspent ones."""

    period: str
    allotted: int
    free: int
    office: int
    registers: int
    is_low: bool


class NumberStock(Message, frozen=True, kw_only=True):
    """`GET /internal/invoices/numbers`: what is left, who waits, and what people should do."""

    periods: tuple[PeriodStock, ...]
    waiting: int
    alarms: tuple[str, ...]


class BlockRequest(Message, frozen=True, kw_only=True):
    """`POST /v1/invoice-blocks`: idempotent on `request_id`; no `period` means the one of today."""

    request_id: UUID
    device_id: UUID
    period: str = ""


class LeasedNumber(Message, frozen=True, kw_only=True):
    """One number with its random code and the AES text, so that no register holds the key.

    `cipher` is empty while the office has no key.
    """

    invoice_number: str
    random_code: str
    cipher: str


class InvoiceBlock(Message, frozen=True, kw_only=True):
    """A booklet of 50 numbers that one register may use, within one period."""

    block_id: int
    register: int
    period: str
    seller_tax_id: str
    first_number: str
    last_number: str
    leased_at: Instant
    numbers: tuple[LeasedNumber, ...]


class BlockReturn(Message, frozen=True, kw_only=True):
    """`POST /v1/invoice-blocks/{block_id}/return`: what was printed, and what was spoiled."""

    device_id: UUID
    used: tuple[str, ...] = ()
    void: tuple[str, ...] = ()


class BlockReturned(Message, frozen=True, kw_only=True):
    """How many numbers of a booklet went which way; the unused ones are never given out again."""

    block_id: int
    used: int
    void: int
    unused: int
