"""Lists of orders: those of this register with their way to the office, and everybody else's."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.addresses import normalise_address
from app.domain.catalogue import PriceBook
from app.domain.customers import Customer
from app.domain.hours import business_date
from app.domain.orders import DraftLine, OrderDraft, OrderStatus
from app.domain.search_text import fold
from app.services.customer_rows import PastOrder
from app.services.order_rows import OrderSummary, UploadState
from app.wire.codec import decode
from app.wire.orders import OrderBody, UploadAnswer
from local_db import reference
from local_db.order_progress import NOTHING, OrderProgress, progress_of
from local_db.outbox import PENDING
from local_db.reference import KnownOrder, find_order, price_book
from local_db.tables import OrderRow, OutboxRow, OutboxState

SIMILAR_WITHIN = timedelta(hours=3)
_UPLOAD_STATES = {
    OutboxState.READY: UploadState.WAITING,
    OutboxState.INFLIGHT: UploadState.SENDING,
    OutboxState.WAIT: UploadState.RETRYING,
    OutboxState.ACKED: UploadState.RECEIVED,
    OutboxState.CONFIRMED: UploadState.RECEIVED,
    OutboxState.HELD: UploadState.ATTENTION,
    OutboxState.REJECTED: UploadState.ATTENTION,
    OutboxState.POISON: UploadState.ATTENTION,
}


def present_status(session: Session, row: OrderRow) -> OrderStatus:
    """What the order's status is now: the office's word, unless this counter knows newer."""
    known = find_order(session, row.order_uid)
    if known is None or known.revision < row.revision:
        return row.status
    return known.status


def upload_state(state: OutboxState) -> UploadState:
    """The state of a message in the words that people see."""
    return _UPLOAD_STATES[state]


def orders_of_day(session: Session, day: date, text: str = "") -> tuple[OrderSummary, ...]:
    """Orders taken on a business date, newest first, narrowed by what was typed."""
    found = [s for s in _summaries(session, day) if _matches(s, fold(text))]
    known = progress_of(session, [summary.order_uid for summary in found])
    return tuple(_with_progress(s, known.get(s.order_uid, NOTHING)) for s in found)


def _summaries(session: Session, day: date) -> list[OrderSummary]:
    own = session.scalars(select(OrderRow).where(OrderRow.business_date == day)).all()
    taken_here = {row.order_uid for row in own}
    book = price_book(session)
    summaries = [_own_summary(session, row) for row in own]
    summaries += [
        _known_summary(order, book)
        for order in reference.orders_of_day(session, day)
        if order.order_uid not in taken_here
    ]
    summaries.sort(key=lambda summary: summary.taken_at, reverse=True)
    return summaries


def _with_progress(summary: OrderSummary, progress: OrderProgress) -> OrderSummary:
    return replace(
        summary,
        delivery_status=progress.delivery_status,
        driver=progress.driver,
        estimated_arrival=progress.estimated_arrival,
        payment_status=progress.payment_status,
        paid=progress.paid,
        invoice_number=progress.invoice_number,
    )


def similar_orders(
    session: Session, draft: OrderDraft, customer: Customer, now: datetime
) -> tuple[OrderSummary, ...]:
    """Live orders of the last 3 hours for the same customer or the same address."""
    address = customer.address(draft.address_id)
    door = normalise_address(address.full_address) if address else None
    return tuple(
        order
        for order in _summaries(session, business_date(now))
        if now - order.taken_at <= SIMILAR_WITHIN
        and order.status is not OrderStatus.CANCELLED
        and order.order_uid != draft.uid
        and (
            order.customer_id == draft.customer_id
            or (door is not None and normalise_address(order.address) == door)
        )
    )


def last_orders(session: Session, customer_id: str, limit: int = 5) -> tuple[PastOrder, ...]:
    """The customer's newest orders first, also those the office does not know yet."""
    book = price_book(session)
    own = session.scalars(
        select(OrderRow)
        .where(OrderRow.customer_id == customer_id)
        .order_by(OrderRow.taken_at.desc())
        .limit(limit)
    ).all()
    past = {row.order_uid: _past_own(session, row) for row in own}
    for order in reference.last_orders(session, customer_id, limit):
        past.setdefault(order.order_uid, _past_known(order, book))
    newest = sorted(past.values(), key=lambda order: order.taken_at, reverse=True)
    return tuple(newest[:limit])


