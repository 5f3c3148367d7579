"""Saving an order: number, order, outbox and draft in one durable transaction."""

from sqlalchemy.orm import Session

from app.domain.hours import business_date
from app.domain.pricing import Quote
from app.services.drafts import drop_draft
from app.services.order_body import Taking, order_body
from app.services.order_rows import NotSaved, OrderInHand, PlacedOrder
from app.wire.codec import encode
from app.wire.orders import OrderBody
from app.wire.registers import OutboxKind
from local_db.database import Database
from local_db.errors import StorageRefused
from local_db.numbers import NumbersExhausted, next_order_number
from local_db.outbox import OutboxEntry, enqueue
from local_db.tables import OrderRow


def save_order(
    database: Database, order: OrderInHand, quoted: Quote, taking: Taking
) -> PlacedOrder:
    """Save the order once; a second call with the same draft answers with the first order.

    Raises `NotSaved` when the disk refuses or the day's numbers are used up.
    """
    try:
        with database.write() as session:
            saved = session.get(OrderRow, order.draft.uid) or _insert(
                session, order, quoted, taking
            )
            return PlacedOrder(saved.order_uid, saved.order_id, saved.payable, taking.credit)
    except (StorageRefused, NumbersExhausted) as refused:
        raise NotSaved(str(refused)) from refused


def _insert(session: Session, order: OrderInHand, quoted: Quote, taking: Taking) -> OrderRow:
    number = next_order_number(session, taking.register, business_date(taking.now))
    body = order_body(order, quoted, number, taking)
    frozen = encode(body)
    row = _row(body, frozen)
    session.add(row)
    enqueue(
        session,
        OutboxEntry(
            msg_id=body.order_uid,
            lane=body.customer_id,
            kind=OutboxKind.ORDER_PLACED,
            order_uid=body.order_uid,
            body=frozen,
            created_at=taking.now,
        ),
    )
    drop_draft(session, body.order_uid)
    return row


def _row(body: OrderBody, frozen: bytes) -> OrderRow:
    return OrderRow(
        order_uid=body.order_uid,
        order_id=body.order_id,
        revision=body.revision,
        business_date=body.order_date,
        customer_id=body.customer_id,
        status=body.status,
        payment_method=body.payment_method,
        credit_outcome=body.credit.outcome,
        body=frozen,
        payable=body.payable,
        taken_at=body.taken_at,
    )
