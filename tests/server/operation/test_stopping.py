"""A real server process that is told to stop while it is busy."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, CloseCode

from app.domain.numbers import new_uid
from server.neighbours.names import Neighbour
from server.operation.audit_chain import verify
from server.outbox.owing import Owed, owe
from tests.conftest import Databases

ROOT = Path(__file__).resolve().parents[3]
SERVED = 20.0
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
)
BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@dataclass(frozen=True)
class Process:
    """A server in a process of its own."""

    process: asyncio.subprocess.Process
    address: str

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    async def ended(self) -> int:
        async with asyncio.timeout(SERVED):
            return await self.process.wait()


@asynccontextmanager
async def serving(dsn: str, folder: Path, **settings: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "serve", "--port", "0", "--data-dir", str(folder)),
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": dsn, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            line = (await process.stdout.readline()).decode()
        assert line.startswith("ready "), line
        yield Process(process, line.split()[1])
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()


async def end_of(socket: ClientConnection) -> Close | None:
    """The close frame that ends the socket; None when it broke off."""
    try:
        async for _event in socket:
            pass
    except ConnectionClosed as closed:
        return closed.rcvd
    return socket.protocol.close_rcvd


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(SERVED):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[tuple[str, asyncpg.Connection]]:
    dsn = databases.sample()
    connection = await asyncpg.connect(dsn)
    yield dsn, connection
    await connection.close()


async def test_a_request_in_work_is_answered_and_sockets_are_closed_in_order(
    database: tuple[str, asyncpg.Connection], tmp_path: Path
) -> None:
    dsn, connection = database
    async with serving(dsn, tmp_path) as server, httpx.AsyncClient(timeout=20) as client:
        person = {"username": "demo", "password": "demo"}
        signed_in = (await client.post(f"{server.address}/v1/session", json=person)).json()
        hello = {
            "device_id": str(new_uid()),
            "token": signed_in["access_token"],
            "epoch": 0,
            "pos": 0,
        }
        async with connect(f"ws{server.address.removeprefix('http')}/v1/events") as socket:
            await socket.send(json.dumps(hello))
            await socket.recv()
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE")
            waiting = asyncio.create_task(client.post(f"{server.address}/v1/session", json=person))
            await until(lambda: connection.fetchval(BLOCKED))
            server.stop()
            closed = await end_of(socket)
            await transaction.rollback()
            assert (await waiting).status_code == 200
        assert closed is not None, "no close frame came"
        assert closed.code == CloseCode.SERVICE_RESTART
        assert await server.ended() == 0
    last = await connection.fetchval("SELECT action FROM audit_log ORDER BY n DESC LIMIT 1")
    assert last == "server.stopped"
    assert (await verify(connection)).defect == ""


async def test_a_call_in_work_is_owed_again_and_made_by_the_next_process(
    database: tuple[str, asyncpg.Connection], tmp_path: Path
) -> None:
    dsn, connection = database
    asked: list[bytes] = []
    reached, may_answer = asyncio.Event(), asyncio.Event()

    async def counterpart(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        reached.set()
        await may_answer.wait()
        writer.write(ANSWER)
        writer.close()

    neighbour = await asyncio.start_server(counterpart, "127.0.0.1", 0)
    port = neighbour.sockets[0].getsockname()[1]
    settings = {"LUCKYGAS_REPORTS_URL": f"http://127.0.0.1:{port}"}
    async with serving(dsn, tmp_path, **settings) as server:
        async with connection.transaction():
            path = "/internal/reports/metrics"
            await owe(connection, [Owed(Neighbour.REPORTS, "POST", path, None, "a lane")])
        await asyncio.wait_for(reached.wait(), SERVED)
        server.stop()
        assert await server.ended() == 0
    assert await connection.fetchval("SELECT state FROM outbox") == "owed"
    assert await connection.fetchval("SELECT count(*) FROM pgqueuer WHERE status = 'queued'") == 1
    may_answer.set()
    async with serving(dsn, tmp_path, **settings):
        await until(lambda: connection.fetchval("SELECT 1 FROM outbox WHERE state = 'delivered'"))
    neighbour.close()
    keys = {
        line
        for head in asked
        for line in head.split(b"\r\n")
        if line.startswith(b"idempotency-key")
    }
    assert (len(asked), len(keys)) == (2, 1)