def items_text(lines: Iterable[tuple[str, int]]) -> str:
    """Products and quantities in one line: 20kg 瓦斯桶 ×2、…"""
    return "、".join(f"{name} ×{quantity}" for name, quantity in lines)


def _own_summary(session: Session, row: OrderRow) -> OrderSummary:
    body = decode(OrderBody, row.body)
    message = _newest_message(session, row.order_uid)
    return OrderSummary(
        order_uid=row.order_uid,
        order_id=row.order_id,
        taken_at=row.taken_at,
        customer_id=row.customer_id,
        customer_name=body.customer_name,
        address=body.delivery_address,
        items=items_text((line.description, line.quantity) for line in body.lines),
        delivery_date=body.delivery_date,
        slot=body.time_slot,
        payment=body.payment_method,
        payable=row.payable,
        status=present_status(session, row),
        upload=upload_state(message.state) if message else None,
        next_attempt_at=message.next_at if message and message.state is OutboxState.WAIT else None,
        reason=reason_of(message) if message else "",
    )


def reason_of(message: OutboxRow) -> str:
    """The code of why a message is where it is; empty when all is well."""
    if message.state in PENDING or message.answer is None:
        return message.last_error
    return decode(UploadAnswer, message.answer).reason or message.last_error


def _newest_message(session: Session, order_uid: UUID) -> OutboxRow | None:
    return session.scalar(
        select(OutboxRow)
        .where(OutboxRow.order_uid == order_uid)
        .order_by(OutboxRow.lane_seq.desc())
        .limit(1)
    )


def _known_summary(order: KnownOrder, book: PriceBook | None) -> OrderSummary:
    return OrderSummary(
        order_uid=order.order_uid,
        order_id=order.order_id,
        taken_at=order.taken_at,
        customer_id=order.customer_id,
        customer_name=order.customer_name,
        address=order.delivery_address,
        items=_named_items(order.lines, book),
        delivery_date=order.delivery_date,
        slot=order.slot,
        payment=order.payment,
        payable=order.payable,
        status=order.status,
        upload=None,
    )


def _past_own(session: Session, row: OrderRow) -> PastOrder:
    body = decode(OrderBody, row.body)
    return PastOrder(
        order_uid=row.order_uid,
        order_id=row.order_id,
        taken_at=row.taken_at,
        delivery_date=body.delivery_date,
        slot=body.time_slot,
        status=present_status(session, row),
        lines=tuple(
            DraftLine(line.product_id, line.quantity, line.empties, line.deposits)
            for line in body.lines
        ),
        items=items_text((line.description, line.quantity) for line in body.lines),
        address=body.delivery_address,
        payable=row.payable,
    )


def _past_known(order: KnownOrder, book: PriceBook | None) -> PastOrder:
    return PastOrder(
        order_uid=order.order_uid,
        order_id=order.order_id,
        taken_at=order.taken_at,
        delivery_date=order.delivery_date,
        slot=order.slot,
        status=order.status,
        lines=order.lines,
        items=_named_items(order.lines, book),
        address=order.delivery_address,
        payable=order.payable,
    )


def _named_items(lines: Iterable[DraftLine], book: PriceBook | None) -> str:
    products = book.products if book else {}
    return items_text(
        (
            products[line.product_id].name if line.product_id in products else line.product_id,
            line.quantity,
        )
        for line in lines
    )


def _matches(order: OrderSummary, typed: str) -> bool:
    places = (order.order_id, order.customer_name, order.address, order.customer_id)
    return not typed or any(typed in fold(place) for place in places)
