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
from ui.widgets.tone import Tone

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
        PaymentMethod.ONLINE: translate("words", "Online"),
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
