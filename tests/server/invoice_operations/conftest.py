"""What the tests of invoices share: a counterpart, tracks of the running period, and a key."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app.domain.hours import business_date
from app.domain.invoices import Period
from app.domain.numbers import new_uid
from app.transport.private_files import write_private
from app.wire.registers import Role
from server.invoice_operations.allotments import store_allotments
from server.invoice_operations.settings import AES_KEY
from server.invoice_operations.track_file import Allotment
from tests.server.conftest import Client

Answer = dict[str, Any]
SELLER = "04595257"
KEY = "FE05F029154F6AA67A78B338ED2F6601"
RUNNING = Period.of(business_date(datetime.now(UTC)))


def invoice_request(order_id: str = "", **changes: Any) -> Answer:
    """The spec's request, with a tax id that is valid."""
    fresh = {
        "order_id": order_id or f"O-20240125-{new_uid().hex[-12:]}",
        "invoice_type": "TRIPLICATE",
        "customer_info": {
            "customer_id": "C000123",
            "customer_name": "大同股份有限公司",
            "tax_id": "24549210",
            "address": "台北市中山區...",
            "email": "accounting@datong.com.tw",
        },
        "items": [
            {"description": "20kg 瓦斯桶", "quantity": 2, "unit_price": 850.00, "amount": 1700.00}
        ],
        "subtotal": 1700.00,
        "tax_amount": 85.00,
        "total_amount": 1785.00,
        "payment_info": {"method": "MONTHLY", "due_date": "2024-02-25"},
    }
    return fresh | changes


class Invoices:
    """Speaks to Invoice Operations as a neighbour."""

    def __init__(self, client: httpx.AsyncClient, pool: asyncpg.Pool) -> None:
        self.client = client
        self.pool = pool

    async def allot(self, booklets: int, track: str = "AB", period: Period = RUNNING) -> None:
        """Import an allotment of so many booklets."""
        allotment = Allotment(1, SELLER, period, track, 12345650, 12345649 + booklets * 50)
        async with self.pool.acquire() as connection:
            await store_allotments(connection, [allotment], datetime.now(UTC))

    async def generate(self, body: Answer | None = None) -> Answer:
        """Request an invoice; the answer must be a success."""
        response = await self.client.post(
            "/internal/invoices/generate", json=body or invoice_request()
        )
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def read(self, invoice_id: str) -> Answer:
        return dict((await self.client.get(f"/internal/invoices/{invoice_id}")).json())

    async def post(self, path: str, body: Answer) -> tuple[int, Answer]:
        response = await self.client.post(f"/internal/invoices/{path}", json=body)
        return response.status_code, response.json()

    async def once(self, invoice_id: str, is_so: Callable[[Answer], bool]) -> Answer:
        """The invoice as soon as it is so."""
        async with asyncio.timeout(10):
            while not is_so(found := await self.read(invoice_id)):  # noqa: ASYNC110 - one reads anew
                await asyncio.sleep(0.01)
        return found

    async def issued(self, body: Answer | None = None) -> Answer:
        """A new invoice that has got its number."""
        queued = await self.generate(body)
        return await self.once(queued["invoice_id"], lambda x: bool(x["invoice_number"]))

    async def confirmations(self, order_id: str) -> list[str]:
        """What was owed to Order Sales for an order."""
        rows = await self.pool.fetch(
            """SELECT body FROM outbox WHERE order_id = $1 AND operation = 'invoice.generated'
               ORDER BY n""",
            order_id,
        )
        return [row["body"] for row in rows]


@pytest.fixture
def keep_key(tmp_path: Path) -> Callable[[], Path]:
    """Puts the shop's AES key where the server looks for it."""

    def keep() -> Path:
        path = tmp_path / "office" / "secrets" / AES_KEY
        write_private(path, f"{KEY}\n".encode())
        return path

    return keep


@pytest.fixture
def key_file(keep_key: Callable[[], Path]) -> Path:
    """The shop's AES key, as a secret file."""
    return keep_key()


@pytest.fixture
async def invoices(app: FastAPI, client: Client) -> Invoices:
    """A shop that has no invoice numbers yet."""
    pool: asyncpg.Pool = app.state.parts.pool
    await pool.execute("TRUNCATE invoice_allotments CASCADE")
    return Invoices(client(Role.SERVICE), pool)
