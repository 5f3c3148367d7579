"""What this register has let go on account and the local copy of the credit does not show yet."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.credit import CreditOutcome, Exposure
from app.domain.orders import OrderStatus, PaymentMethod
from app.wire.registers import OutboxKind
from local_db.tables import OrderRow, OutboxRow, OutboxState

SEEN_BY_COPY = (OutboxState.CONFIRMED, OutboxState.REJECTED)
SEEN_BY_OFFICE = (*SEEN_BY_COPY, OutboxState.ACKED)


def exposure_of(session: Session, customer_id: str, *, with_acknowledged: bool) -> Exposure:
    """Amounts on account that the credit figures do not contain, whole 元.

    The office's live answer contains what it has acknowledged; the local copy does not before the
    feed has confirmed it (`with_acknowledged`).
    """
    seen = SEEN_BY_COPY if with_acknowledged else SEEN_BY_OFFICE
    unseen = OutboxRow.state.not_in(seen)
    provisional = OrderRow.credit_outcome == CreditOutcome.PROVISIONAL
    own = OrderRow.customer_id == customer_id
    return Exposure(
        customer=_total(session, (unseen, own)),
        provisional_customer=_total(session, (unseen, own, provisional)),
        provisional_register=_total(session, (unseen, provisional)),
    )


def unsent_of(session: Session, customer_ids: Sequence[str]) -> dict[str, Decimal]:
    """What each customer owes that the local copy does not show yet; most are missing."""
    own = OrderRow.customer_id.in_(customer_ids)
    totals = _unseen_totals((OutboxRow.state.not_in(SEEN_BY_COPY), own), OrderRow.customer_id)
    rows = session.execute(totals.group_by(OrderRow.customer_id))
    return {customer_id: total for total, customer_id in rows}


def _total(session: Session, conditions: Iterable[ColumnElement[bool]]) -> Decimal:
    return session.scalar(_unseen_totals(conditions)) or Decimal(0)


def _unseen_totals(
    conditions: Iterable[ColumnElement[bool]], *beside: InstrumentedAttribute[str]
) -> Select[*tuple[Any, ...]]:
    placed = (OutboxRow.order_uid == OrderRow.order_uid) & (
        OutboxRow.kind == OutboxKind.ORDER_PLACED
    )
    return (
        select(func.sum(OrderRow.payable), *beside)
        .join(OutboxRow, placed)
        .where(
            OrderRow.payment_method == PaymentMethod.MONTHLY,
            OrderRow.status != OrderStatus.CANCELLED,
            *conditions,
        )
    )
