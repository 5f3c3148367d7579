"""The server's rows as frozen values of the domain; read from the attached reference copy.

`session` is of `Database.read()` or `Database.write()`. Without a copy everything is empty.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, Select, Table, select
from sqlalchemy.orm import Session

from app.domain.catalogue import PriceBook
from app.domain.credit import CreditState
from app.domain.customers import (
    Address,
    Customer,
    CustomerStatus,
    CustomerType,
    PaymentTerms,
    Phone,
    SpecialPrice,
    Zone,
)
from app.domain.money import from_cents
from app.domain.orders import DraftLine, InvoiceType, OrderStatus, PaymentMethod, TimeSlot
from app.wire import to_domain
from app.wire.catalogue import Parameters, PricingRules, ProductBody, Products
from app.wire.codec import decode
from local_db import reference_tables as ref
from local_db.changes import apply_changes

__all__ = [
    "CustomerStatistics",
    "KnownOrder",
    "apply_changes",
    "credit_state",
    "credit_states",
    "customer_statistics",
    "customers_by_phone",
    "find_customer",
    "find_customers",
    "find_order",
    "last_orders",
    "orders_of_day",
    "price_book",
    "prices_since",
]


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order as the server last stated it, taken at any register; `payable` in whole 元."""

    order_uid: UUID
    order_id: str
    customer_id: str
    customer_name: str
    status: OrderStatus
    revision: int
    order_date: date
    delivery_date: date
    slot: TimeSlot
    address_id: int | None
    delivery_address: str
    payment: PaymentMethod
    invoice_type: InvoiceType
    lines: tuple[DraftLine, ...]
    payable: Decimal
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerStatistics:
    """What the server has counted about a customer; amounts in 元."""

    last_order_date: date | None
    total_orders_count: int
    total_order_value: Decimal
    average_order_value: Decimal
    favorite_products: tuple[str, ...]


def find_customer(session: Session, customer_id: str) -> Customer | None:
    """The customer with numbers, addresses and special prices; None when unknown."""
    return find_customers(session, (customer_id,)).get(customer_id)


def find_customers(session: Session, customer_ids: Sequence[str]) -> dict[str, Customer]:
    """Those of the customers that are known, by id; four statements however many they are."""
    rows = session.execute(_of_customers(ref.customers, customer_ids))
    phones = _children(session, ref.phones, customer_ids)
    addresses = _children(session, ref.addresses, customer_ids)
    special_prices = _children(session, ref.special_prices, customer_ids)
    return {
        row.customer_id: Customer(
            customer_id=row.customer_id,
            name=row.name,
            customer_type=CustomerType(row.customer_type),
            status=CustomerStatus(row.status),
            payment_terms=PaymentTerms(row.payment_terms),
            phones=tuple(Phone(p.digits, p.label, p.extension) for p in phones[row.customer_id]),
            addresses=tuple(_address(a) for a in addresses[row.customer_id]),
            special_prices=tuple(_special_price(p) for p in special_prices[row.customer_id]),
            tax_id=row.tax_id,
            nickname=row.nickname,
            email=row.email,
            note=row.note,
        )
        for row in rows
    }


def customers_by_phone(session: Session, digits: str) -> tuple[str, ...]:
    """Ids of the customers who own exactly that number, the one who ordered last first."""
    return tuple(
        session.scalars(
            select(ref.customers.c.customer_id)
            .join(ref.phones, ref.phones.c.customer_id == ref.customers.c.customer_id)
            .where(ref.phones.c.reversed == digits[::-1])
            .order_by(ref.customers.c.last_order_on.desc(), ref.customers.c.search_id.desc())
            .distinct()
        )
    )


def credit_state(session: Session, customer_id: str) -> CreditState | None:
    """The account as last stated by the server; None when unknown."""
    return credit_states(session, (customer_id,)).get(customer_id)


def credit_states(session: Session, customer_ids: Sequence[str]) -> dict[str, CreditState]:
    """The accounts as last stated by the server, by customer; unknown ones are missing."""
    return {
        row.customer_id: CreditState(
            limit=Decimal(row.credit_limit),
            used=Decimal(row.credit_used),
            as_of=_instant(row.as_of),
            on_hold=bool(row.on_hold),
            hold_reason=row.hold_reason,
            overdue_amount=Decimal(row.overdue_amount),
            days_overdue=row.days_overdue,
        )
        for row in session.execute(_of_customers(ref.credit, customer_ids))
    }


