"""The event socket: replay after the register's position, then every change as it happens."""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from app.wire.codec import MalformedMessage, decode, encode
from app.wire.events import Beacon, Hello, Welcome
from server.database.shop import snapshot_of
from server.feed.changes import Head, check_cursor, read_head, read_rows
from server.feed.event_bodies import envelopes
from server.feed.hub import BATCH, Listener
from server.parts import Parts, parts_of
from server.refusals import Refusal
from server.security.sessions import LEEWAY

router = APIRouter()
BEACON_S = 5.0
HELLO_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 1.0
LONGEST_REPLAY = 20_000
TOKEN_EXPIRED, MALFORMED, RESYNC = 4001, 4002, 4008


class Closing(Exception):
    """The socket must close with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@router.websocket("/v1/events")
async def events(websocket: WebSocket) -> None:
    """First frame: `Hello`. Answer: `Welcome`, the replay, then `Envelope`s and `Beacon`s.

    Closes with 4001 (token expired; a `Hello` with a fresh token in time keeps it open), 4002
    (no `Hello`) or 4008 (too slow to follow, or another feed: pull over HTTP and come back).
    """
    await websocket.accept()
    try:
        await Conversation(websocket, parts_of(websocket)).run()
    except* Closing as closing:
        ending = closing.exceptions[0]
        code = ending.code if isinstance(ending, Closing) else RESYNC
        await _close(websocket, code, str(ending))
    except* WebSocketDisconnect:
        pass


async def _close(websocket: WebSocket, code: int, reason: str) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):  # a receiver that does not read blocks it
            await websocket.close(code, reason)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        return


class Conversation:
    """One register on its socket."""

    def __init__(self, websocket: WebSocket, parts: Parts) -> None:
        self._websocket = websocket
        self._parts = parts
        self._sent = 0
        self._expires_at = datetime.min.replace(tzinfo=UTC)

    async def run(self) -> None:
        """Talk until one side ends it."""
        hello = await self._hello()
        listener = self._parts.hub.subscribe()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen())
                tasks.create_task(self._watch(listener))
                tasks.create_task(self._speak(hello, listener))
        finally:
            self._parts.hub.unsubscribe(listener)

    async def _hello(self) -> Hello:
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                return await self._read_hello()
        except TimeoutError as error:
            raise Closing(MALFORMED, "no Hello came") from error

    async def _read_hello(self) -> Hello:
        try:
            hello = decode(Hello, await self._websocket.receive_text())
        except (MalformedMessage, KeyError) as error:
            raise Closing(MALFORMED, "that is no Hello") from error
        try:
            person = self._parts.tokens.read(hello.token)
        except Refusal as error:
            raise Closing(TOKEN_EXPIRED, error.code) from error
        self._expires_at = person.expires_at + LEEWAY
        return hello

    async def _listen(self) -> None:
        """Later frames renew the token; the end of the socket ends the conversation."""
        while True:
            await self._read_hello()

    async def _watch(self, listener: Listener) -> None:
        while not listener.overflowed.is_set():
            left = (self._expires_at - datetime.now(UTC)).total_seconds()
            if left <= 0:
                raise Closing(TOKEN_EXPIRED, "TOKEN_EXPIRED")
            try:
                async with asyncio.timeout(left):
                    await listener.overflowed.wait()
            except TimeoutError:
                continue
        raise Closing(RESYNC, "RESYNC")

    async def _speak(self, hello: Hello, listener: Listener) -> None:
        async with self._parts.pool.acquire() as connection:
            head = await read_head(connection)
        may_resume = _may_resume(head, hello)
        await self._send(
            Welcome(
                head=head.pos,
                epoch=head.epoch,
                resume="ok" if may_resume else "snapshot",
                server_time=datetime.now(UTC),
            )
        )
        self._sent = hello.pos if may_resume else head.pos
        await self._replay(head.pos)
        await self._follow(listener)

    async def _replay(self, to: int) -> None:
        while self._sent < to:
            async with snapshot_of(self._parts.pool) as connection:
                rows = await read_rows(connection, self._sent, BATCH)
                encoded = await envelopes(connection, rows)
            for pos, event in encoded:
                await self._send_event(pos, event)

    async def _follow(self, listener: Listener) -> None:
        loop = asyncio.get_running_loop()
        next_beacon = loop.time() + BEACON_S
        while True:
            queued = await listener.next(max(next_beacon - loop.time(), 0))
            if queued is not None and queued[0] > self._sent:
                await self._send_event(*queued)
            if loop.time() >= next_beacon:
                next_beacon = loop.time() + BEACON_S
                hub = self._parts.hub
                await self._send(
                    Beacon(head=hub.pos, epoch=hub.epoch, server_time=datetime.now(UTC))
                )

    async def _send_event(self, pos: int, event: bytes) -> None:
        await self._websocket.send_text(event.decode())
        self._sent = pos

    async def _send(self, message: Welcome | Beacon) -> None:
        await self._websocket.send_text(encode(message).decode())


def _may_resume(head: Head, hello: Hello) -> bool:
    try:
        check_cursor(head, hello.epoch, hello.pos)
    except Refusal:
        return False
    return head.pos - hello.pos <= LONGEST_REPLAY
