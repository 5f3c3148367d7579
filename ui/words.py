"""What the domain's values are called: one word and one tone for every state."""

from PySide6.QtCore import QCoreApplication

from app.domain.credit import CreditDecision, CreditOutcome, CreditSource, RefusalReason
from app.domain.customers import CustomerType, PaymentTerms, Zone
from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, TimeSlot
from app.services.calls import CallState
from app.services.customers import Standing
from app.services.office import LinkState
from app.services.orders import UploadState
from ui.figures import age, amount
from ui.tone import Tone

Word = tuple[str, Tone]
translate = QCoreApplication.translate


def standing(value: Standing) -> Word:
    """How the account stands."""
    return {
        Standing.GOOD: (translate("words", "Credit good"), Tone.OK),
        Standing.NEAR_LIMIT: (translate("words", "Near the limit"), Tone.WARN),
        Standing.OVER_LIMIT: (translate("words", "Over the limit"), Tone.DANGER),
        Standing.ON_HOLD: (translate("words", "On hold"), Tone.DANGER),
        Standing.CASH_ONLY: (translate("words", "Cash only"), Tone.NEUTRAL),
        Standing.INACTIVE: (translate("words", "Inactive"), Tone.DANGER),
    }[value]


def customer_type(value: CustomerType) -> str:
    """What kind of premises."""
    return {
        CustomerType.RESIDENTIAL: translate("words", "Household"),
        CustomerType.COMMERCIAL: translate("words", "Business"),
        CustomerType.INDUSTRIAL: translate("words", "Industry"),
    }[value]


def customer_icon(value: CustomerType) -> str:
    """The icon of that kind of premises."""
    return {
        CustomerType.RESIDENTIAL: "house",
        CustomerType.COMMERCIAL: "building-2",
        CustomerType.INDUSTRIAL: "factory",
    }[value]


def terms(value: PaymentTerms) -> str:
    """How long an account may stay open."""
    return {
        PaymentTerms.CASH: translate("words", "Cash"),
        PaymentTerms.NET15: translate("words", "Account, 15 days"),
        PaymentTerms.NET30: translate("words", "Account, 30 days"),
        PaymentTerms.NET60: translate("words", "Account, 60 days"),
    }[value]


def zone(value: Zone) -> str:
    """The delivery zone."""
    return {
        Zone.NORTH: translate("words", "North"),
        Zone.CENTRAL: translate("words", "Central"),
        Zone.SOUTH: translate("words", "South"),
        Zone.REMOTE: translate("words", "Remote"),
    }[value]


def slot(value: TimeSlot) -> str:
    """The part of the day."""
    return {
        TimeSlot.MORNING: translate("words", "Morning"),
        TimeSlot.AFTERNOON: translate("words", "Afternoon"),
        TimeSlot.EVENING: translate("words", "Evening"),
    }[value]


def payment(value: PaymentMethod) -> str:
    """How it is paid."""
    return {
        PaymentMethod.CASH: translate("words", "Cash"),
        PaymentMethod.COD: translate("words", "On delivery"),
        PaymentMethod.MONTHLY: translate("words", "On account"),
        PaymentMethod.ONLINE: translate("words", "Pay online"),
    }[value]


def invoice(value: InvoiceType) -> str:
    """Which invoice."""
    return {
        InvoiceType.DUPLICATE: translate("words", "Consumer"),
        InvoiceType.TRIPLICATE: translate("words", "Business (tax ID)"),
    }[value]


def order_status(value: OrderStatus) -> Word:
    """Where an order is in its life."""
    return {
        OrderStatus.DRAFT: (translate("words", "Draft"), Tone.NEUTRAL),
        OrderStatus.CONFIRMED: (translate("words", "Confirmed"), Tone.INFO),
        OrderStatus.HELD: (translate("words", "Held"), Tone.DANGER),
        OrderStatus.DISPATCHED: (translate("words", "Dispatched"), Tone.INFO),
        OrderStatus.EN_ROUTE: (translate("words", "On the way"), Tone.INFO),
        OrderStatus.ARRIVED: (translate("words", "Arrived"), Tone.INFO),
        OrderStatus.COMPLETED: (translate("words", "Delivered"), Tone.OK),
        OrderStatus.FAILED: (translate("words", "Failed"), Tone.DANGER),
        OrderStatus.CANCELLED: (translate("words", "Cancelled"), Tone.NEUTRAL),
    }[value]


