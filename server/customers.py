"""Customers with their phones, addresses and special prices, and their statistics."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
from msgspec.structs import replace

from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms
from app.domain.money import from_cents, to_cents
from app.domain.phones import format_phone, parse_phone
from app.wire.codec import decode
from app.wire.customers import (
    CreditFigures,
    CustomerBody,
    CustomerStatistics,
    DeliveryAddress,
    PhoneNumber,
    SpecialPrice,
)
from server import credit
from server.rows import insert_new, upsert

PARTS = ("customer_phones", "customer_addresses", "customer_special_prices")
Versioned = dict[str, tuple[int, CustomerBody]]
# One question for everything: each further one would cost an order a third of a millisecond.
_BODIES = """
SELECT c.*, coalesce(credit_limit, 0) AS credit_limit,
    coalesce(reserved + used, 0) AS credit_used, coalesce(on_hold, false) AS on_hold,
    coalesce(hold_reason, '') AS hold_reason, coalesce(overdue_amount, 0) AS overdue_amount,
    coalesce(days_overdue, 0) AS days_overdue,
    (SELECT coalesce(json_agg(p ORDER BY position), '[]') FROM customer_phones p
     WHERE p.customer_id = c.customer_id) AS phones,
    (SELECT coalesce(json_agg(a ORDER BY address_id), '[]') FROM customer_addresses a
     WHERE a.customer_id = c.customer_id) AS addresses,
    (SELECT coalesce(json_agg(s ORDER BY position), '[]') FROM (
         SELECT *, round(price_cents / 100.0, 2) AS special_price
         FROM customer_special_prices) s
     WHERE s.customer_id = c.customer_id) AS special_prices
FROM customers c LEFT JOIN credit_accounts USING (customer_id) WHERE customer_id = ANY($1)"""


async def customer_bodies(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    """Version and body of each of these customers that exists."""
    rows = await connection.fetch(_BODIES, ids)
    now = datetime.now(UTC)
    return {row["customer_id"]: (row["version"], _body(row, now)) for row in rows}


async def search(connection: asyncpg.Connection, text: str, limit: int) -> tuple[str, ...]:
    """Ids of customers whose number, name or telephone contains the text."""
    rows = await connection.fetch(
        """SELECT customer_id FROM customers c
           WHERE customer_id = upper($1) OR strpos(name, $1) > 0 OR strpos(nickname, $1) > 0
              OR (length($2) > 2 AND EXISTS (
                  SELECT FROM customer_phones p
                  WHERE p.customer_id = c.customer_id AND strpos(digits, $2) > 0))
           ORDER BY customer_id LIMIT $3""",
        text.strip(),
        "".join(filter(str.isdigit, text)),
        limit,
    )
    return tuple(row["customer_id"] for row in rows)


async def save_customers(connection: asyncpg.Connection, bodies: Sequence[CustomerBody]) -> int:
    """Create or replace customers, at most some 1,000 at once; how many really changed.

    Runs in the caller's transaction. Credit figures of a body count for new customers only; an
    existing account keeps its balance (limits and holds: `server.credit.save_accounts`).
    """
    known = await customer_bodies(connection, [body.customer_id for body in bodies])
    wanted = [_with_phones(body) for body in bodies]
    changed = [
        body
        for body in wanted
        if body.customer_id not in known or not _same(known[body.customer_id][1], body)
    ]
    await upsert(connection, "customers", ["customer_id"], [_row(body) for body in changed])
    await _replace_parts(connection, changed, known)
    new = [body for body in changed if body.customer_id not in known]
    await credit.save_accounts(connection, [_opening(body) for body in new])
    return len(changed)


async def statistics_bodies(
    connection: asyncpg.Connection, ids: Sequence[str]
) -> dict[str, tuple[int, CustomerStatistics]]:
    """Version and statistics of each of these customers that has some."""
    rows = await connection.fetch(
        "SELECT * FROM customer_statistics WHERE customer_id = ANY($1)", ids
    )
    return {
        row["customer_id"]: (
            row["version"],
            CustomerStatistics(
                last_order_date=row["last_order_date"],
                total_orders_count=row["total_orders_count"],
                total_order_value=Decimal(row["total_order_value"]),
                average_order_value=from_cents(row["average_order_value_cents"]),
                favorite_products=tuple(row["favorite_products"]),
            ),
        )
        for row in rows
    }


async def save_statistics(
    connection: asyncpg.Connection, statistics: Sequence[tuple[str, CustomerStatistics]]
) -> None:
    """Create or replace the statistics of customers that exist."""
    rows = [
        {
            "customer_id": customer_id,
            "last_order_date": body.last_order_date,
            "total_orders_count": body.total_orders_count,
            "total_order_value": int(body.total_order_value),
            "average_order_value_cents": to_cents(body.average_order_value),
            "favorite_products": body.favorite_products,
        }
        for customer_id, body in statistics
    ]
    await upsert(connection, "customer_statistics", ["customer_id"], rows)


async def count_order(
    connection: asyncpg.Connection, customer_id: str, day: date, payable: int, orders: int = 1
) -> None:
    """Add one order to a customer's statistics; `orders` -1 takes it away again."""
    await connection.execute(
        """INSERT INTO customer_statistics AS s VALUES ($1, $2, 1, $3::bigint, $3::bigint * 100)
           ON CONFLICT (customer_id) DO UPDATE SET
               last_order_date = greatest(s.last_order_date, excluded.last_order_date),
               total_orders_count = s.total_orders_count + $4::integer,
               total_order_value = s.total_order_value + $3 * $4,
               average_order_value_cents = coalesce((s.total_order_value + $3 * $4) * 100
                   / nullif(s.total_orders_count + $4::integer, 0), 0)""",
        *(customer_id, day, payable, orders),
    )


