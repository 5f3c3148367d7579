"""Order Sales in one process, all six neighbours in another: together, and apart."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.domain.orders import InvoiceType, PaymentMethod
from app.transport.signing import SigningTransport
from server.neighbours.names import Neighbour
from server.security.keys import own_identity
from tests.conftest import Databases
from tests.e2e.office import free_port
from tests.server.feed.sockets import token_for
from tests.server.messages import CUSTOMER, Lanes, order
from tests.server.two_servers import BOOKS, KEEPERS, SALES, introduce

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 60.0


@dataclass
class Process:
    """One server that can be stopped and started again at its address."""

    name: str
    dsn: str
    folder: Path
    environment: dict[str, str]
    port: int = field(default_factory=free_port)
    running: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it accepts requests."""
        where = ["--port", str(self.port), "--data-dir", str(self.folder / self.name)]
        self.running = subprocess.Popen(
            [sys.executable, "-m", "server", "serve", *where],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            text=True,
            env={**os.environ, **self.environment, "DATABASE_URL": self.dsn},
        )
        assert self.running.stdout is not None
        assert any(line.startswith("ready ") for line in self.running.stdout)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self.running is not None:
            with self.running as process:
                process.kill()


def neighbour_at(names: frozenset[Neighbour], url: str, audience: str) -> dict[str, str]:
    """The environment that names these neighbours' place."""
    places = {f"LUCKYGAS_{name.upper()}_URL": url for name in names}
    return places | {f"LUCKYGAS_{name.upper()}_AUDIENCE": audience for name in names}


@dataclass(frozen=True)
class Shop:
    """Both processes, and a look into the database of each."""

    sales: Process
    books: Process
    at_sales: asyncpg.Connection
    at_books: asyncpg.Connection

    async def take_order(self, lanes: Lanes, serial: int) -> Any:
        """Upload an order on account to Order Sales."""
        body = order(
            serial,
            payment_method=PaymentMethod.MONTHLY,
            invoice_type=InvoiceType.DUPLICATE,
            tax_id="",
        )
        raw, key = lanes.parcel(body)
        signer = (await own_identity(self.at_sales)).signer
        token = await token_for(self.at_sales)
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        signing = SigningTransport(httpx.AsyncHTTPTransport(), lambda: signer)
        async with httpx.AsyncClient(transport=signing, headers=headers, timeout=30) as client:
            response = await client.post(f"{self.sales.url}/v1/outbox", content=raw)
        return response.raise_for_status().json()

    async def is_quiet(self) -> bool:
        """Nobody owes anything, and the copy is up to date."""
        owed = "SELECT 1 FROM outbox WHERE state = 'owed' LIMIT 1"
        behind = "SELECT 1 FROM mirrors WHERE complete_at IS NULL OR pos < $1 LIMIT 1"
        head = await self.at_books.fetchval("SELECT pos FROM feed_head")
        open_ends = [
            await self.at_sales.fetchval(owed),
            await self.at_books.fetchval(owed),
            await self.at_sales.fetchval(behind, head),
        ]
        return not any(open_ends)

    async def used(self, connection: asyncpg.Connection) -> int:
        """Credit that is gone, as this database says."""
        amount: int = await connection.fetchval(
            "SELECT reserved + used FROM credit_accounts WHERE customer_id = $1", CUSTOMER
        )
        return amount


@pytest.fixture
async def shop(databases: Databases, tmp_path: Path) -> AsyncIterator[Shop]:
    sales = Process(SALES, databases.empty(), tmp_path, {})
    books = Process(BOOKS, databases.sample(), tmp_path, {})
    sales.environment = neighbour_at(KEEPERS, books.url, BOOKS)
    books.environment = neighbour_at(frozenset({Neighbour.ORDER_SALES}), sales.url, SALES)
    await introduce(sales.dsn, books.dsn)
    at_sales, at_books = await asyncpg.connect(sales.dsn), await asyncpg.connect(books.dsn)
    with ExitStack() as endings:
        for process in (books, sales):
            endings.callback(process.kill)
            process.start()
        both = Shop(sales, books, at_sales, at_books)
        await until(both.is_quiet)
        yield both
    await at_sales.close()
    await at_books.close()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await holds():  # noqa: ASYNC110 - the databases do not tell
            await asyncio.sleep(0.05)


async def test_orders_are_booked_at_the_other_process_and_taken_without_it(shop: Shop) -> None:
    lanes, before = Lanes(), await shop.used(shop.at_books)
    assert (await shop.take_order(lanes, 1))["order_status"] == "CONFIRMED"
    await until(shop.is_quiet)
    each = await shop.used(shop.at_books) - before
    assert each == 1835
    assert await shop.used(shop.at_sales) == before + each
    refused = "SELECT operation, last_error FROM outbox WHERE state = 'refused'"
    assert await shop.at_sales.fetch(refused) == await shop.at_books.fetch(refused) == []
    here = "SELECT count(*) FROM {} WHERE order_id LIKE '%-07000_'"
    assert await shop.at_books.fetchval(here.format("dispatch_orders")) == 1
    assert await shop.at_books.fetchval(here.format("orders")) == 0
    shop.books.kill()
    assert (await shop.take_order(lanes, 2))["order_status"] == "CONFIRMED"
    owed = "SELECT count(*) FROM outbox WHERE state = 'owed' AND operation = 'credit.reserve'"
    assert await shop.at_sales.fetchval(owed) == 1
