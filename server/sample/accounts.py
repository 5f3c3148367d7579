"""Credit figures of the sample: good, nearly used up, over the limit, on hold, untouched."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from app.domain.customers import PaymentTerms
from app.domain.hours import TAIPEI
from app.domain.money import ZERO, from_cents
from app.wire.customers import CreditFigures
from server.sample.draw import Draw
from server.sample.people import Profile
from server.sample.words import Trade

# (share in percent, lowest and highest percent of the limit that is used, is on hold)
_STATES = (
    (70, (5, 70), False),
    (14, (90, 99), False),
    (5, (101, 125), False),
    (6, (40, 95), True),
    (5, (0, 0), False),
)
_OVERDUE = "OVERDUE_PAYMENT"


@dataclass(frozen=True, slots=True)
class _State:
    lowest: int
    highest: int
    on_hold: bool


_DRAWN = tuple(_State(*span, hold) for share, span, hold in _STATES for _ in range(share))


def midnight(today: date) -> datetime:
    """The moment as of which the sample's figures are stated."""
    return datetime.combine(today, time(), TAIPEI).astimezone(UTC)


def figures(
    profile: Profile, trade: Trade, reserved: Decimal, draw: Draw, as_of: datetime
) -> CreditFigures:
    """The account of a customer; at least `reserved` is used. Cash customers have no limit."""
    if profile.terms is PaymentTerms.CASH:
        return _figures(profile, ZERO, ZERO, as_of)
    limit = draw.pick(trade.limits)
    state = draw.pick(_DRAWN)
    used = max(Decimal(limit * draw.between(state.lowest, state.highest) // 100), reserved)
    if not state.on_hold:
        return _figures(profile, Decimal(limit), used, as_of)
    overdue = int(used) * draw.between(30, 90) // 100
    days = draw.between(31, 120)
    return _figures(profile, Decimal(limit), used, as_of, overdue=(overdue, days))


def _figures(
    profile: Profile,
    limit: Decimal,
    used: Decimal,
    as_of: datetime,
    overdue: tuple[int, int] | None = None,
) -> CreditFigures:
    amount, days = overdue or (0, 0)
    return CreditFigures(
        customer_id=profile.customer_id,
        credit_limit=from_cents(int(limit) * 100),
        credit_used=from_cents(int(used) * 100),
        credit_available=from_cents(int(limit - used) * 100),
        on_hold=overdue is not None,
        hold_reason=_OVERDUE if overdue else "",
        overdue_amount=from_cents(amount * 100),
        days_overdue=days,
        version=1,
        as_of=as_of,
    )