def price_book(session: Session) -> PriceBook | None:
    """Products, prices, fees and parameters; None before the first copy has arrived."""
    settings = {row.name: row.body for row in session.execute(select(ref.settings))}
    if not {"pricing", "parameters"} <= settings.keys():
        return None
    bodies = session.scalars(select(ref.products.c.body).order_by(ref.products.c.product_id))
    return to_domain.price_book(
        Products(products=tuple(decode(ProductBody, body) for body in bodies)),
        decode(PricingRules, settings["pricing"]),
        decode(Parameters, settings["parameters"]),
    )


def prices_since(session: Session, day: date) -> date | None:
    """The day of the newest list price that is in force on `day`; None when none is dated."""
    bodies = session.scalars(select(ref.products.c.body))
    products = [decode(ProductBody, body) for body in bodies]
    starts = [p.price_since for p in products if p.price_since is not None]
    starts += [price.effective_from for p in products for price in p.upcoming_prices]
    return max((start for start in starts if start <= day), default=None)


def customer_statistics(session: Session, customer_id: str) -> CustomerStatistics | None:
    """The customer's statistics; None when the server has none yet."""
    c = ref.statistics.c
    row = session.execute(select(ref.statistics).where(c.customer_id == customer_id)).one_or_none()
    return (
        None
        if row is None
        else CustomerStatistics(
            last_order_date=_day(row.last_order_date),
            total_orders_count=row.total_orders_count,
            total_order_value=Decimal(row.total_order_value),
            average_order_value=from_cents(row.average_order_value_cents),
            favorite_products=tuple(msgspec.json.decode(row.favorite_products, type=list[str])),
        )
    )


def find_order(session: Session, order_uid: UUID) -> KnownOrder | None:
    """The order as the server last stated it; None when it has not come back yet."""
    query = select(ref.orders).where(ref.orders.c.order_uid == str(order_uid))
    row = session.execute(query).one_or_none()
    return None if row is None else _order(row)


def last_orders(session: Session, customer_id: str, limit: int = 5) -> tuple[KnownOrder, ...]:
    """The customer's newest orders first; orders this register has not sent are not among them."""
    rows = session.execute(
        select(ref.orders)
        .where(ref.orders.c.customer_id == customer_id)
        .order_by(ref.orders.c.taken_at.desc())
        .limit(limit)
    )
    return tuple(_order(row) for row in rows)


def orders_of_day(session: Session, day: date) -> tuple[KnownOrder, ...]:
    """Orders of a business date, newest first, as the server knows them."""
    rows = session.execute(
        select(ref.orders)
        .where(ref.orders.c.order_date == day.isoformat())
        .order_by(ref.orders.c.taken_at.desc())
    )
    return tuple(_order(row) for row in rows)


def _of_customers(table: Table, customer_ids: Sequence[str]) -> Select[Any]:
    return select(table).where(table.c.customer_id.in_(customer_ids))


def _children(
    session: Session, table: Table, customer_ids: Sequence[str]
) -> defaultdict[str, list[Row[Any]]]:
    """The rows of each customer, in their order."""
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    query = _of_customers(table, customer_ids).order_by(*table.primary_key.columns)
    for row in session.execute(query):
        found[row.customer_id].append(row)
    return found


def _special_price(row: Row[Any]) -> SpecialPrice:
    return SpecialPrice(
        row.product_id, from_cents(row.price_cents), _day(row.valid_until), _day(row.valid_from)
    )


def _address(row: Row[Any]) -> Address:
    return Address(
        address_id=row.address_id,
        full_address=row.full_address,
        zone=Zone(row.zone),
        postal_code=row.postal_code,
        address_type=row.address_type,
        is_default=bool(row.is_default),
        note=row.note,
    )


def _order(row: Row[Any]) -> KnownOrder:
    lines = msgspec.json.decode(row.lines, type=list[tuple[str, int, int, int]])
    return KnownOrder(
        order_uid=UUID(row.order_uid),
        order_id=row.order_id,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        status=OrderStatus(row.status),
        revision=row.revision,
        order_date=date.fromisoformat(row.order_date),
        delivery_date=date.fromisoformat(row.delivery_date),
        slot=TimeSlot(row.time_slot),
        address_id=row.address_id,
        delivery_address=row.delivery_address,
        payment=PaymentMethod(row.payment_method),
        invoice_type=InvoiceType(row.invoice_type),
        lines=tuple(DraftLine(*line) for line in lines),
        payable=Decimal(row.payable),
        taken_at=_instant(row.taken_at),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
