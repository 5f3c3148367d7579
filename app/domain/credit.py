"""May this order go on account? See docs/rules/credit.md."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from app.domain.catalogue import OfflineAllowance
from app.domain.orders import PaymentMethod
from app.domain.violations import Field, Rule, RuleViolation, Violation

COPY_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class CreditState:
    """A customer's account as the server last stated it; amounts in whole 元."""

    limit: Decimal
    used: Decimal
    as_of: datetime
    on_hold: bool = False
    hold_reason: str = ""
    overdue_amount: Decimal = Decimal(0)
    days_overdue: int = 0

    @property
    def available(self) -> Decimal:
        """What may still be taken; negative when over the limit."""
        return self.limit - self.used


class CreditSource(StrEnum):
    """Where the answer came from."""

    NOT_NEEDED = "NOT_NEEDED"
    LIVE = "LIVE"
    COPY = "COPY"
    ALLOWANCE = "ALLOWANCE"
    SUPERVISOR = "SUPERVISOR"


class CreditOutcome(StrEnum):
    """APPROVED and PROVISIONAL let the order through; REFUSED asks for another way to pay."""

    APPROVED = "APPROVED"
    PROVISIONAL = "PROVISIONAL"
    REFUSED = "REFUSED"


class RefusalReason(StrEnum):
    """Why an order may not go on account."""

    NO_ACCOUNT = "NO_ACCOUNT"
    ON_HOLD = "ON_HOLD"
    OVER_LIMIT = "OVER_LIMIT"
    OVER_ALLOWANCE = "OVER_ALLOWANCE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Exposure:
    """What this register has taken on account and the server has not yet confirmed."""

    customer: Decimal = Decimal(0)
    provisional_customer: Decimal = Decimal(0)
    provisional_register: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class CreditRequest:
    """The question: may `amount` be paid by `method`, by a customer with or without account?"""

    amount: Decimal
    method: PaymentMethod
    has_account: bool


@dataclass(frozen=True, slots=True)
class CreditDecision:
    """The answer, with what the clerk is shown: available credit, and the age of the figures."""

    outcome: CreditOutcome
    source: CreditSource
    available: Decimal | None = None
    age: timedelta | None = None
    reason: RefusalReason | None = None

    @property
    def allows(self) -> bool:
        """Whether the order may be saved with this payment method."""
        return self.outcome is not CreditOutcome.REFUSED


def decide(
    request: CreditRequest,
    state: CreditState | None,
    exposure: Exposure,
    allowance: OfflineAllowance,
    now: datetime,
    *,
    live: bool,
) -> CreditDecision:
    """Decide on the best figures at hand; `live` says that `state` is the server's own answer.

    Figures older than `COPY_LIFETIME` only tell about a hold: then the allowance decides.
    """
    if request.method is not PaymentMethod.MONTHLY:
        return CreditDecision(CreditOutcome.APPROVED, CreditSource.NOT_NEEDED)
    source = CreditSource.LIVE if live else CreditSource.COPY
    if not request.has_account:
        return _refused(RefusalReason.NO_ACCOUNT, source)
    if state is None:
        return _refused(RefusalReason.UNKNOWN, source)
    age = abs(now - state.as_of)  # a clock that was set back makes old figures look like new
    best = CreditDecision(
        CreditOutcome.APPROVED,
        source,
        available=state.available - exposure.customer,
        age=timedelta(0) if live else age,
    )
    if state.on_hold:
        return replace(best, outcome=CreditOutcome.REFUSED, reason=RefusalReason.ON_HOLD)
    if live or age <= COPY_LIFETIME:
        return _within_limit(best, request.amount)
    return _within_allowance(best, request.amount, exposure, allowance)


def override(decision: CreditDecision, clerk: str, supervisor: str) -> CreditDecision:
    """The refused decision let through by a supervisor.

    `RuleViolation` when it is the clerk in person, or when no supervisor may: no account, on hold.
    """
    if supervisor == clerk:
        raise RuleViolation((Violation(Field.PAYMENT, Rule.SUPERVISOR_IS_CLERK),))
    if decision.reason in (RefusalReason.NO_ACCOUNT, RefusalReason.ON_HOLD):
        values = {"reason": decision.reason.value}
        raise RuleViolation((Violation(Field.PAYMENT, Rule.CREDIT_NOT_OVERRIDABLE, values),))
    return replace(decision, outcome=CreditOutcome.PROVISIONAL, source=CreditSource.SUPERVISOR)


def _refused(reason: RefusalReason, source: CreditSource) -> CreditDecision:
    return CreditDecision(CreditOutcome.REFUSED, source, reason=reason)


def _within_limit(best: CreditDecision, amount: Decimal) -> CreditDecision:
    if best.available is not None and amount <= best.available:
        return best
    return replace(best, outcome=CreditOutcome.REFUSED, reason=RefusalReason.OVER_LIMIT)


def _within_allowance(
    best: CreditDecision, amount: Decimal, exposure: Exposure, allowance: OfflineAllowance
) -> CreditDecision:
    unseen = replace(best, source=CreditSource.ALLOWANCE)
    if (
        amount <= allowance.per_order
        and exposure.provisional_customer + amount <= allowance.per_customer
        and exposure.provisional_register + amount <= allowance.per_register
    ):
        return replace(unseen, outcome=CreditOutcome.PROVISIONAL)
    return replace(unseen, outcome=CreditOutcome.REFUSED, reason=RefusalReason.OVER_ALLOWANCE)
