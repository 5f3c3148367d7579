"""What a feed row is about, read from the database as the message a register keeps."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg

from app.domain.hours import business_date
from app.wire.registers import Entity
from server.reference import catalogue, credit, customers, orders

Versioned = dict[str, tuple[int, Any]]


async def bodies(connection: asyncpg.Connection, entity: Entity, ids: Sequence[str]) -> Versioned:
    """Version and body of each of these rows that exists now."""
    return await _READERS[entity](connection, ids)


async def _customers(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    return dict(await customers.customer_bodies(connection, ids))


async def _credit(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    accounts = await credit.figures(connection, ids)
    return {customer_id: (account.version, account) for customer_id, account in accounts.items()}


async def _statistics(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    return dict(await customers.statistics_bodies(connection, ids))


async def _products(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    today = business_date(datetime.now(UTC))
    return dict(await catalogue.product_bodies(connection, ids, today))


async def _pricing(connection: asyncpg.Connection, _ids: Sequence[str]) -> Versioned:
    return {"rules": await catalogue.pricing_rules(connection)}


async def _parameters(connection: asyncpg.Connection, _ids: Sequence[str]) -> Versioned:
    return {"parameters": await catalogue.parameters(connection)}


async def _orders(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    return dict(await orders.order_bodies(connection, ids))


async def _deliveries(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    return dict(await orders.delivery_bodies(connection, ids))


async def _payments(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    return dict(await orders.payment_bodies(connection, ids))


async def _invoices(connection: asyncpg.Connection, ids: Sequence[str]) -> Versioned:
    return dict(await orders.invoice_bodies(connection, ids))


_READERS: dict[Entity, Callable[[asyncpg.Connection, Sequence[str]], Awaitable[Versioned]]] = {
    Entity.CUSTOMER: _customers,
    Entity.CREDIT: _credit,
    Entity.STATISTICS: _statistics,
    Entity.PRODUCT: _products,
    Entity.PRICING: _pricing,
    Entity.PARAMETERS: _parameters,
    Entity.ORDER: _orders,
    Entity.DELIVERY: _deliveries,
    Entity.PAYMENT: _payments,
    Entity.INVOICE: _invoices,
}
