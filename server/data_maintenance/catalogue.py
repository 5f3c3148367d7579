"""Products with their dated prices, pricing rules and parameters."""

from collections.abc import Sequence
from datetime import date

import asyncpg

from app.domain.money import to_cents
from app.wire.catalogue import (
    CacheInvalidation,
    DatedPrice,
    Parameters,
    PricingRules,
    ProductBody,
)
from app.wire.codec import encode
from app.wire.enums import CacheType
from server.database.rows import upsert
from server.reference.catalogue import ALWAYS


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
