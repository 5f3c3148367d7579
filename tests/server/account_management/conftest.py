"""What the tests of accounts share: a counterpart, and the bodies that it sends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.domain.hours import business_date
from app.domain.numbers import new_uid
from app.wire.registers import Role
from server.app import create_app
from server.place import Place
from tests.conftest import Databases
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FastAPI]:
    """The running application over a sample shop that the tests of a module share."""
    app = create_app(Place(databases.sample(), tmp_path_factory.mktemp("office")))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def pool(app: FastAPI) -> asyncpg.Pool:
    """The database of the application."""
    found: asyncpg.Pool = app.state.parts.pool
    return found


@pytest_asyncio.fixture(loop_scope="module")
async def books(client: Client, pool: asyncpg.Pool) -> Books:
    """Accounts in which nothing is written yet."""
    await settled(pool)
    await pool.execute(
        """TRUNCATE order_accounts, customer_accounts, reconciliations CASCADE;
           DELETE FROM outbox;
           UPDATE credit_accounts SET on_hold = false, hold_reason = '', overdue_amount = 0,
                  days_overdue = 0, affected_orders = '{}' WHERE customer_id = 'C000123'"""
    )
    return Books(client(Role.SERVICE))


async def settled(pool: asyncpg.Pool) -> None:
    """Wait until nothing is owed any more."""
    owed = "SELECT 1 FROM outbox WHERE state = 'owed' LIMIT 1"
    async with asyncio.timeout(20):
        while await pool.fetchval(owed):  # noqa: ASYNC110 - the database does not tell
            await asyncio.sleep(0.01)


async def owed(pool: asyncpg.Pool, order_id: str, operation: str) -> list[str]:
    """The bodies that were owed for an order."""
    rows = await pool.fetch(
        "SELECT body FROM outbox WHERE order_id = $1 AND operation = $2 ORDER BY n",
        *(order_id, operation),
    )
    return [row["body"] for row in rows]
