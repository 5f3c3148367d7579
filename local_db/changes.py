"""Applies the server's feed to the reference file: rows and cursor in one transaction.

A row is taken when its version is newer, a tombstone removes it; applying twice changes nothing,
and pages may be cut anywhere. The search index is kept in step with the customers.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Table, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from app.wire import reference as ref
from app.wire.catalogue import Parameters, PricingRules, ProductBody
from app.wire.codec import convert, encode
from app.wire.customers import CreditFigures, CustomerBody, CustomerStatistics
from app.wire.orders import OrderBody
from app.wire.reference_rows import (
    CustomerRows,
    Row,
    credit_row,
    customer_rows,
    order_row,
    seconds,
    statistics_row,
)
from app.wire.registers import Change, Entity
from local_db.reference_tables import customer_search

GONE = "D"
_CHILDREN = (ref.phones, ref.addresses, ref.special_prices)
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
        if op == GONE:
            _remove(session, entity, tuple(run))
        else:
            _APPLY[entity](session, tuple(run), applied_at)
    _replace(
        session,
        ref.feed_cursor,
        [{"k": 1, "epoch": epoch, "pos": to, "applied_at": seconds(applied_at)}],
    )


def _check_continues(session: Session, epoch: int, to: int) -> None:
    cursor = session.execute(select(ref.feed_cursor.c.epoch, ref.feed_cursor.c.pos)).one_or_none()
    if cursor and (cursor.epoch != epoch or to < cursor.pos):
        raise ValueError(f"page to {epoch}/{to} does not continue {cursor.epoch}/{cursor.pos}")


def _customers(session: Session, changes: Sequence[Change], applied_at: datetime) -> None:
    latest = _latest(_newer(session, ref.customers, changes))
    if not latest:
        return
    bodies = {change.id: convert(CustomerBody, change.d) for change in latest}
    rows = {customer_id: customer_rows(body) for customer_id, body in bodies.items()}
    search_ids = _search_ids(session, rows)
    last_orders = _last_orders(session, rows)
    versions = {change.id: change.v for change in latest}
    _delete_children(session, rows, search_ids.values())
    _replace(
        session,
        ref.customers,
        [
            parts.customer
            | {
                "search_id": search_ids[customer_id],
                "last_order_on": last_orders.get(customer_id),
                "v": versions[customer_id],
            }
            for customer_id, parts in rows.items()
        ],
    )
    _insert_children(session, rows, search_ids)
    _first_credit(session, bodies, applied_at)


def _search_ids(session: Session, rows: Iterable[str]) -> dict[str, int]:
    """The search id of each customer; new ones follow the largest, in their order."""
    c = ref.customers.c
    known = _pairs(session, select(c.customer_id, c.search_id).where(c.customer_id.in_(rows)))
    following = (session.scalar(select(func.max(c.search_id))) or 0) + 1
    for customer_id in rows:
        if customer_id not in known:
            known[customer_id] = following
            following += 1
    return known


def _last_orders(session: Session, rows: Iterable[str]) -> dict[str, str]:
    """The newest order date that the copy knows of each customer, from wherever it knows it."""
    customers, statistics, orders = ref.customers.c, ref.statistics.c, ref.orders.c
    found: dict[str, str] = {}
    for column, customer, table in (
        (customers.last_order_on, customers.customer_id, ref.customers),
        (statistics.last_order_date, statistics.customer_id, ref.statistics),
        (func.max(orders.order_date), orders.customer_id, ref.orders),
    ):
        query = select(customer, column).where(customer.in_(rows))
        if table is ref.orders:
            query = query.group_by(customer)
        for customer_id, day in _pairs(session, query).items():
            if day is not None:
                found[customer_id] = max(found.get(customer_id, ""), day)
    return found


def _delete_children(session: Session, rows: Iterable[str], search_ids: Iterable[int]) -> None:
    for table in _CHILDREN:
        session.execute(table.delete().where(table.c.customer_id.in_(rows)))
    session.execute(customer_search.delete().where(customer_search.c.rowid.in_(search_ids)))


def _insert_children(
    session: Session, rows: dict[str, CustomerRows], search_ids: dict[str, int]
) -> None:
    _insert(session, ref.phones, [row for parts in rows.values() for row in parts.phones])
    _insert(session, ref.addresses, [row for parts in rows.values() for row in parts.addresses])
    _insert(
        session,
        ref.special_prices,
        [row for parts in rows.values() for row in parts.special_prices],
    )
    _insert(
        session,
        customer_search,
        [parts.search | {"rowid": search_ids[cid]} for cid, parts in rows.items()],
    )


def _first_credit(session: Session, bodies: dict[str, CustomerBody], applied_at: datetime) -> None:
    """A new customer's body carries figures too; any row of the credit feed replaces them."""
    c = ref.credit.c
    known = set(session.scalars(select(c.customer_id).where(c.customer_id.in_(bodies))))
    rows = [_credit_of(body, applied_at) for cid, body in bodies.items() if cid not in known]
    _insert(session, ref.credit, rows)


