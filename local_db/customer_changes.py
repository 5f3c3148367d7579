"""Customers of the feed: five tables and the search index, always in step."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from app.wire import reference as ref
from app.wire.codec import convert
from app.wire.customers import CreditFigures, CustomerBody
from app.wire.reference_rows import CustomerRows, Row, credit_row, customer_rows
from app.wire.registers import Change
from local_db.reference_tables import customer_search
from local_db.versioned_rows import insert_rows, latest, newer, pairs, replace_rows

_PARTS = (ref.phones, ref.addresses, ref.special_prices)


def apply_customers(session: Session, changes: Sequence[Change], applied_at: datetime) -> None:
    """Put newer customers in the place of what is known of them."""
    taken = latest(newer(session, ref.customers, changes))
    if not taken:
        return
    bodies = {change.id: convert(CustomerBody, change.d) for change in taken}
    known = _known(session, bodies)
    rows = {cid: _rows(body, known.get(cid)) for cid, body in bodies.items()}
    search_ids = _search_ids(session, rows, known)
    last_orders = _last_orders(session, rows, known)
    _delete_parts(session, rows, search_ids.values())
    own = [
        rows[change.id].customer
        | {
            "search_id": search_ids[change.id],
            "last_order_on": last_orders.get(change.id),
            "v": change.v,
        }
        for change in taken
    ]
    replace_rows(session, ref.customers, own)
    _insert_parts(session, rows, search_ids)
    _first_credit(session, bodies, applied_at)


def remove_customers(session: Session, ids: Sequence[str]) -> None:
    """Forget customers with their numbers, addresses, prices and search text."""
    c = ref.customers.c.customer_id
    search_ids = session.scalars(select(ref.customers.c.search_id).where(c.in_(ids))).all()
    _delete_parts(session, ids, search_ids)
    session.execute(ref.customers.delete().where(c.in_(ids)))


def note_orders(session: Session, orders: Sequence[tuple[str, str]]) -> None:
    """Remember when customers last ordered (customer id, ISO date); search ranks by it."""
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


def _known(session: Session, ids: Iterable[str]) -> dict[str, Any]:
    c = ref.customers.c
    columns = (c.customer_id, c.search_id, c.name, c.initials, c.last_order_on)
    rows = session.execute(select(*columns).where(c.customer_id.in_(ids)))
    return {row.customer_id: row for row in rows}


def _rows(body: CustomerBody, known: Any) -> CustomerRows:
    # Reading a name aloud costs as much as everything else; most changes keep the name.
    same_name = known is not None and known.name == body.customer_name
    return customer_rows(body, known.initials if same_name else None)


def _search_ids(session: Session, ids: Iterable[str], known: Mapping[str, Any]) -> dict[str, int]:
    """The search id of each customer; new ones follow the largest, in their order."""
    following = (session.scalar(select(func.max(ref.customers.c.search_id))) or 0) + 1
    found = {}
    for customer_id in ids:
        if customer_id in known:
            found[customer_id] = known[customer_id].search_id
        else:
            found[customer_id] = following
            following += 1
    return found


def _last_orders(session: Session, ids: Iterable[str], known: Mapping[str, Any]) -> dict[str, str]:
    """The newest order date that the copy knows of each customer, from wherever it knows it."""
    s, o = ref.statistics.c, ref.orders.c
    counted = select(s.customer_id, s.last_order_date).where(s.customer_id.in_(ids))
    listed = select(o.customer_id, func.max(o.order_date)).where(o.customer_id.in_(ids))
    sources = (
        {customer_id: row.last_order_on for customer_id, row in known.items()},
        pairs(session, counted),
        pairs(session, listed.group_by(o.customer_id)),
    )
    found: dict[str, str] = {}
    for source in sources:
        for customer_id, day in source.items():
            if day is not None:
                found[customer_id] = max(found.get(customer_id, ""), day)
    return found


def _delete_parts(session: Session, ids: Iterable[str], search_ids: Iterable[int]) -> None:
    for table in _PARTS:
        session.execute(table.delete().where(table.c.customer_id.in_(ids)))
    session.execute(customer_search.delete().where(customer_search.c.rowid.in_(search_ids)))


def _insert_parts(
    session: Session, rows: Mapping[str, CustomerRows], search_ids: Mapping[str, int]
) -> None:
    insert_rows(session, ref.phones, [row for r in rows.values() for row in r.phones])
    insert_rows(session, ref.addresses, [row for r in rows.values() for row in r.addresses])
    prices = [row for r in rows.values() for row in r.special_prices]
    insert_rows(session, ref.special_prices, prices)
    texts = [r.search | {"rowid": search_ids[customer_id]} for customer_id, r in rows.items()]
    insert_rows(session, customer_search, texts)


def _first_credit(
    session: Session, bodies: Mapping[str, CustomerBody], applied_at: datetime
) -> None:
    """A new customer's body carries figures too; any row of the credit feed replaces them."""
    c = ref.credit.c.customer_id
    known = set(session.scalars(select(c).where(c.in_(bodies))))
    rows = [_credit_of(body, applied_at) for cid, body in bodies.items() if cid not in known]
    insert_rows(session, ref.credit, rows)


def _credit_of(body: CustomerBody, applied_at: datetime) -> Row:
    figures = CreditFigures(
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
    return credit_row(figures) | {"v": 0}
