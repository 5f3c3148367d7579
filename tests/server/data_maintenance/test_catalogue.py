"""Products, dated prices, rules and parameters."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from msgspec.structs import replace

from app.domain.hours import business_date
from app.wire.catalogue import DatedPrice, Parameters, PricingRules, Products
from app.wire.codec import decode
from server.data_maintenance import catalogue
from server.reference import catalogue as reference

TODAY = business_date(datetime.now(UTC))


async def test_the_catalogue_is_answered_as_in_the_spec(clerk: httpx.AsyncClient) -> None:
    products = decode(Products, (await clerk.get("/internal/products")).content).products
    p001 = next(p for p in products if p.product_id == "P001")
    assert (p001.product_name, p001.standard_price) == ("20kg 瓦斯桶", Decimal(850))
    rules = decode(PricingRules, (await clerk.get("/internal/pricing/rules")).content)
    assert rules.zone_delivery_fees["NORTH"] == 50  # type: ignore[index]  # a word of the wire
    parameters = decode(Parameters, (await clerk.get("/internal/parameters")).content)
    assert parameters.order_settings.same_day_cutoff == "14:00"


async def test_a_price_holds_from_its_day_on(pool: asyncpg.Pool) -> None:
    tomorrow = TODAY + timedelta(days=1)
    async with pool.acquire() as connection:
        _, body = (await reference.product_bodies(connection, ["P001"], TODAY))["P001"]
        coming = DatedPrice(standard_price=Decimal("875.50"), effective_from=tomorrow)
        await catalogue.save_products(connection, [replace(body, upcoming_prices=(coming,))])
        for day, price in ((TODAY, body.standard_price), (tomorrow, Decimal("875.50"))):
            _, then = (await reference.product_bodies(connection, ["P001"], day))["P001"]
            assert then.standard_price == price
            book = await reference.prices_on(connection, day)
            assert book.standard_price("P001", day) == price


async def test_a_new_standard_price_leaves_past_ones_as_they_were(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        _, body = (await reference.product_bodies(connection, ["P001"], TODAY))["P001"]
        dearer = replace(body, standard_price=Decimal(900))
        await catalogue.save_products(connection, [dearer], since=TODAY)
        yesterday = TODAY - timedelta(days=1)
        _, past = (await reference.product_bodies(connection, ["P001"], yesterday))["P001"]
        _, now = (await reference.product_bodies(connection, ["P001"], TODAY))["P001"]
    assert (past.standard_price, now.standard_price) == (body.standard_price, Decimal(900))


async def test_saving_the_same_catalogue_again_changes_nothing(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        head = await connection.fetchval("SELECT pos FROM feed_head")
        products = (await reference.products(connection, TODAY)).products
        await catalogue.save_products(connection, products)
        await catalogue.save_pricing_rules(
            connection, (await reference.pricing_rules(connection))[1]
        )
        await catalogue.save_parameters(connection, (await reference.parameters(connection))[1])
        assert await connection.fetchval("SELECT pos FROM feed_head") == head


@pytest.mark.parametrize(
    ("cache", "ids", "sent"),
    [
        ("PRODUCTS", ["P001", "P002"], {"P001", "P002"}),
        ("PRICES", ["P001"], {"P001", "rules"}),
        ("PARAMETERS", [], {"parameters"}),
    ],
)
async def test_an_invalidation_sends_the_named_rows_again(
    supervisor: httpx.AsyncClient, app: FastAPI, cache: str, ids: list[str], sent: set[str]
) -> None:
    pool = app.state.parts.pool
    before = await pool.fetchval("SELECT pos FROM feed_head")
    notice = {
        "cache_type": cache,
        "affected_ids": ids,
        "effective_time": "2024-01-25T15:00:00Z",
    }
    assert (await supervisor.post("/internal/cache/invalidate", json=notice)).status_code == 200
    rows = await pool.fetch("SELECT row_id, cause FROM feed WHERE pos > $1", before)
    assert {row["row_id"] for row in rows} == sent
    assert all(row["cause"].startswith("invalidated ") for row in rows)


async def test_a_shop_that_is_not_set_up_says_so(app: FastAPI, clerk: httpx.AsyncClient) -> None:
    await app.state.parts.pool.execute("DELETE FROM pricing_rules")
    response = await clerk.get("/internal/pricing/rules")
    assert (response.status_code, response.json()["code"]) == (404, "NOT_SET_UP")
