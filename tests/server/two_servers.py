"""Two servers on real sockets: Order Sales, and one that keeps all six neighbours' books."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import FastAPI

from server.app import create_app
from server.neighbours.names import BUILT_IN, Neighbour
from server.place import Place
from server.security.keys import own_identity
from server.security.services import add_service, rename_server
from server.serving import listening_socket, serve_app

SALES, BOOKS = "sales", "books"
KEEPERS = BUILT_IN - {Neighbour.ORDER_SALES}
PATIENCE_S = 20.0


@dataclass(frozen=True)
class TwoServers:
    """`sales` takes orders in; `books` keeps everything that a neighbour keeps."""

    sales: FastAPI
    books: FastAPI
    books_url: str

    async def settle(self) -> None:
        """Wait until neither owes the other anything, and the copy is what the books say."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self._is_settled():  # noqa: ASYNC110 - databases do not tell
                await asyncio.sleep(0.02)

    async def _is_settled(self) -> bool:
        sales, books = pool_of(self.sales), pool_of(self.books)
        for pool in (sales, books):
            if await pool.fetchval("SELECT 1 FROM outbox WHERE state = 'owed' LIMIT 1"):
                return False
        head = await books.fetchval("SELECT pos FROM feed_head")
        behind = "SELECT 1 FROM mirrors WHERE protocol = 'feed' AND pos < $1 LIMIT 1"
        waiting = "SELECT 1 FROM mirrors WHERE complete_at IS NULL LIMIT 1"
        return not (await sales.fetchval(behind, head) or await sales.fetchval(waiting))


def pool_of(app: FastAPI) -> asyncpg.Pool:
    """The database of a running application."""
    parts: Any = app.state.parts
    pool: asyncpg.Pool = parts.pool
    return pool


@asynccontextmanager
async def two_servers(sales_dsn: str, books_dsn: str, folder: Path) -> AsyncIterator[TwoServers]:
    """Both running and known to each other; the copy is whole already."""
    await introduce(sales_dsn, books_dsn)
    with listening_socket("127.0.0.1", 0) as at_sales, listening_socket("127.0.0.1", 0) as at_books:
        urls = [f"http://127.0.0.1:{s.getsockname()[1]}" for s in (at_sales, at_books)]
        books = Place(
            books_dsn,
            folder / BOOKS,
            urls={Neighbour.ORDER_SALES: urls[0]},
            audiences=dict.fromkeys(Neighbour, SALES),
        )
        sales = Place(
            sales_dsn,
            folder / SALES,
            urls=dict.fromkeys(KEEPERS, urls[1]),
            audiences=dict.fromkeys(Neighbour, BOOKS),
        )
        async with AsyncExitStack() as running:
            book_keeper = await running.enter_async_context(_serving(books, at_books))
            order_taker = await running.enter_async_context(_serving(sales, at_sales))
            both = TwoServers(order_taker, book_keeper, urls[1])
            await both.settle()
            yield both


async def introduce(sales_dsn: str, books_dsn: str) -> None:
    """Give both servers a name, and each the other's key."""
    sales, books = await asyncpg.connect(sales_dsn), await asyncpg.connect(books_dsn)
    try:
        await rename_server(sales, SALES)
        await rename_server(books, BOOKS)
        await add_service(sales, BOOKS, await _key(books))
        await add_service(books, SALES, await _key(sales), neighbour=Neighbour.ORDER_SALES.value)
    finally:
        await sales.close()
        await books.close()


async def _key(connection: asyncpg.Connection) -> Ed25519PublicKey:
    return (await own_identity(connection)).key.public_key()


@asynccontextmanager
async def _serving(place: Place, listening: Any) -> AsyncIterator[FastAPI]:
    app = create_app(place)
    started = asyncio.Event()
    server = serve_app(app, started.set)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with asyncio.timeout(PATIENCE_S):
            await started.wait()
        yield app
    finally:
        server.should_exit = True
        await task
