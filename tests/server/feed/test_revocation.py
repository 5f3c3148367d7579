"""A socket ends with the session that opened it, and with its register."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from app.domain.numbers import new_uid
from app.wire.codec import encode
from app.wire.events import Hello
from server.feed.changes import read_head
from server.security.registers import revoke_register
from server.security.users import set_active
from tests.conftest import RunningServer

DEVICE = new_uid()


@pytest.fixture
async def database(running_server: RunningServer) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(running_server.dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def office(running_server: RunningServer) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in and enrolled as the counter `DEVICE`."""
    async with httpx.AsyncClient(base_url=running_server.base_url) as client:
        body = {"username": "demo", "password": "demo", "device_id": str(DEVICE)}
        token = (await client.post("/v1/session", json=body)).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        enrolment = {"device_id": str(DEVICE), "name": "櫃台"}
        assert (await client.post("/v1/registers", json=enrolment)).status_code == 200
        yield client


@pytest.fixture
async def socket(
    running_server: RunningServer, database: asyncpg.Connection, office: httpx.AsyncClient
) -> AsyncIterator[ClientConnection]:
    head = await read_head(database)
    token = office.headers["authorization"].removeprefix("Bearer ")
    address = running_server.base_url.replace("http", "ws") + "/v1/events"
    async with connect(address, close_timeout=1) as connection:
        hello = Hello(device_id=DEVICE, epoch=head.epoch, pos=head.pos, token=token)
        await connection.send(encode(hello).decode())
        await connection.recv()
        yield connection


async def ending(socket: ClientConnection) -> tuple[int | None, str | None]:
    async with asyncio.timeout(5):
        await socket.wait_closed()
    return socket.close_code, socket.close_reason


async def test_signing_out_closes_the_socket(
    office: httpx.AsyncClient, socket: ClientConnection
) -> None:
    await office.delete("/v1/session")
    assert await ending(socket) == (4001, "SESSION_ENDED")


async def test_closing_a_person_closes_the_socket(
    database: asyncpg.Connection, socket: ClientConnection
) -> None:
    await set_active(database, "demo", active=False)
    assert await ending(socket) == (4001, "SESSION_ENDED")


async def test_revoking_the_register_closes_the_socket(
    database: asyncpg.Connection, socket: ClientConnection
) -> None:
    await revoke_register(database, 1)
    assert await ending(socket) == (4001, "REGISTER_REVOKED")
