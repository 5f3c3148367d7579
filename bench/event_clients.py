"""Many registers, or bare sockets, in a process of their own: when did each learn of what?

Talks in lines: says `ready`, waits for a line, then says one JSON list per client of
`[position, unix time]`.
"""

import asyncio
import json
import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from websockets.asyncio.client import connect

from app.composition import build_counter
from app.config import Settings
from app.domain.numbers import new_uid
from app.wire.codec import encode
from app.wire.events import Hello
from app.wire.registers import FEED_SCHEMA, Session
from bench.shops import working_morning

Sighting = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who comes: so many, to that office, with that session, copies of that profile if any."""

    office_url: str
    session: Session
    count: int
    epoch: int
    pos: int
    profile: str = ""


@dataclass(slots=True)
class Client:
    """What one client has seen; `ready` once it listens."""

    ready: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[Sighting] = field(default_factory=list)


class _Place(msgspec.Struct):
    pos: int = 0


_PLACE = msgspec.json.Decoder(_Place)
_PLACES = msgspec.json.Decoder(list[_Place])


async def register(crowd: Crowd, profile: Path, client: Client) -> None:
    """A whole register without a window; notes when its own SQLite has committed a position."""
    await asyncio.to_thread(shutil.copytree, crowd.profile, profile)
    counter = build_counter(Settings(crowd.office_url, profile, profile.name), working_morning)
    counter.stack.tokens.adopt(crowd.session)
    feed = counter.engine.feed

    def committed(tables: frozenset[str]) -> None:
        if "ref.feed_cursor" in tables:
            now, cursor = time.time(), feed.cursor()
            client.seen.append((cursor.pos if cursor else 0, now))

    counter.database.listen(committed)
    counter.state.listen(lambda: client.ready.set() if counter.state.has_socket else None)
    try:
        await counter.engine.run()
    finally:
        counter.database.close()


async def bare_socket(crowd: Crowd, client: Client) -> None:
    """Only the socket; notes when a position has been received."""
    hello = Hello(
        device_id=new_uid(),
        token=crowd.session.access_token,
        epoch=crowd.epoch,
        pos=crowd.pos,
        schema=FEED_SCHEMA,
    )
    address = crowd.office_url.replace("http", "ws", 1) + "/v1/events"
    async with connect(address, compression=None, ping_interval=None, open_timeout=60) as socket:
        await socket.send(encode(hello), text=True)
        await socket.recv()
        client.ready.set()
        async for frame in socket:
            now = time.time()
            many = _PLACES.decode(frame) if frame[:1] in {"[", b"["} else [_PLACE.decode(frame)]
            client.seen += [(place.pos, now) for place in many if place.pos]


async def attend(crowd: Crowd, until_told: Callable[[], Awaitable[object]], folder: Path) -> None:
    """Bring the crowd up, say `ready`, wait, say what each has seen."""
    clients = [Client() for _ in range(crowd.count)]
    async with AsyncExitStack() as endings:
        for number, client in enumerate(clients):
            working = (
                register(crowd, folder / f"register-{number}", client)
                if crowd.profile
                else bare_socket(crowd, client)
            )
            task = asyncio.ensure_future(working)
            endings.callback(task.cancel)
            if number % 10 == 9:
                await client.ready.wait()  # a crowd at the door, not a stampede
        for client in clients:
            await client.ready.wait()
        print("ready", flush=True)
        await until_told()
        for client in clients:
            print(json.dumps(client.seen), flush=True)


if __name__ == "__main__":
    Path(sys.argv[2]).mkdir()
    come = msgspec.json.decode(sys.argv[1], type=Crowd)
    asyncio.run(attend(come, lambda: asyncio.to_thread(sys.stdin.readline), Path(sys.argv[2])))
