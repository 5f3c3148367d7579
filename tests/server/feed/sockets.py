"""A register's end of the event socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
from websockets.asyncio.client import ClientConnection, connect

from app.domain.numbers import new_uid
from app.wire.codec import decode, encode
from app.wire.events import Envelope, Hello, Welcome
from app.wire.registers import Role
from server.feed.changes import read_head
from server.security.sessions import Tokens, load_key
from server.security.users import User
from sync.gateways.office_events import read_frame

PATIENCE_S = 10


async def token_for(database: asyncpg.Connection, life: timedelta = timedelta(minutes=5)) -> str:
    """A clerk's token."""
    tokens = Tokens(await load_key(database), life)
    return tokens.issue(User("demo", "", Role.CLERK))


@asynccontextmanager
async def subscribed(
    base_url: str, database: asyncpg.Connection, **hello: Any
) -> AsyncIterator[tuple[ClientConnection, Welcome]]:
    """An open socket that has been welcomed; from the head unless `hello` says otherwise."""
    head = await read_head(database)
    said: dict[str, Any] = {
        "epoch": head.epoch,
        "pos": head.pos,
        "token": await token_for(database),
    } | hello
    address = base_url.replace("http", "ws") + "/v1/events"
    async with connect(address, close_timeout=1, compression=None) as connection:
        await connection.send(encode(Hello(device_id=new_uid(), **said)).decode())
        async with asyncio.timeout(PATIENCE_S):
            yield connection, decode(Welcome, await connection.recv())


async def transaction(connection: ClientConnection) -> list[Envelope]:
    """The events of the next transaction, however they are framed."""
    events: list[Envelope] = []
    while not events or not events[-1].tx_last:
        for message in read_frame(await connection.recv()):
            if isinstance(message, Envelope):
                events.append(message)
    return events
