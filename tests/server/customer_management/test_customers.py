"""Customers and accounts over the spec's paths, and as they are saved."""

import asyncio
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from msgspec.structs import replace

from app.wire.codec import decode
from app.wire.customers import CustomerBody
from server.customer_management.customers import save_customers
from server.reference.customers import customer_bodies
from tests.server.messages import CUSTOMER

CREDIT = f"/internal/customers/{CUSTOMER}/credit"


def entry(operation: str = "RESERVE", amount: int = 1835, **changes: Any) -> dict[str, Any]:
    fresh = {
        "operation": operation,
        "amount": amount,
        "order_id": "O-20240125-990001",
        "timestamp": "2024-01-25T14:30:00Z",
    }
    return fresh | changes


async def used(clerk: httpx.AsyncClient) -> int:
    return int((await clerk.get(CREDIT)).json()["credit_used"])


async def test_a_customer_is_answered_as_in_the_spec(clerk: httpx.AsyncClient) -> None:
    response = await clerk.get(f"/internal/customers/{CUSTOMER}")
    body = decode(CustomerBody, response.content)
    assert (body.customer_name, body.phone_primary) == ("王大明", "0912-345-678")
    assert body.credit_available == body.credit_limit - body.credit_used
    assert body.delivery_addresses[0].full_address == "台北市信義區信義路五段7號"
    assert body.special_prices[0].special_price == Decimal(820)


@pytest.mark.parametrize("text", ["C000123", "c000123", "王大明", "大明", "0912-345-678", "345678"])
async def test_customers_are_found_by_number_name_or_telephone(
    clerk: httpx.AsyncClient, text: str
) -> None:
    found = (await clerk.get("/internal/customers", params={"query": text})).json()
    assert CUSTOMER in {customer["customer_id"] for customer in found["customers"]}


@pytest.mark.parametrize("path", ["", "/credit"])
async def test_an_unknown_customer_is_said_to_be_unknown(
    clerk: httpx.AsyncClient, path: str
) -> None:
    response = await clerk.get(f"/internal/customers/C999999{path}")
    assert (response.status_code, response.json()["code"]) == (404, "UNKNOWN_CUSTOMER")


