"""The event socket: replay after the register's position, then every change as it happens."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from app.wire.codec import MalformedMessage, decode, encode
from app.wire.events import Beacon, Hello, Welcome
from app.wire.registers import FEED_SCHEMA
from server.database.shop import snapshot_of
from server.feed.changes import Head, check_cursor, read_head, read_rows
from server.feed.event_bodies import envelopes
from server.feed.hub import BATCH, BEACON, DATABASE_TROUBLE
from server.feed.listeners import Listener
from server.operation.sightings import sighted
from server.parts import Parts, parts_of
from server.refusals import Refusal
from server.security.sessions import LEEWAY, SignedIn

router = APIRouter()
MOST_TOGETHER = 50  # events in one frame; at 4 KB each far below what a receiver takes
HELLO_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 1.0
LONGEST_REPLAY = 20_000
TOKEN_EXPIRED, MALFORMED, RESYNC = 4001, 4002, 4008
_log = structlog.get_logger()


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
        self._is_newest = True
        self._together = 1
        self._expires_at = datetime.min.replace(tzinfo=UTC)
        self._person: SignedIn
        self._device_id: UUID

    async def run(self) -> None:
        """Talk until one side ends it."""
        hello = await self._hello()
        self._is_newest = hello.schema >= FEED_SCHEMA
        self._together = MOST_TOGETHER if self._is_newest else 1
        listener = self._parts.hub.subscribe(hello.schema)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen())
                tasks.create_task(self._watch(listener))
                tasks.create_task(self._watch_caller())
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
            person = self._parts.callers.person(hello.token)
            self._parts.callers.refuse_revoked(hello.device_id)
        except Refusal as error:
            raise Closing(TOKEN_EXPIRED, error.code) from error
        self._person, self._device_id = person, hello.device_id
        self._expires_at = person.expires_at + LEEWAY
        await self._remember(hello)
        return hello

    async def _remember(self, hello: Hello) -> None:
        """Note for the status that the register was heard; not worth losing its socket."""
        try:
            async with self._parts.pool.acquire() as connection:
                await sighted(connection, hello.device_id)
        except DATABASE_TROUBLE as error:
            _log.debug("a sighting was lost", error=type(error).__name__)

    async def _listen(self) -> None:
        """Later frames renew the token; the end of the socket ends the conversation."""
        while True:
            await self._read_hello()

    async def _watch_caller(self) -> None:
        """End with the session, or when the register is revoked."""
        while True:
            changed = self._parts.directory.changed
            try:
                self._parts.callers.refuse_ended(self._person)
                self._parts.callers.refuse_revoked(self._device_id)
            except Refusal as error:
                raise Closing(TOKEN_EXPIRED, error.code) from error
            await changed.wait()

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
        welcome = Welcome(
            head=head.pos,
            epoch=head.epoch,
            resume="ok" if may_resume else "snapshot",
            server_time=datetime.now(UTC),
        )
        await self._say(encode(welcome).decode())
        self._sent = hello.pos if may_resume else head.pos
        await self._replay(head.pos)
        await self._follow(listener)

    async def _replay(self, to: int) -> None:
        while self._sent < to:
            async with snapshot_of(self._parts.pool) as connection:
                rows = await read_rows(connection, self._sent, BATCH)
                events = await envelopes(connection, rows)
            frames = [event.frame if self._is_newest else event.older for event in events]
            await self._send_events([(e.pos, f) for e, f in zip(events, frames, strict=True)])

    async def _follow(self, listener: Listener) -> None:
        while True:
            await listener.wait()
            waiting = listener.take()
            await self._send_events([event for event in waiting.events if event[0] > self._sent])
            for key, frame in waiting.passing:
                await self._say(self._beacon() if key == BEACON else frame)

    async def _send_events(self, events: Sequence[tuple[int, str]]) -> None:
        """In as few frames as the receiver understands."""
        for first in range(0, len(events), self._together):
            some = events[first : first + self._together]
            text = ",".join(frame for _, frame in some)
            await self._say(text if len(some) == 1 else f"[{text}]")
            self._sent = some[-1][0]

    def _beacon(self) -> str:
        """How far this receiver has been told: what it lacks then was lost on the way."""
        epoch = self._parts.hub.epoch
        return encode(Beacon(head=self._sent, epoch=epoch, server_time=datetime.now(UTC))).decode()

    async def _say(self, text: str) -> None:
        await self._websocket.send_text(text)


def _may_resume(head: Head, hello: Hello) -> bool:
    try:
        check_cursor(head, hello.epoch, hello.pos)
    except Refusal:
        return False
    return head.pos - hello.pos <= LONGEST_REPLAY
