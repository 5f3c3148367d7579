"""Products, prices and parameters, as everybody may read them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import asyncpg

from app.domain.catalogue import PriceBook
from app.wire.catalogue import (
    DatedPrice,
    Parameters,
    PricingRules,
    ProductBody,
    Products,
)
from app.wire.codec import decode
from app.wire.to_domain import price_book
from server.refusals import NotFound

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


async def version_of(connection: asyncpg.Connection, table: str) -> tuple[int, ...]:
    """The version of `pricing_rules` or `parameters`; empty before the shop was set up."""
    return tuple(row["version"] for row in await connection.fetch(f"SELECT version FROM {table}"))


async def prices_on(connection: asyncpg.Connection, day: date) -> PriceBook:
    """The price book in force on `day`; raises `NotFound` before the shop was set up."""
    return price_book(
        await products(connection, day),
        (await pricing_rules(connection))[1],
        (await parameters(connection))[1],
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
