"""Customers with their phones, addresses and special prices, and their statistics."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
from msgspec.structs import replace

from app.domain.money import to_cents
from app.domain.phones import parse_phone
from app.wire.customers import (
    CreditFigures,
    CustomerBody,
    CustomerStatistics,
    DeliveryAddress,
    PhoneNumber,
)
from server.customer_management import credit
from server.database.rows import insert_new, upsert
from server.reference.customers import Versioned, customer_bodies

_CUSTOMER_LOCK = 4
PARTS = ("customer_phones", "customer_addresses", "customer_special_prices")


async def save_customers(connection: asyncpg.Connection, bodies: Sequence[CustomerBody]) -> int:
    """Create or replace customers, at most some 1,000 at once; how many really changed.

    Runs in the caller's transaction. Credit figures of a body count for new customers only; an
    existing account keeps its balance (limits and holds: `credit.save_accounts`).
    """
    changed, known = await _save(connection, bodies)
    new = [body for body in changed if body.customer_id not in known]
    await credit.save_accounts(connection, [_opening(body) for body in new])
    return len(changed)


async def copy_customers(connection: asyncpg.Connection, bodies: Sequence[CustomerBody]) -> None:
    """Create or replace customers without opening accounts: another server keeps the ledger."""
    await _save(connection, bodies)


async def lock_customer(connection: asyncpg.Connection, customer_id: str) -> tuple[int, ...]:
    """A customer's version, nobody else changing it until the end; empty when it is not known."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", *(customer_id, _CUSTOMER_LOCK)
    )
    rows = await connection.fetch(
        "SELECT version FROM customers WHERE customer_id = $1 FOR NO KEY UPDATE", customer_id
    )
    return tuple(row["version"] for row in rows)


async def replace_customer(connection: asyncpg.Connection, body: CustomerBody) -> None:
    """Create a customer, or replace what is said of it, with its credit limit.

    The balance is the ledger's, a hold is Account Management's; both stay as they are.
    """
    await save_customers(connection, [body])
    standing = await credit.lock_account(connection, body.customer_id)
    if standing.credit_limit != body.credit_limit:
        raised = replace(standing, credit_limit=body.credit_limit)
        await credit.save_accounts(connection, [raised])


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


async def _save(
    connection: asyncpg.Connection, bodies: Sequence[CustomerBody]
) -> tuple[list[CustomerBody], Versioned]:
    """The bodies that said something new, and what was known before."""
    known = await customer_bodies(connection, [body.customer_id for body in bodies])
    wanted = [_with_phones(body) for body in bodies]
    changed = [
        body
        for body in wanted
        if body.customer_id not in known or not _same(known[body.customer_id][1], body)
    ]
    await upsert(connection, "customers", ["customer_id"], [_row(body) for body in changed])
    await _replace_parts(connection, changed, known)
    return changed, known


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
