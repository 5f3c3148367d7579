"""What the tests of accounts share: a counterpart, and the bodies that it sends."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app.domain.hours import business_date
from app.domain.numbers import new_uid
from app.wire.registers import Role
from tests.server.conftest import Client
from tests.server.messages import CUSTOMER, NOW

Answer = dict[str, Any]
TODAY = business_date(NOW)
SOON = TODAY + timedelta(days=30)


def number() -> str:
    """An order that only Account Management knows."""
    return f"O-20240125-{new_uid().hex[-12:]}"


def receivable(order_id: str, amount: float = 1785.00, **changes: Any) -> Answer:
    fresh = {
        "order_id": order_id,
        "customer_id": CUSTOMER,
        "amount": amount,
        "due_date": SOON.isoformat(),
        "invoice_id": "IV-202401-12345",
        "payment_terms": "NET30",
    }
    return fresh | changes


def payment(order_id: str, amount: float = 1785.00, **changes: Any) -> Answer:
    fresh = {
        "order_id": order_id,
        "payment_method": "CASH",
        "amount_collected": amount,
        "collected_by": "DRV001",
        "collection_date": NOW.isoformat(),
        "reference_number": f"CASH-{new_uid()}",
    }
    return fresh | changes


class Books:
    """Speaks to the accounts as a neighbour; every answer must be a success."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(self, path: str, body: Any = None) -> Answer:
        response = await self.client.post(f"/internal/accounts{path}", json=body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def get(self, path: str) -> Answer:
        response = await self.client.get(f"/internal/accounts{path}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def book(self, order_id: str, amount: float = 1785.00, **changes: Any) -> Answer:
        return await self.post("/receivables", receivable(order_id, amount, **changes))

    async def pay(self, order_id: str, amount: float = 1785.00, **changes: Any) -> Answer:
        return await self.post("/payments", payment(order_id, amount, **changes))

    async def refused(self, path: str, body: Any) -> tuple[int, str]:
        response = await self.client.post(f"/internal/accounts{path}", json=body)
        return response.status_code, response.json()["code"]


@pytest.fixture
def books(client: Client) -> Books:
    return Books(client(Role.SERVICE))


@pytest.fixture
def pool(app: FastAPI) -> asyncpg.Pool:
    """The database of the application."""
    found: asyncpg.Pool = app.state.parts.pool
    return found


async def owed(pool: asyncpg.Pool, order_id: str, operation: str) -> list[str]:
    """The bodies that were owed for an order."""
    rows = await pool.fetch(
        "SELECT body FROM outbox WHERE order_id = $1 AND operation = $2 ORDER BY n",
        *(order_id, operation),
    )
    return [row["body"] for row in rows]