async def test_saving_the_same_customer_again_changes_nothing(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        head = await connection.fetchval("SELECT pos FROM feed_head")
        bodies = await customer_bodies(connection, ["C000123", "C000124"])
        async with connection.transaction():
            changed = await save_customers(connection, [body for _, body in bodies.values()])
        assert changed == 0
        assert await connection.fetchval("SELECT pos FROM feed_head") == head


async def test_a_changed_customer_replaces_all_parts(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        version, body = (await customer_bodies(connection, [CUSTOMER]))[CUSTOMER]
        wanted = replace(body, nickname="老王", phones=body.phones[:1], special_prices=())
        async with connection.transaction():
            assert await save_customers(connection, [wanted]) == 1
        newer, saved = (await customer_bodies(connection, [CUSTOMER]))[CUSTOMER]
    assert newer > version
    assert (saved.nickname, saved.phones, saved.special_prices) == ("老王", body.phones[:1], ())
    assert saved.credit_used == body.credit_used


async def test_credit_is_reserved_used_and_released_once_each(
    supervisor: httpx.AsyncClient,
) -> None:
    before = await used(supervisor)
    for _ in range(2):
        response = await supervisor.post(CREDIT, json=entry())
        assert response.json()["credit_used"] == before + 1835
    assert (await supervisor.post(CREDIT, json=entry("USE", 1785))).status_code == 200
    assert await used(supervisor) == before + 1835
    figures = (await supervisor.post(CREDIT, json=entry("RELEASE", 50))).json()
    assert figures["credit_used"] == before + 1785


async def test_the_same_key_with_another_amount_is_refused(supervisor: httpx.AsyncClient) -> None:
    await supervisor.post(CREDIT, json=entry())
    response = await supervisor.post(CREDIT, json=entry(amount=1))
    assert (response.status_code, response.json()["code"]) == (409, "ALREADY_WRITTEN")


@pytest.mark.parametrize("operation", ["USE", "RELEASE"])
async def test_only_what_is_reserved_can_be_used_or_released(
    supervisor: httpx.AsyncClient, operation: str
) -> None:
    await supervisor.post(CREDIT, json=entry(amount=100))
    response = await supervisor.post(CREDIT, json=entry(operation, 101))
    assert (response.status_code, response.json()["code"]) == (409, "NOT_RESERVED")


async def test_nothing_is_reserved_beyond_the_limit(supervisor: httpx.AsyncClient) -> None:
    left = int((await supervisor.get(CREDIT)).json()["credit_available"])
    refused = await supervisor.post(CREDIT, json=entry(amount=left + 1))
    assert (refused.status_code, refused.json()["code"]) == (409, "OVER_LIMIT")
    assert (await supervisor.post(CREDIT, json=entry(amount=left))).status_code == 200


async def test_ten_reservations_at_once_never_exceed_the_limit(
    supervisor: httpx.AsyncClient, app: FastAPI
) -> None:
    left = int((await supervisor.get(CREDIT)).json()["credit_available"])
    each = left // 3
    responses = await asyncio.gather(
        *(
            supervisor.post(CREDIT, json=entry(amount=each, order_id=f"O-20240125-99000{n}"))
            for n in range(10)
        )
    )
    assert sorted(r.status_code for r in responses) == [200] * 3 + [409] * 7
    ledger = await app.state.parts.pool.fetchval(
        "SELECT sum(amount) FROM credit_entries WHERE order_id LIKE 'O-20240125-99000%'"
    )
    assert ledger == 3 * each


async def test_a_hold_stops_reservations_until_it_ends(supervisor: httpx.AsyncClient) -> None:
    hold = {
        "hold_status": "ACTIVE",
        "hold_reason": "OVERDUE_PAYMENT",
        "overdue_amount": 5600.00,
        "days_overdue": 45,
        "affected_orders": ["O-20240125-000456"],
    }
    path = f"/internal/customers/{CUSTOMER}/credit-hold"
    assert (await supervisor.post(path, json=hold)).json()["on_hold"] is True
    refused = await supervisor.post(CREDIT, json=entry())
    assert (refused.status_code, refused.json()["code"]) == (409, "ON_HOLD")
    await supervisor.post(path, json=hold | {"hold_status": "RELEASED", "overdue_amount": 0})
    assert (await supervisor.post(CREDIT, json=entry())).status_code == 200


async def test_the_ledger_can_not_be_changed_afterwards(pool: asyncpg.Pool) -> None:
    for statement in ("UPDATE credit_entries SET amount = 0", "DELETE FROM credit_entries"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await pool.execute(statement)


async def test_statistics_are_replaced_as_sent(supervisor: httpx.AsyncClient, app: FastAPI) -> None:
    body = {
        "last_order_date": "2024-01-25",
        "total_orders_count": 156,
        "total_order_value": 234500.00,
        "average_order_value": 1503.20,
        "favorite_products": ["P001", "P002"],
    }
    response = await supervisor.post(f"/internal/customers/{CUSTOMER}/statistics", json=body)
    assert response.status_code == 200
    row = await app.state.parts.pool.fetchrow(
        "SELECT * FROM customer_statistics WHERE customer_id = $1", CUSTOMER
    )
    assert (row["average_order_value_cents"], row["favorite_products"]) == (
        150320,
        ["P001", "P002"],
    )


@pytest.mark.parametrize("amount", [0, -5, 18.5, 1e300])
async def test_credit_moves_by_whole_dollars_only(
    supervisor: httpx.AsyncClient, amount: float
) -> None:
    response = await supervisor.post(CREDIT, json=entry() | {"amount": amount})
    assert response.status_code == 422


async def test_a_body_of_the_wrong_kind_says_where(supervisor: httpx.AsyncClient) -> None:
    response = await supervisor.post(CREDIT, json=entry(timestamp="yesterday"))
    assert response.status_code == 422
    assert "timestamp" in response.json()["detail"]