def delivery(code: str) -> Word:
    """How far a delivery is, as Dispatch says it; an unknown code is shown as it is."""
    return {
        "ASSIGNED": (translate("words", "Driver assigned"), Tone.INFO),
        "EN_ROUTE": (translate("words", "On the way"), Tone.INFO),
        "ARRIVED": (translate("words", "Arrived"), Tone.INFO),
        "COMPLETED": (translate("words", "Delivered"), Tone.OK),
        "FAILED": (translate("words", "Failed"), Tone.DANGER),
    }.get(code, (code, Tone.NEUTRAL))


def paid(code: str) -> Word:
    """How much of an order has been paid; an unknown code is shown as it is."""
    return {
        "UNPAID": (translate("words", "Not paid"), Tone.NEUTRAL),
        "PARTIAL": (translate("words", "Partly paid"), Tone.WARN),
        "PAID": (translate("words", "Paid"), Tone.OK),
        "OVERDUE": (translate("words", "Overdue"), Tone.DANGER),
    }.get(code, (code, Tone.NEUTRAL))


def upload(value: UploadState | None) -> Word:
    """Where an order is on its way to the server; None is an order of another counter."""
    return {
        UploadState.WAITING: (translate("words", "To send"), Tone.WARN),
        UploadState.SENDING: (translate("words", "Sending"), Tone.INFO),
        UploadState.RETRYING: (translate("words", "Retrying"), Tone.WARN),
        UploadState.RECEIVED: (translate("words", "Received"), Tone.OK),
        UploadState.ATTENTION: (translate("words", "Needs attention"), Tone.DANGER),
        None: (translate("words", "Other counter"), Tone.NEUTRAL),
    }[value]


def link(value: LinkState) -> Word:
    """Whether the server answers."""
    return {
        LinkState.ONLINE: (translate("words", "Online"), Tone.OK),
        LinkState.CONNECTING: (translate("words", "Connecting"), Tone.INFO),
        LinkState.OFFLINE: (translate("words", "Offline"), Tone.WARN),
        LinkState.SIGN_IN_NEEDED: (translate("words", "Sign in again"), Tone.DANGER),
    }[value]


def call_state(value: CallState) -> Word:
    """What became of a call."""
    return {
        CallState.RINGING: (translate("words", "Ringing"), Tone.ACCENT),
        CallState.ANSWERED: (translate("words", "Answered"), Tone.OK),
        CallState.MISSED: (translate("words", "Missed"), Tone.DANGER),
        CallState.CALLED_BACK: (translate("words", "Called back"), Tone.NEUTRAL),
    }[value]


def refusal(value: RefusalReason) -> str:
    """Why an order may not go on account, and what to do."""
    return {
        RefusalReason.NO_ACCOUNT: translate(
            "words", "No account agreed: choose cash or payment on delivery."
        ),
        RefusalReason.ON_HOLD: translate(
            "words", "The account is on hold: choose cash, or ask a supervisor."
        ),
        RefusalReason.OVER_LIMIT: translate(
            "words", "Over the credit limit: reduce the order or choose cash."
        ),
        RefusalReason.OVER_ALLOWANCE: translate(
            "words", "Too much on account while offline: choose cash or wait for the link."
        ),
        RefusalReason.UNKNOWN: translate(
            "words", "Credit could not be checked: choose cash or wait for the link."
        ),
    }[value]


