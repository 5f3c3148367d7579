"""May this order go on account? See docs/rules/credit.md."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from app.domain.catalogue import OfflineAllowance
from app.domain.orders import PaymentMethod

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
    """Decide on the best figures at hand; `live` says that `state` is the server's own answer."""
    raise NotImplementedError
