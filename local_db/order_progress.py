"""What is known of orders beyond their own status: delivery, payment and invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, select
from sqlalchemy.orm import Session

from local_db import reference_tables as ref


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """As the office last heard of it; the words are those of the wire, empty when unknown.

    `paid` in whole 元; `estimated_arrival` is aware UTC.
    """

    delivery_status: str = ""
    driver: str = ""
    estimated_arrival: datetime | None = None
    payment_status: str = ""
    paid: Decimal = Decimal(0)
    invoice_number: str = ""


NOTHING = OrderProgress()


def progress_of(session: Session, order_uids: Sequence[UUID]) -> dict[UUID, OrderProgress]:
    """What is known of each of these orders; three statements however many they are."""
    uids = [str(uid) for uid in order_uids]
    deliveries = _rows(session, ref.deliveries, uids)
    payments = _rows(session, ref.payments, uids)
    invoices = _rows(session, ref.invoices, uids)
    return {
        UUID(uid): _progress(deliveries.get(uid), payments.get(uid), invoices.get(uid))
        for uid in deliveries.keys() | payments.keys() | invoices.keys()
    }


def _rows(session: Session, table: Table, uids: Sequence[str]) -> dict[str, Row[Any]]:
    found = session.execute(select(table).where(table.c.order_uid.in_(uids)))
    return {row.order_uid: row for row in found}


def _progress(
    delivery: Row[Any] | None, payment: Row[Any] | None, invoice: Row[Any] | None
) -> OrderProgress:
    eta = delivery.estimated_arrival if delivery else None
    return OrderProgress(
        delivery_status=delivery.status if delivery else "",
        driver=delivery.driver_id if delivery else "",
        estimated_arrival=None if eta is None else datetime.fromtimestamp(eta, UTC),
        payment_status=payment.payment_status if payment else "",
        paid=Decimal(payment.paid_amount) if payment else Decimal(0),
        invoice_number=invoice.invoice_number if invoice else "",
    )
