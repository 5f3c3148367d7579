"""What the dispatch tests share: a dispatcher, and plans that are computed in this process."""

from concurrent.futures import ThreadPoolExecutor

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app.wire.registers import Role
from tests.server.conftest import Client


@pytest.fixture(autouse=True)
def planned_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own takes a second to start; only tests that are about it wait for it."""
    if "own_process" not in request.node.name:
        monkeypatch.setattr(
            "server.dispatch_operations.planning.solver_process", lambda: ThreadPoolExecutor(1)
        )


@pytest.fixture
def dispatcher(client: Client) -> httpx.AsyncClient:
    """A signed-in dispatcher."""
    return client(Role.DISPATCHER)


@pytest.fixture
def pool_of_app(app: FastAPI) -> asyncpg.Pool:
    """Connections to the database behind the clients."""
    pool: asyncpg.Pool = app.state.parts.pool
    return pool
