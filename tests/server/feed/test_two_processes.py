"""Two server processes on one database: what happens at one is told by the other."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.transport.signing import SigningTransport
from app.wire.events import EventName
from app.wire.registers import FEED_SCHEMA
from server.security.keys import own_identity
from tests.conftest import Databases
from tests.server.feed.sockets import subscribed, token_for, transaction
from tests.server.messages import Lanes, order

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Pair:
    """Two processes; `first` may be killed."""

    dsn: str
    first: subprocess.Popen[str]
    first_url: str
    second_url: str


@pytest.fixture
def pair(databases: Databases, tmp_path: Path) -> Iterator[Pair]:
    dsn = databases.sample()
    with ExitStack() as endings:
        processes = [endings.enter_context(_serving(dsn, tmp_path / name)) for name in "ab"]
        for process in processes:
            endings.callback(process.terminate)
        urls = [_address(process) for process in processes]
        yield Pair(dsn, processes[0], *urls)


@pytest.fixture
async def database(pair: Pair) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(pair.dsn)
    yield connection
    await connection.close()


def _serving(dsn: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "server", "serve", "--port", "0", "--data-dir", str(folder)]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        text=True,
        env={**os.environ, "DATABASE_URL": dsn},
    )


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return next(line.split()[1] for line in process.stdout if line.startswith("ready "))


async def take_order(database: asyncpg.Connection, url: str, lanes: Lanes, serial: int) -> None:
    raw, key = lanes.parcel(order(serial))
    signer = (await own_identity(database)).signer
    headers = {"Authorization": f"Bearer {await token_for(database)}", "Idempotency-Key": key}
    signing = SigningTransport(httpx.AsyncHTTPTransport(), lambda: signer)
    async with httpx.AsyncClient(base_url=url, headers=headers, transport=signing) as client:
        (await client.post("/v1/outbox", content=raw)).raise_for_status()


async def last_position(socket: ClientConnection, reached: int) -> int:
    """How far whole transactions still came until the socket broke."""
    try:
        while True:
            reached = (await transaction(socket))[-1].pos
    except ConnectionClosed:
        return reached


async def test_registers_hear_of_what_the_other_process_did_and_outlive_the_end_of_theirs(
    pair: Pair, database: asyncpg.Connection
) -> None:
    lanes = Lanes()
    async with subscribed(pair.first_url, database, schema=FEED_SCHEMA) as (socket, welcome):
        await take_order(database, pair.second_url, lanes, 1)
        events = await transaction(socket)
        while all(event.event is not EventName.ORDER_STATUS_CHANGED for event in events):
            events += await transaction(socket)
        reached = events[-1].pos
        pair.first.kill()
        reached = await last_position(socket, reached)
    await take_order(database, pair.second_url, lanes, 2)
    place = {"epoch": welcome.epoch, "pos": reached, "schema": FEED_SCHEMA}
    async with subscribed(pair.second_url, database, **place) as (socket, again):
        assert again.resume == "ok"
        resumed = await transaction(socket)
        while all(event.event is not EventName.ORDER_STATUS_CHANGED for event in resumed):
            resumed += await transaction(socket)
    positions = [event.pos for event in resumed]
    assert positions == list(range(reached + 1, reached + 1 + len(positions)))
