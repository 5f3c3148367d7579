"""Orders of a day over the spec's paths: submitted, changed, moved, withdrawn."""

from typing import Any

import httpx
import pytest

from app.wire.registers import Role
from tests.server.conftest import Client

DAY = "2031-03-05"  # a Wednesday


@pytest.fixture
def dispatcher(client: Client) -> httpx.AsyncClient:
    return client(Role.DISPATCHER)


def order(serial: int = 1, **changes: Any) -> dict[str, Any]:
    fresh: dict[str, Any] = {
        "order_id": f"O-20310304-00{serial:04}",
        "customer_id": "C000123",
        "delivery_address": "台北市信義區信義路五段7號",
        "time_slot": "02",
        "priority": "NORMAL",
        "products": [{"product_id": "P001", "quantity": 2, "weight_kg": 40}],
        "special_instructions": "請按門鈴",
        "contact_phone": "0912-345-678",
    }
    return fresh | changes


async def submit(client: httpx.AsyncClient, *orders: dict[str, Any], day: str = DAY) -> Any:
    body = {"delivery_date": day, "orders": list(orders)}
    return await client.post("/internal/dispatch/orders", json=body)


async def test_a_day_is_planned(dispatcher: httpx.AsyncClient) -> None:
    r = await submit(dispatcher, *[order(i) for i in range(1, 30)])
    assert r.status_code == 200, r.text
    r = await dispatcher.post(f"/internal/dispatch/routes/{DAY}/plan?seconds=0.5")
    assert r.status_code == 200, r.text
    r = await dispatcher.get(f"/internal/dispatch/routes/{DAY}")
