"""Products with their dated prices, pricing rules and parameters."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import asyncpg

from app.domain.catalogue import PriceBook
from app.domain.money import to_cents
from app.wire.catalogue import (
    CacheInvalidation,
    DatedPrice,
    Parameters,
    PricingRules,
    ProductBody,
    Products,
)
from app.wire.codec import decode, encode
from app.wire.enums import CacheType
from app.wire.to_domain import price_book
from server.refusals import NotFound
from server.rows import upsert

ALWAYS = date(1, 1, 1)


async def product_bodies(
    connection: asyncpg.Connection, ids: Sequence[str] | None, day: date
) -> dict[str, tuple[int, ProductBody]]:
    """Version and body of these products (None: all), priced as of the business date `day`."""
    rows = await connection.fetch(
        """SELECT p.*, (SELECT coalesce(json_agg(d ORDER BY effective_from), '[]') FROM (
                   SELECT effective_from, round(price_cents / 100.0, 2) AS standard_price
                   FROM product_prices d WHERE d.product_id = p.product_id) d) AS prices
           FROM products p WHERE $1::text[] IS NULL OR product_id = ANY($1) ORDER BY product_id""",
        ids,
    )
    return {row["product_id"]: (row["version"], _body(row, day)) for row in rows}


async def products(connection: asyncpg.Connection, day: date) -> Products:
    """The whole catalogue as of `day`."""
    found = await product_bodies(connection, None, day)
    return Products(products=tuple(body for _, body in found.values()))


async def pricing_rules(connection: asyncpg.Connection) -> tuple[int, PricingRules]:
    """Version and pricing rules; raises `NotFound` before the shop was set up."""
    version, body = await _document(connection, "pricing_rules")
    return version, decode(PricingRules, body)


async def parameters(connection: asyncpg.Connection) -> tuple[int, Parameters]:
    """Version and system parameters; raises `NotFound` before the shop was set up."""
    version, body = await _document(connection, "parameters")
    return version, decode(Parameters, body)


async def prices_on(connection: asyncpg.Connection, day: date) -> PriceBook:
    """The price book in force on `day`; raises `NotFound` before the shop was set up."""
    return price_book(
        await products(connection, day),
        (await pricing_rules(connection))[1],
        (await parameters(connection))[1],
    )


async def save_products(
    connection: asyncpg.Connection, bodies: Sequence[ProductBody], since: date = ALWAYS
) -> None:
    """Create or replace products; the standard price holds from `since` on. Keeps old prices."""
    rows = [
        {
            "product_id": p.product_id,
            "name": p.product_name,
            "size": p.product_size,
            "weight_kg": p.weight_kg,
            "track_inventory": p.track_inventory,
            "available": p.available_quantity,
            "reserved": p.reserved_quantity,
            "requires_empty_return": p.requires_empty_return,
            "deposit_amount": int(p.deposit_amount),
            "active": p.active,
        }
        for p in bodies
    ]
    await upsert(connection, "products", ["product_id"], rows)
    prices = [
        {
            "product_id": p.product_id,
            "effective_from": price.effective_from,
            "price_cents": to_cents(price.standard_price),
        }
        for p in bodies
        for price in (
            DatedPrice(standard_price=p.standard_price, effective_from=since),
            *p.upcoming_prices,
        )
    ]
    await upsert(connection, "product_prices", ["product_id", "effective_from"], prices)


async def save_pricing_rules(connection: asyncpg.Connection, rules: PricingRules) -> None:
    """Replace the pricing rules."""
    row = {"id": "rules", "body": encode(rules).decode()}
    await upsert(connection, "pricing_rules", ["id"], [row])


async def save_parameters(connection: asyncpg.Connection, body: Parameters) -> None:
    """Replace the system parameters."""
    row = {"id": "parameters", "body": encode(body).decode()}
    await upsert(connection, "parameters", ["id"], [row])


async def invalidate(connection: asyncpg.Connection, notice: CacheInvalidation) -> None:
    """Send the named rows to every register again (`POST /internal/cache/invalidate`)."""
    table, key = {
        CacheType.PRODUCTS: ("products", "product_id"),
        CacheType.PRICES: ("products", "product_id"),
        CacheType.PARAMETERS: ("parameters", "id"),
    }[notice.cache_type]
    named = list(notice.affected_ids) if table == "products" else []
    await connection.execute(
        f"UPDATE {table} SET version = version WHERE $1::text[] = '{{}}' OR {key} = ANY($1)", named
    )
    if notice.cache_type is CacheType.PRICES:
        await connection.execute("UPDATE pricing_rules SET version = version")
    await connection.execute(
        "UPDATE feed_inbox SET cause = $1 WHERE xid = pg_current_xact_id()",
        f"invalidated {encode(notice).decode()}",
    )


async def _document(connection: asyncpg.Connection, table: str) -> tuple[int, str]:
    row = await connection.fetchrow(f"SELECT version, body FROM {table}")
    if row is None:
        raise NotFound("NOT_SET_UP", f"The shop has no {table} yet; import or enter them first.")
    return row["version"], row["body"]


def _dated(since: date) -> date | None:
    """The day a price came into force; None for one that has always been."""
    return None if since == ALWAYS else since


def _body(row: asyncpg.Record, day: date) -> ProductBody:
    prices = decode(tuple[DatedPrice, ...], row["prices"])
    past = [price for price in prices if price.effective_from <= day]
    return ProductBody(
        product_id=row["product_id"],
        product_name=row["name"],
        product_size=row["size"],
        standard_price=past[-1].standard_price if past else Decimal(0),
        track_inventory=row["track_inventory"],
        available_quantity=row["available"],
        reserved_quantity=row["reserved"],
        requires_empty_return=row["requires_empty_return"],
        deposit_amount=Decimal(row["deposit_amount"]),
        active=row["active"],
        weight_kg=row["weight_kg"],
        price_since=_dated(past[-1].effective_from) if past else None,
        upcoming_prices=tuple(price for price in prices if price.effective_from > day),
    )
