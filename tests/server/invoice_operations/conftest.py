"""What the tests of invoices share: a counterpart, tracks of the running period, and a key."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.domain.hours import business_date
from app.domain.invoices import Period
from app.domain.numbers import new_uid
from app.transport.private_files import write_private
from app.wire.registers import Role
from server.app import create_app
from server.invoice_operations.allotments import store_allotments
from server.invoice_operations.settings import AES_KEY
from server.invoice_operations.track_file import Allotment
from server.place import Place
from tests.conftest import Databases
from tests.server.conftest import Client

Answer = dict[str, Any]
SELLER = "04595257"
KEY = "FE05F029154F6AA67A78B338ED2F6601"
HEAD = "營業人統編,發票類別代號,發票類別,發票期別,發票字軌名稱,發票起號,發票迄號\r\n"
RUNNING = Period.of(business_date(datetime.now(UTC)))


def months(period: Period) -> str:
    year = period.year - 1911
    return f"{year}/{period.end_month - 1:02} ~ {year}/{period.end_month:02}"


def line(track: str = "AB", first: str = "00000000", last: str = "00000149") -> str:
    return f"{SELLER},7,一般稅額計算,{months(RUNNING)},{track},{first},{last}\r\n"


def saved(folder: Path, text: str, encoding: str = "cp950") -> Path:
    path = folder / "track.csv"
    path.write_bytes(text.encode(encoding))
    return path


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


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the module's server."""
    return tmp_path_factory.mktemp("office")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(databases: Databases, office: Path) -> AsyncIterator[FastAPI]:
    """The running application over a sample shop that the tests of a module share."""
    app = create_app(Place(databases.sample(), office))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def keep_key(office: Path) -> Iterator[Callable[[], Path]]:
    """Puts the shop's AES key where the server looks for it, for one test."""
    path = office / "secrets" / AES_KEY

    def keep() -> Path:
        write_private(path, f"{KEY}\n".encode())
        return path

    yield keep
    path.unlink(missing_ok=True)


@pytest.fixture
def key_file(keep_key: Callable[[], Path]) -> Path:
    """The shop's AES key, as a secret file."""
    return keep_key()


@pytest_asyncio.fixture(loop_scope="module")
async def invoices(app: FastAPI, client: Client) -> Invoices:
    """A shop that has neither invoices nor numbers for them."""
    pool: asyncpg.Pool = app.state.parts.pool
    owed = "SELECT 1 FROM outbox WHERE state = 'owed' LIMIT 1"
    async with asyncio.timeout(20):
        while await pool.fetchval(owed):  # noqa: ASYNC110 - the database does not tell
            await asyncio.sleep(0.01)
    await pool.execute(
        """TRUNCATE invoice_allotments, invoices, invoice_counters CASCADE;
           DELETE FROM outbox"""
    )
    return Invoices(client(Role.SERVICE), pool)
