"""Applies the server's feed to the reference file: rows and cursor in one transaction.

A row is taken when its version is newer, a tombstone removes it; applying twice changes nothing,
and pages may be cut anywhere. Entities that a newer server names are passed over.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.wire import reference as ref
from app.wire.accounts import OrderPayment
from app.wire.catalogue import Parameters, PricingRules, ProductBody
from app.wire.codec import Message, convert, encode
from app.wire.customers import CreditFigures, CustomerStatistics
from app.wire.dispatch import OrderDelivery
from app.wire.invoices import OrderInvoice
from app.wire.orders import OrderBody
from app.wire.reference_rows import (
    Row,
    credit_row,
    delivery_row,
    invoice_row,
    order_row,
    payment_row,
    seconds,
    statistics_row,
)
from app.wire.registers import Change, Entity
from local_db.customer_changes import apply_customers, note_orders, remove_customers
from local_db.versioned_rows import gone, key_of, latest, newer, replace_rows

TOMBSTONE = "D"
M = TypeVar("M", bound=Message)
_Applier = Callable[[Session, Sequence[Change], datetime], None]
_SETTINGS: dict[Entity, tuple[str, type[Any]]] = {
    Entity.PRICING: ("pricing", PricingRules),
    Entity.PARAMETERS: ("parameters", Parameters),
}


def apply_changes(
    session: Session, changes: Sequence[Change], epoch: int, to: int, applied_at: datetime
) -> None:
    """Apply feed rows in their order and move the cursor to (`epoch`, `to`).

    `session` is of `Database.write_reference()`. `ValueError` when the page does not continue
    this copy (another epoch, or backwards); `MalformedMessage` when a row is not what it says.
    """
    _check_continues(session, epoch, to)
    for (entity, op), run in groupby(changes, key=lambda change: (change.e, change.op)):
        if entity is Entity.UNKNOWN:
            continue
        if op == TOMBSTONE:
            _remove(session, entity, tuple(run))
        else:
            _APPLY[entity](session, tuple(run), applied_at)
    cursor = {"k": 1, "epoch": epoch, "pos": to, "applied_at": seconds(applied_at)}
    replace_rows(session, ref.feed_cursor, [cursor])


def _check_continues(session: Session, epoch: int, to: int) -> None:
    cursor = session.execute(select(ref.feed_cursor.c.epoch, ref.feed_cursor.c.pos)).one_or_none()
    if cursor and (cursor.epoch != epoch or to < cursor.pos):
        raise ValueError(f"page to {epoch}/{to} does not continue {cursor.epoch}/{cursor.pos}")


def _statistics(session: Session, changes: Sequence[Change], _: datetime) -> None:
    rows = [
        statistics_row(change.id, convert(CustomerStatistics, change.d)) | {"v": change.v}
        for change in newer(session, ref.statistics, changes)
    ]
    replace_rows(session, ref.statistics, rows)
    note_orders(session, [(row["customer_id"], row["last_order_date"]) for row in rows])


def _orders(session: Session, changes: Sequence[Change], _: datetime) -> None:
    rows = [
        order_row(convert(OrderBody, change.d)) | {"v": change.v}
        for change in newer(session, ref.orders, changes)
    ]
    replace_rows(session, ref.orders, rows)
    note_orders(session, [(row["customer_id"], row["order_date"]) for row in rows])


def _plain_rows(table: Table, kind: type[M], row_of: Callable[[M], Row]) -> _Applier:
    """How rows are applied that nothing else in the copy depends on."""

    def apply(session: Session, changes: Sequence[Change], _: datetime) -> None:
        rows = [
            row_of(convert(kind, change.d)) | {"v": change.v}
            for change in newer(session, table, changes)
        ]
        replace_rows(session, table, rows)

    return apply


def _products(session: Session, changes: Sequence[Change], _: datetime) -> None:
    rows = [
        {"product_id": change.id, "body": _text(ProductBody, change.d), "v": change.v}
        for change in latest(newer(session, ref.products, changes))
    ]
    replace_rows(session, ref.products, rows)


def _settings(session: Session, changes: Sequence[Change], _: datetime) -> None:
    name, kind = _SETTINGS[changes[0].e]
    best = max(changes, key=lambda change: change.v)
    known = session.scalar(select(ref.settings.c.v).where(ref.settings.c.name == name))
    if known is None or best.v > known:
        row = {"name": name, "body": _text(kind, best.d), "v": best.v}
        replace_rows(session, ref.settings, [row])


_APPLY: dict[Entity, _Applier] = {
    Entity.CUSTOMER: apply_customers,
    Entity.CREDIT: _plain_rows(ref.credit, CreditFigures, credit_row),
    Entity.STATISTICS: _statistics,
    Entity.PRODUCT: _products,
    Entity.PRICING: _settings,
    Entity.PARAMETERS: _settings,
    Entity.ORDER: _orders,
    Entity.DELIVERY: _plain_rows(ref.deliveries, OrderDelivery, delivery_row),
    Entity.PAYMENT: _plain_rows(ref.payments, OrderPayment, payment_row),
    Entity.INVOICE: _plain_rows(ref.invoices, OrderInvoice, invoice_row),
}
_TABLES = {
    Entity.CUSTOMER: ref.customers,
    Entity.CREDIT: ref.credit,
    Entity.STATISTICS: ref.statistics,
    Entity.PRODUCT: ref.products,
    Entity.ORDER: ref.orders,
    Entity.DELIVERY: ref.deliveries,
    Entity.PAYMENT: ref.payments,
    Entity.INVOICE: ref.invoices,
}


def _remove(session: Session, entity: Entity, tombstones: Sequence[Change]) -> None:
    table = _TABLES.get(entity)
    if table is None:
        return  # a shop always has prices and parameters
    ids = gone(session, table, tombstones)
    if not ids:
        return
    if entity is Entity.CUSTOMER:
        remove_customers(session, ids)
    else:
        session.execute(table.delete().where(key_of(table).in_(ids)))


def _text(kind: type[Any], plain: Any) -> str:
    return encode(convert(kind, plain)).decode()