def _credit_of(body: CustomerBody, applied_at: datetime) -> Row:
    return credit_row(
        CreditFigures(
            customer_id=body.customer_id,
            credit_limit=body.credit_limit,
            credit_used=body.credit_used,
            credit_available=body.credit_available,
            on_hold=body.on_hold,
            hold_reason=body.hold_reason,
            overdue_amount=body.overdue_amount,
            days_overdue=body.days_overdue,
            version=0,
            as_of=body.as_of or applied_at,
        )
    ) | {"v": 0}


def _credit(session: Session, changes: Sequence[Change], _: datetime) -> None:
    latest = _latest(_newer(session, ref.credit, changes))
    rows = [credit_row(convert(CreditFigures, change.d)) | {"v": change.v} for change in latest]
    _replace(session, ref.credit, rows)


def _statistics(session: Session, changes: Sequence[Change], _: datetime) -> None:
    newer = _newer(session, ref.statistics, changes)
    rows = [
        statistics_row(change.id, convert(CustomerStatistics, change.d)) | {"v": change.v}
        for change in newer
    ]
    _replace(session, ref.statistics, rows)
    _note_orders(session, [(row["customer_id"], row["last_order_date"]) for row in rows])


def _orders(session: Session, changes: Sequence[Change], _: datetime) -> None:
    newer = _newer(session, ref.orders, changes)
    rows = [order_row(convert(OrderBody, change.d)) | {"v": change.v} for change in newer]
    _replace(session, ref.orders, rows)
    _note_orders(session, [(row["customer_id"], row["order_date"]) for row in rows])


def _products(session: Session, changes: Sequence[Change], _: datetime) -> None:
    latest = _latest(_newer(session, ref.products, changes))
    _replace(
        session,
        ref.products,
        [
            {"product_id": change.id, "body": _text(ProductBody, change.d), "v": change.v}
            for change in latest
        ],
    )


def _settings(session: Session, changes: Sequence[Change], _: datetime) -> None:
    name, kind = _SETTINGS[changes[0].e]
    renamed = [(change.v, _text(kind, change.d)) for change in changes]
    known = session.scalar(select(ref.settings.c.v).where(ref.settings.c.name == name))
    version, body = max(renamed, key=lambda pair: pair[0])
    if known is None or version > known:
        _replace(session, ref.settings, [{"name": name, "body": body, "v": version}])


_APPLY: dict[Entity, Callable[[Session, Sequence[Change], datetime], None]] = {
    Entity.CUSTOMER: _customers,
    Entity.CREDIT: _credit,
    Entity.STATISTICS: _statistics,
    Entity.PRODUCT: _products,
    Entity.PRICING: _settings,
    Entity.PARAMETERS: _settings,
    Entity.ORDER: _orders,
}
_TABLES = {
    Entity.CUSTOMER: ref.customers,
    Entity.CREDIT: ref.credit,
    Entity.STATISTICS: ref.statistics,
    Entity.PRODUCT: ref.products,
    Entity.ORDER: ref.orders,
}


def _remove(session: Session, entity: Entity, changes: Sequence[Change]) -> None:
    table = _TABLES.get(entity)
    if table is None:
        return  # the shop always has prices and parameters
    known = _versions(session, table, changes)
    gone = [change.id for change in changes if change.v >= known.get(change.id, change.v + 1)]
    if not gone:
        return
    key = _key(table)
    if entity is Entity.CUSTOMER:
        search_ids = session.scalars(select(ref.customers.c.search_id).where(key.in_(gone))).all()
        _delete_children(session, gone, search_ids)
    session.execute(table.delete().where(key.in_(gone)))


def _newer(session: Session, table: Table, changes: Sequence[Change]) -> list[Change]:
    """The changes that, one after the other, are newer than what is there."""
    known = _versions(session, table, changes)
    newer = []
    for change in changes:
        if change.v > known.get(change.id, -1):
            known[change.id] = change.v
            newer.append(change)
    return newer


def _latest(changes: Iterable[Change]) -> list[Change]:
    return list({change.id: change for change in changes}.values())


def _versions(session: Session, table: Table, changes: Sequence[Change]) -> dict[str, int]:
    key = _key(table)
    ids = {change.id for change in changes}
    return _pairs(session, select(key, table.c.v).where(key.in_(ids)))


def _key(table: Table) -> Any:
    return next(iter(table.primary_key))


def _pairs(session: Session, query: Any) -> dict[str, Any]:
    return {row[0]: row[1] for row in session.execute(query)}


def _note_orders(session: Session, orders: Sequence[tuple[str, str]]) -> None:
    """Remember when a customer last ordered; search ranks by it."""
    if not orders:
        return
    c = ref.customers.c
    session.connection().execute(
        update(ref.customers)
        .where(c.customer_id == bindparam("customer"))
        .where(or_(c.last_order_on.is_(None), c.last_order_on < bindparam("day")))
        .values(last_order_on=bindparam("day")),
        [{"customer": customer_id, "day": day} for customer_id, day in orders],
    )


def _insert(session: Session, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        session.connection().execute(table.insert(), rows)


def _replace(session: Session, table: Table, rows: Sequence[Row]) -> None:
    if rows:
        session.connection().execute(table.insert().prefix_with("OR REPLACE"), rows)


def _text(kind: type[Any], plain: Any) -> str:
    return encode(convert(kind, plain)).decode()