async def _replace_parts(
    connection: asyncpg.Connection, bodies: Sequence[CustomerBody], known: Versioned
) -> None:
    replaced = [body.customer_id for body in bodies if body.customer_id in known]
    rows: tuple[list[dict[str, Any]], ...] = ([], [], [])
    for body in bodies:
        for kept, its_rows in zip(rows, _part_rows(body), strict=True):
            kept.extend(its_rows)
    for table, its_rows in zip(PARTS, rows, strict=True):
        if replaced:
            await connection.execute(f"DELETE FROM {table} WHERE customer_id = ANY($1)", replaced)
        await insert_new(connection, table, its_rows)


def _part_rows(body: CustomerBody) -> tuple[list[dict[str, Any]], ...]:
    owner: dict[str, Any] = {"customer_id": body.customer_id}
    phones: list[dict[str, Any]] = [
        owner | {"position": i, "digits": p.digits, "label": p.label, "extension": p.extension}
        for i, p in enumerate(body.phones)
    ]
    addresses: list[dict[str, Any]] = [
        owner | {name: getattr(address, name) for name in DeliveryAddress.__struct_fields__}
        for address in body.delivery_addresses
    ]
    prices: list[dict[str, Any]] = [
        owner
        | {
            "position": i,
            "product_id": p.product_id,
            "price_cents": to_cents(p.special_price),
            "valid_from": p.valid_from,
            "valid_until": p.valid_until,
        }
        for i, p in enumerate(body.special_prices)
    ]
    return phones, addresses, prices


def _row(body: CustomerBody) -> dict[str, Any]:
    return {
        "customer_id": body.customer_id,
        "name": body.customer_name,
        "nickname": body.nickname,
        "customer_type": body.customer_type,
        "status": body.status,
        "payment_terms": body.payment_terms,
        "tax_id": body.tax_id,
        "email": body.email,
        "note": body.note,
    }


def _with_phones(body: CustomerBody) -> CustomerBody:
    parsed = None if body.phones else parse_phone(body.phone_primary)
    if parsed is None:
        return body
    return replace(body, phones=(PhoneNumber(digits=parsed[0], extension=parsed[1]),))


def _same(known: CustomerBody, wanted: CustomerBody) -> bool:
    return _row(known) == _row(wanted) and _part_rows(known) == _part_rows(wanted)


def _opening(body: CustomerBody) -> CreditFigures:
    return CreditFigures(
        customer_id=body.customer_id,
        credit_limit=body.credit_limit,
        credit_used=body.credit_used,
        credit_available=body.credit_available,
        on_hold=body.on_hold,
        hold_reason=body.hold_reason,
        overdue_amount=body.overdue_amount,
        days_overdue=body.days_overdue,
        version=1,
        as_of=body.as_of or datetime.now(UTC),
    )


def _body(row: asyncpg.Record, now: datetime) -> CustomerBody:
    phones = decode(tuple[PhoneNumber, ...], row["phones"])
    used = row["credit_used"]
    return CustomerBody(
        customer_id=row["customer_id"],
        customer_name=row["name"],
        phone_primary=format_phone(phones[0].digits) if phones else "",
        tax_id=row["tax_id"],
        customer_type=CustomerType(row["customer_type"]),
        credit_limit=Decimal(row["credit_limit"]),
        credit_used=Decimal(used),
        credit_available=Decimal(row["credit_limit"] - used),
        status=CustomerStatus(row["status"]),
        payment_terms=PaymentTerms(row["payment_terms"]),
        delivery_addresses=decode(tuple[DeliveryAddress, ...], row["addresses"]),
        special_prices=decode(tuple[SpecialPrice, ...], row["special_prices"]),
        phones=phones,
        nickname=row["nickname"],
        email=row["email"],
        note=row["note"],
        on_hold=row["on_hold"],
        hold_reason=row["hold_reason"],
        overdue_amount=Decimal(row["overdue_amount"]),
        days_overdue=row["days_overdue"],
        as_of=now,
    )
