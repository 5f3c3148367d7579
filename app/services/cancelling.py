"""Cancelling an order that was taken at this register. See docs/rules/orders.md."""

from datetime import datetime
from uuid import UUID

from app.domain.hours import may_cancel_freely
from app.domain.numbers import new_uid
from app.domain.orders import OrderStatus, can_become
from app.domain.violations import Field, Rule, RuleViolation, Violation
from app.services.order_lists import present_status
from app.services.session import Role, SignedIn
from app.wire.codec import decode, encode
from app.wire.orders import OrderBody, OrderCancellation
from app.wire.registers import OutboxKind
from local_db.database import Database
from local_db.outbox import OutboxEntry, enqueue
from local_db.reference import price_book
from local_db.tables import OrderRow

MAY_OVERRIDE = (Role.SUPERVISOR, Role.ADMIN)


def cancel_order(
    database: Database, order_uid: UUID, reason: str, clerk: SignedIn, now: datetime
) -> None:
    """Cancel the order here and owe the office the news.

    Raises `RuleViolation` for an order of another register, one that is gone already, and, for a
    clerk, one whose free cancellation window has passed.
    """
    with database.write() as session:
        row = session.get(OrderRow, order_uid)
        if row is None:
            raise _refusal(Rule.ORDER_UNKNOWN)
        body = decode(OrderBody, row.body)
        if not can_become(present_status(session, row), OrderStatus.CANCELLED):
            raise _refusal(Rule.CANCELLATION_NOT_POSSIBLE)
        book = price_book(session)
        is_free = book is not None and may_cancel_freely(
            now, body.delivery_date, body.time_slot, book.parameters
        )
        if not is_free and clerk.role not in MAY_OVERRIDE:
            raise _refusal(Rule.CANCELLATION_NEEDS_SUPERVISOR)
        row.status = OrderStatus.CANCELLED
        row.revision += 1
        enqueue(session, _entry(row, reason, clerk, now))


def _entry(row: OrderRow, reason: str, clerk: SignedIn, now: datetime) -> OutboxEntry:
    cancellation = OrderCancellation(
        order_uid=row.order_uid,
        order_id=row.order_id,
        customer_id=row.customer_id,
        revision=row.revision,
        reason=reason,
        cancelled_by=clerk.username,
        cancelled_at=now,
    )
    return OutboxEntry(
        msg_id=new_uid(),
        lane=row.customer_id,
        kind=OutboxKind.ORDER_CANCELLED,
        order_uid=row.order_uid,
        body=encode(cancellation),
        created_at=now,
    )


def _refusal(rule: Rule) -> RuleViolation:
    return RuleViolation((Violation(Field.CUSTOMER, rule),))
