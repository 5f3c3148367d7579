"""Storing what was read, in small transactions; the same file twice changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import asyncpg

from app.domain.hours import business_date
from app.wire.catalogue import ProductBody
from app.wire.customers import CreditFigures, CustomerBody
from server.customer_management import credit, customers
from server.data_maintenance import catalogue, stock
from server.data_maintenance.stock import Document
from server.importing.merging import onto_known, priced_on, product_onto_known
from server.importing.results import ImportResult
from server.reference import catalogue as reference
from server.reference import customers as known_customers

_BATCH = 500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stored:
    """How many rows were new, how many changed, how many were there already."""

    created: int
    changed: int
    unchanged: int

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
        )


_NOTHING = Stored(0, 0, 0)


async def store_customers(
    connection: asyncpg.Connection, result: ImportResult[CustomerBody]
) -> Stored:
    """Create and update customers, 500 to a transaction; an interrupted import can be repeated."""
    total = _NOTHING
    for batch in _batches(result.rows):
        async with connection.transaction():
            total += await _store_batch(connection, batch, result.fields)
        if batch[0] is result.rows[0]:
            # On tables that were empty a moment ago PostgreSQL would go on reading them whole.
            await connection.execute("ANALYZE")
    return total


async def store_products(
    connection: asyncpg.Connection, result: ImportResult[ProductBody]
) -> Stored:
    """Create and update products; another standard price holds from today on."""
    today = business_date(datetime.now(UTC))
    async with connection.transaction():
        rows = [priced_on(body, today) for body in result.rows]
        found = await reference.product_bodies(connection, [b.product_id for b in rows], today)
        known = {product_id: body for product_id, (_, body) in found.items()}
        new = [body for body in rows if body.product_id not in known]
        changed = [
            after
            for body in rows
            if (before := known.get(body.product_id))
            and (after := product_onto_known(before, body, result.fields)) != before
        ]
        await catalogue.save_products(connection, new)
        await catalogue.save_products(connection, changed, since=today)
        if "available_quantity" in result.fields:
            await stock.set_available(
                connection, {b.product_id: b.available_quantity for b in changed}, _count_of_file()
            )
    return Stored(len(new), len(changed), len(known) - len(changed))


async def _store_batch(
    connection: asyncpg.Connection, batch: Sequence[CustomerBody], fields: frozenset[str]
) -> Stored:
    found = await known_customers.customer_bodies(connection, [body.customer_id for body in batch])
    known = {customer_id: body for customer_id, (_, body) in found.items()}
    wanted = [
        onto_known(known[body.customer_id], body, fields) if body.customer_id in known else body
        for body in batch
    ]
    await customers.save_customers(connection, wanted)
    limits = [
        _with_limit(known[body.customer_id], body)
        for body in batch
        if "credit_limit" in fields
        and body.customer_id in known
        and known[body.customer_id].credit_limit != body.credit_limit
    ]
    await credit.save_accounts(connection, limits)
    changed = {account.customer_id for account in limits} | {
        body.customer_id for body in wanted if body != known.get(body.customer_id, body)
    }
    return Stored(len(batch) - len(known), len(changed), len(known) - len(changed))


def _with_limit(known: CustomerBody, read: CustomerBody) -> CreditFigures:
    """The known account with the file's limit; balance and hold are not the file's to change."""
    return CreditFigures(
        customer_id=known.customer_id,
        credit_limit=read.credit_limit,
        credit_used=known.credit_used,
        credit_available=read.credit_limit - known.credit_used,
        on_hold=known.on_hold,
        hold_reason=known.hold_reason,
        overdue_amount=known.overdue_amount,
        days_overdue=known.days_overdue,
        version=1,
        as_of=datetime.now(UTC),
    )


def _count_of_file() -> Document:
    now = datetime.now(UTC)
    return Document(f"IMPORT-{now:%Y%m%d%H%M%S%f}", "COUNT", 0, now)


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH))
