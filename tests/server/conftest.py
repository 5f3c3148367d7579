"""What the server's tests share: a pool, and the application without a socket."""

import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app.transport.clocks import utc_now
from app.transport.signing import SigningTransport
from app.wire.registers import Role
from server.app import create_app
from server.database.shop import open_pool
from server.place import Place
from server.security.users import User
from tests.conftest import Databases
from tests.server.office import Office
from tests.server.two_servers import TwoServers, two_servers

BUILT_IN = "built-in"


@pytest.fixture(autouse=True)
def snapshots_built_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process of its own takes a second to start; only tests that are about it wait for it."""
    if "own_process" not in request.node.name:
        monkeypatch.setattr("server.feed.snapshots.builder", lambda: ThreadPoolExecutor(1))


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator[asyncpg.Pool]:
    """Connections to a sample shop of its own."""
    pool = await open_pool(databases.sample())
    yield pool
    await pool.close()


@pytest.fixture
def neighbours(request: pytest.FixtureRequest) -> str:
    """Who keeps the neighbours' books: the application itself, or a second server (`remote`).

    The environment decides for all tests that do not decide themselves.
    """
    return getattr(request, "param", os.environ.get("LUCKYGAS_TEST_NEIGHBOURS", BUILT_IN))


@pytest.fixture
async def servers(
    neighbours: str, databases: Databases, tmp_path: Path
) -> AsyncIterator[TwoServers | None]:
    """Two servers on real sockets with a sample shop each, if the neighbours are remote."""
    if neighbours == BUILT_IN:
        yield None
        return
    async with two_servers(databases.sample(), databases.sample(), tmp_path) as both:
        yield both


@pytest.fixture
async def app(
    servers: TwoServers | None, databases: Databases, tmp_path: Path
) -> AsyncIterator[FastAPI]:
    """The running application over a sample shop of its own."""
    if servers is not None:
        yield servers.sales
        return
    app = create_app(Place(databases.sample(), tmp_path / "office"))
    async with app.router.lifespan_context(app):
        yield app


def signing(app: FastAPI) -> httpx.AsyncBaseTransport:
    """A way to the application on which the server's own key signs."""
    inside = httpx.ASGITransport(app, raise_app_exceptions=False)
    return SigningTransport(inside, lambda: app.state.parts.directory.now.own.signer)


Client = Callable[[Role | None], httpx.AsyncClient]


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[Client]:
    """Makes clients that are signed in with a role, or not at all; they sign what they change."""
    made: list[httpx.AsyncClient] = []

    def make(role: Role | None) -> httpx.AsyncClient:
        one = httpx.AsyncClient(transport=signing(app), base_url="http://office")
        parts = app.state.parts
        if role is Role.SERVICE:
            one.headers["Authorization"] = f"Bearer {parts.directory.now.own.token(utc_now())}"
        elif role is not None:
            token = parts.tokens.issue(User(role.value, role.value, role))
            one.headers["Authorization"] = f"Bearer {token}"
        made.append(one)
        return one

    yield make
    for one in made:
        await one.aclose()


@pytest.fixture
def clerk(client: Client) -> httpx.AsyncClient:
    """A signed-in clerk."""
    return client(Role.CLERK)


@pytest.fixture
def supervisor(client: Client) -> httpx.AsyncClient:
    """A signed-in supervisor."""
    return client(Role.SUPERVISOR)


@pytest.fixture
def office(app: FastAPI, servers: TwoServers | None) -> Office:
    """The running application, asked without a socket."""
    return Office(app.state.parts, servers)
