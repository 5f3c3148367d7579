"""Order Sales' copy of a neighbour that has only the spec's paths."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI

from server.app import create_app
from server.mirror.paths import FRESH, freshen_customer, keep_answer, pull_if_remote
from server.neighbours.names import Neighbour
from server.parts import Parts
from server.place import Place
from tests.conftest import Databases
from tests.server.mirror.stranger import Stranger, stranger

CUSTOMER = "C000123"
GET_CUSTOMER = f"GET /internal/customers/{CUSTOMER}"


@pytest.fixture
async def other() -> AsyncIterator[Stranger]:
    """The neighbour."""
    async with stranger() as one:
        yield one


@pytest.fixture
async def parts(other: Stranger, databases: Databases, tmp_path: Path) -> AsyncIterator[Parts]:
    """An empty Order Sales whose customers and catalogue the stranger keeps."""
    urls = {Neighbour.CUSTOMERS: other.url, Neighbour.DATA: other.url}
    app: FastAPI = create_app(Place(databases.empty(), tmp_path / "office", urls=urls))
    async with app.router.lifespan_context(app):
        state: Any = app.state
        await until(lambda: state.parts.pool.fetchval("SELECT min(pulled_at) FROM mirrors"))
        yield state.parts


async def until(holds: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(20):
        while not (found := await holds()):  # noqa: ASYNC110 - the database does not tell
            await asyncio.sleep(0.02)
    return found


async def account(pool: asyncpg.Pool) -> tuple[int, int]:
    row = await pool.fetchrow(
        "SELECT credit_limit, used FROM credit_accounts WHERE customer_id = $1", CUSTOMER
    )
    return row["credit_limit"], row["used"]


async def test_the_catalogue_comes_as_a_whole(parts: Parts, other: Stranger) -> None:
    row = await parts.pool.fetchrow("SELECT * FROM products")
    assert (row["product_id"], row["available"], row["reserved"]) == ("P001", 523, 45)
    assert await parts.pool.fetchval("SELECT protocol FROM mirrors LIMIT 1") == "paths"
    product = other.products["products"][0]
    other.products["products"] = [
        product | {"product_id": "P002", "standard_price": 700},
        product | {"standard_price": 860, "available_quantity": 500},
    ]
    await pull_if_remote(parts.pool, parts.lines)
    prices = await parts.pool.fetch("SELECT price_cents FROM product_prices ORDER BY 1")
    assert [row["price_cents"] for row in prices] == [70000, 85000, 86000]
    other.products["products"].pop()
    await pull_if_remote(parts.pool, parts.lines)
    active = await parts.pool.fetch("SELECT product_id FROM products WHERE active")
    assert [row["product_id"] for row in active] == ["P002"]


async def test_an_invalidation_fetches_it_again(parts: Parts, other: Stranger) -> None:
    other.products["products"][0]["available_quantity"] = 5
    await parts.pool.execute("UPDATE mirrors SET wanted_at = clock_timestamp()")
    available = "SELECT 1 FROM products WHERE available = 5"
    assert await until(lambda: parts.pool.fetchval(available))


async def test_a_customer_is_fetched_when_needed_and_kept_for_five_minutes(
    parts: Parts, other: Stranger
) -> None:
    for _ in range(3):
        await freshen_customer(parts.pool, parts.lines, CUSTOMER)
    assert other.asked.count(GET_CUSTOMER) == 1
    assert await account(parts.pool) == (50000, 12000)
    address = await parts.pool.fetchval("SELECT full_address FROM customer_addresses")
    assert address == "台北市信義區信義路五段7號"
    other.customer["credit_limit"] = 60000
    await parts.pool.execute(
        "UPDATE mirrored_customers SET fetched_at = fetched_at - $1::interval", FRESH
    )
    await freshen_customer(parts.pool, parts.lines, CUSTOMER)
    assert await account(parts.pool) == (60000, 12000)


async def test_an_answer_without_figures_has_the_customer_fetched_again(
    parts: Parts, other: Stranger
) -> None:
    await freshen_customer(parts.pool, parts.lines, CUSTOMER)
    other.customer["credit_used"] = 13835
    await keep_answer(parts.pool, parts.lines, CUSTOMER, b'{"success":true}')

    async def is_known() -> bool:
        return await account(parts.pool) == (50000, 13835)

    assert await until(is_known)


async def test_a_neighbour_that_is_away_leaves_the_copy_as_it_is(
    parts: Parts, other: Stranger
) -> None:
    await freshen_customer(parts.pool, parts.lines, CUSTOMER)
    other.is_away = True
    await parts.pool.execute(
        "UPDATE mirrored_customers SET fetched_at = fetched_at - $1::interval", FRESH
    )
    await freshen_customer(parts.pool, parts.lines, CUSTOMER)
    assert await account(parts.pool) == (50000, 12000)
    age = await parts.pool.fetchval("SELECT now() - credit_as_of($1)", CUSTOMER)
    assert age >= FRESH


async def test_an_unknown_customer_stays_unknown(parts: Parts) -> None:
    await freshen_customer(parts.pool, parts.lines, "C999999")
    assert await parts.pool.fetchval("SELECT count(*) FROM customers") == 0
