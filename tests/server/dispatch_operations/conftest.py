"""What the dispatch tests share: one office per module, emptied for each test."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.wire.registers import Role
from server.app import create_app
from server.place import Place
from server.sample.fleet import save_fleet
from tests.conftest import Databases
from tests.server.conftest import Client

_BOOKS = (
    "dispatch_orders dispatch_reports dispatch_plans driver_locations dispatch_settings "
    "dispatch_drivers dispatch_vehicles outbox"
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def app(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FastAPI]:
    """The running application over a sample shop that the tests of a module share."""
    app = create_app(Place(databases.sample(), tmp_path_factory.mktemp("office")))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def pool_of_app(app: FastAPI) -> asyncpg.Pool:
    """Connections to the database behind the clients."""
    pool: asyncpg.Pool = app.state.parts.pool
    return pool


@pytest_asyncio.fixture(loop_scope="module")
async def dispatcher(client: Client, pool_of_app: asyncpg.Pool) -> httpx.AsyncClient:
    """A signed-in dispatcher; no orders, and the sample shop's drivers and trucks."""
    async with pool_of_app.acquire() as connection, connection.transaction():
        for table in _BOOKS.split():
            await connection.execute(f"DELETE FROM {table}")
        await save_fleet(connection)
    return client(Role.DISPATCHER)


@pytest.fixture(autouse=True)
def planned_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own takes a second to start; only tests that are about it wait for it."""
    if "own_process" not in request.node.name:
        monkeypatch.setattr(
            "server.dispatch_operations.planning.solver_process", lambda: ThreadPoolExecutor(1)
        )