def credit(decision: CreditDecision) -> Word:
    """The answer of the credit check in one sentence."""
    if decision.outcome is CreditOutcome.REFUSED:
        return refusal(decision.reason or RefusalReason.UNKNOWN), Tone.DANGER
    left = "—" if decision.available is None else amount(decision.available)
    aged = age(decision.age) if decision.age is not None else "—"
    sentence = {
        CreditSource.NOT_NEEDED: translate("words", "No credit needed."),
        CreditSource.LIVE: translate(
            "words", "Credit approved: {left} available, checked just now."
        ),
        CreditSource.COPY: translate("words", "Credit approved from the copy: {left}, {age} old."),
        CreditSource.ALLOWANCE: translate(
            "words", "Provisional: within the offline allowance; confirmed when online."
        ),
        CreditSource.SUPERVISOR: translate("words", "Released by a supervisor."),
    }[decision.source].format(left=left, age=aged)
    tones = {CreditSource.COPY: Tone.WARN, CreditSource.ALLOWANCE: Tone.WARN}
    return sentence, tones.get(decision.source, Tone.OK)


def phase(code: str) -> str:
    """A step of fetching the first copy."""
    return {
        "asking": translate("words", "Asking the office"),
        "downloading": translate("words", "Downloading"),
        "unpacking": translate("words", "Unpacking"),
        "preparing": translate("words", "Preparing the data"),
        "catching up": translate("words", "Catching up with the latest changes"),
    }.get(code, code)


def message_kind(code: str) -> str:
    """What a message reports."""
    return {
        "order.placed": translate("words", "New order"),
        "order.cancelled": translate("words", "Cancellation"),
    }.get(code, code)


def reason(code: str) -> str:
    """Why a message waits or was refused; an unknown code is shown as it is."""
    return {**_line_reasons(), **_office_reasons()}.get(code, code)


def _line_reasons() -> dict[str, str]:
    again = translate("words", " It is tried again by itself.")
    return {
        "UNREACHABLE": translate("words", "The office does not answer.") + again,
        "NO_CONNECTION": translate("words", "No connection: check the cable.") + again,
        "UNKNOWN_HOST": translate("words", "The office is not found: check the network."),
        "UNTRUSTED_SERVER": translate("words", "The office's certificate is not valid."),
        "UNTRUSTED_CLIENT": translate("words", "The office refuses this register's certificate."),
        "NOT_ENCRYPTED": translate("words", "The office's address is not https."),
        "TIMED_OUT": translate("words", "The office answers too slowly.") + again,
        "BROKEN_ANSWER": translate("words", "The answer was damaged.") + again,
        "SERVER_FAILED": translate("words", "The office has a problem at the moment.") + again,
        "IN_PROGRESS": translate("words", "The office is still working on it."),
        "BREAKER_OPEN": translate("words", "Failed several times; a pause, then again."),
        "SIGNED_OUT": translate("words", "Sign in again, then it is sent."),
        "SIGNATURE_REFUSED": translate("words", "This counter's signature: sign in again."),
    }


def _office_reasons() -> dict[str, str]:
    return {
        "CREDIT": translate("words", "Credit refused: pay cash, reduce, or ask a supervisor."),
        "UNKNOWN_CUSTOMER": translate("words", "The office does not know this customer."),
        "UNKNOWN_PRICE": translate("words", "The office has no price for a product."),
        "UNKNOWN_PRODUCT": translate("words", "The office does not know a product."),
        "UNKNOWN_ORDER": translate("words", "The office does not know this order."),
        "TOO_LATE": translate("words", "Too late to cancel."),
        "PRICE_DIFFERENCE": translate("words", "The office's price differs: tell the customer."),
        "DUP_NUMBER": translate("words", "The number belongs to another order: tell support."),
        "REJECTED": translate("words", "The office refused: ask a supervisor."),
        "NOT_UNDERSTOOD": translate("words", "The office can not read it: tell support."),
        "NOT_ALLOWED": translate("words", "This account may not do that: ask a supervisor."),
        "NOT_FOUND": translate("words", "The office does not know this record."),
        "REGISTER_REVOKED": translate("words", "This counter was shut out: ask who runs it."),
        "DEVICE_KEY": translate("words", "A new key of this counter must be allowed first."),
        "UPGRADE_NEEDED": translate("words", "This program is too old: update it."),
        "LANE_GAP": translate("words", "An earlier order of this customer comes first."),
    }
