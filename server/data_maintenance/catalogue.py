"""Products with their dated prices, pricing rules and parameters.

Everything runs in the caller's transaction; stock has a ledger of its own (`stock`).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import asyncpg

from app.domain.money import to_cents
from app.wire.catalogue import (
    CacheInvalidation,
    DatedPrice,
    Parameters,
    PricingRules,
    ProductBody,
    StockFigures,
)
from app.wire.codec import encode
from app.wire.enums import CacheType
from server.data_maintenance.stock import open_ledger
from server.database.rows import insert_new, upsert
from server.reference.catalogue import ALWAYS

_CATALOGUE_LOCK = 3


async def lock_catalogue(connection: asyncpg.Connection) -> None:
    """Be the only one who changes products, rules or parameters until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock($1, 0)", _CATALOGUE_LOCK)


async def save_products(
    connection: asyncpg.Connection, bodies: Sequence[ProductBody], since: date = ALWAYS
) -> None:
    """Create or replace products; the standard price holds from `since` on. Keeps old prices.

    The stock of a body opens the ledger of a new product; that of a known one is the ledger's.
    """
    await lock_catalogue(connection)
    known = await _lock_known(connection, [p.product_id for p in bodies])
    new = [p for p in bodies if p.product_id not in known]
    await insert_new(connection, "products", [_row(p) | _stock(p) for p in new])
    await open_ledger(connection, [_figures(p) for p in new], datetime.now(UTC))
    replaced = [_row(p) for p in bodies if p.product_id in known]
    await upsert(connection, "products", ["product_id"], replaced)
    now = [(p, DatedPrice(standard_price=p.standard_price, effective_from=since)) for p in bodies]
    await _save_prices(connection, [*now, *((p, u) for p in bodies for u in p.upcoming_prices)])


async def replace_product(
    connection: asyncpg.Connection, body: ProductBody, standing: ProductBody | None, today: date
) -> None:
    """Create a product, or change it from how it stands; another price holds from `today` on.

    Announced prices of the body are added; `withdraw_price` takes one away.
    """
    if standing is None:
        await save_products(connection, [body])
        return
    await upsert(connection, "products", ["product_id"], [_row(body)])
    prices = list(body.upcoming_prices)
    if body.standard_price != standing.standard_price:
        prices.append(DatedPrice(standard_price=body.standard_price, effective_from=today))
    await _save_prices(connection, [(body, price) for price in prices])


async def announce_price(
    connection: asyncpg.Connection, product: ProductBody, price: DatedPrice
) -> None:
    """A list price of a known product from a day on; it replaces one of the same day."""
    await _save_prices(connection, [(product, price)])


async def withdraw_price(
    connection: asyncpg.Connection, product_id: str, effective_from: date
) -> bool:
    """Take an announced price back; whether there was one."""
    gone = await connection.fetchval(
        "DELETE FROM product_prices WHERE product_id = $1 AND effective_from = $2 RETURNING 1",
        *(product_id, effective_from),
    )
    return gone is not None


async def keep_prices(
    connection: asyncpg.Connection, product_id: str, since: date, announced: Sequence[date]
) -> None:
    """Of the prices after `since`, keep the announced ones only (a copy follows its original)."""
    # As text: asyncpg takes the earliest date for minus infinity, which lies before our ALWAYS.
    await connection.execute(
        """DELETE FROM product_prices WHERE product_id = $1 AND effective_from > $2::text::date
               AND effective_from <> ALL($3::date[])""",
        *(product_id, since.isoformat(), announced),
    )


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
    if table == "products":
        await _lock_known(connection, named)
    await connection.execute(
        f"UPDATE {table} SET version = version WHERE $1::text[] = '{{}}' OR {key} = ANY($1)", named
    )
    if notice.cache_type is CacheType.PRICES:
        await connection.execute("UPDATE pricing_rules SET version = version")
    await connection.execute(
        "UPDATE feed_inbox SET cause = $1 WHERE xid = pg_current_xact_id()",
        f"invalidated {encode(notice).decode()}",
    )


async def _lock_known(connection: asyncpg.Connection, ids: Sequence[str]) -> set[str]:
    """Which of these products exist (none named: all), locked in the order that stock uses."""
    rows = await connection.fetch(
        """SELECT product_id FROM products WHERE $1::text[] = '{}' OR product_id = ANY($1)
           ORDER BY product_id FOR NO KEY UPDATE""",
        ids,
    )
    return {row["product_id"] for row in rows}


async def _save_prices(
    connection: asyncpg.Connection, prices: Sequence[tuple[ProductBody, DatedPrice]]
) -> None:
    rows = [
        {
            "product_id": product.product_id,
            "effective_from": price.effective_from,
            "price_cents": to_cents(price.standard_price),
        }
        for product, price in prices
    ]
    await upsert(connection, "product_prices", ["product_id", "effective_from"], rows)


def _row(body: ProductBody) -> dict[str, Any]:
    return {
        "product_id": body.product_id,
        "name": body.product_name,
        "size": body.product_size,
        "weight_kg": body.weight_kg,
        "track_inventory": body.track_inventory,
        "requires_empty_return": body.requires_empty_return,
        "deposit_amount": int(body.deposit_amount),
        "active": body.active,
    }


def _stock(body: ProductBody) -> dict[str, int]:
    return {"available": body.available_quantity, "reserved": body.reserved_quantity}


def _figures(body: ProductBody) -> StockFigures:
    return StockFigures(
        product_id=body.product_id,
        available_quantity=body.available_quantity,
        reserved_quantity=body.reserved_quantity,
    )
