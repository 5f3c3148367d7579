"""The office's event socket `/v1/events`: a fast path for the feed, never the truth."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from app.transport.errors import (
    BrokenAnswer,
    NoConnection,
    TimedOut,
    UnknownHost,
    Unreachable,
)
from app.transport.trust import trust_problem
from app.wire.codec import M, MalformedMessage, decode, encode
from app.wire.events import Beacon, Envelope, Hello, Welcome
from app.wire.registers import FEED_SCHEMA, Session
from local_db.cursors import Cursor
from sync.transport.auth import AuthTransport
from sync.transport.stack import OfficeStack

DEAD_AFTER = 12.0  # seconds without a frame; beacons come every 5 s
OPEN_TIMEOUT = 5.0
FRAME_LIMIT = 4 * 1024 * 1024
TOKEN_EXPIRED = 4001


class _Connection(ClientConnection):
    """Says why the line broke while it was opened.

    A server refuses a certificate only after the client's TLS handshake is done (TLS 1.3), and the
    library would report the end of the line as a bad answer.
    """

    _broken_by: Exception | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Remember the reason."""
        self._broken_by = exc
        super().connection_lost(exc)

    async def handshake(self, *arguments: Any, **named: Any) -> None:
        """As usual; raises `ssl.SSLError` when that was the reason."""
        try:
            await super().handshake(*arguments, **named)
        except InvalidHandshake as error:
            if isinstance(self._broken_by, ssl.SSLError):
                raise self._broken_by from error
            raise


class TokenRanOut(Unreachable):
    """The server closed the socket because its token expired: renew and connect again."""

    code = "TOKEN_EXPIRED"


class _Kind(msgspec.Struct):
    """Only what tells the frames apart."""

    event: str | None = None
    head: int | None = None
    eph: bool = False


_Together = Annotated[tuple[Envelope, ...], msgspec.Meta(min_length=1)]


def read_frame(frame: str | bytes) -> tuple[Envelope | Beacon, ...]:
    """The messages in a frame, without passing events; `BrokenAnswer` when it is none of ours."""
    if frame[:1] in {"[", b"["}:
        return _read(_Together, frame)
    try:
        kind = msgspec.json.decode(frame, type=_Kind)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BrokenAnswer(str(error)) from error
    if kind.eph:
        return ()
    return (_read(Beacon, frame) if kind.event is None else _read(Envelope, frame),)


def _read(kind: type[M], frame: str | bytes) -> M:
    try:
        return decode(kind, frame)
    except MalformedMessage as error:
        raise BrokenAnswer(str(error)) from error


class EventStream:
    """One open socket: the server's welcome, then its frames until it dies."""

    def __init__(
        self, connection: ClientConnection, welcome: Welcome, auth: AuthTransport, dead_after: float
    ) -> None:
        self.welcome = welcome
        self._connection = connection
        self._auth = auth
        self._dead_after = dead_after

    @property
    def local_address(self) -> str:
        """The address of this machine that the socket uses; empty when it is closed."""
        name = self._connection.local_address
        return str(name[0]) if name else ""

    def abort(self) -> None:
        """Drop the socket without a farewell; `frames` raises `NoConnection` at once."""
        self._connection.transport.abort()

    async def frames(self) -> AsyncIterator[Envelope | Beacon]:
        """Frames as they come; ends by raising `Unreachable` (`TimedOut` after 12 s of silence)."""
        while True:
            messages = read_frame(await _receive(self._connection, self._dead_after))
            # An idle register asks nothing over HTTP, so the frames keep its token young.
            await self._auth.access_token()
            for message in messages:
                yield message


class OfficeEvents:
    """Opens the event socket of the office that the stack speaks to."""

    def __init__(self, stack: OfficeStack, dead_after: float = DEAD_AFTER) -> None:
        self._stack = stack
        scheme = "wss" if stack.base_url.scheme == "https" else "ws"
        base = str(stack.base_url.copy_with(scheme=scheme)).rstrip("/")
        self._url = f"{base}/v1/events"
        self._dead_after = dead_after

    @asynccontextmanager
    async def connect(self, device_id: UUID, cursor: Cursor | None) -> AsyncIterator[EventStream]:
        """Subscribe from the cursor on; raises `Unreachable`, `TokenRanOut` among them."""
        if not self._stack.cable.is_plugged:
            raise NoConnection("the cable is unplugged")
        hello = Hello(
            device_id=device_id,
            token=await self._token(),
            epoch=cursor.epoch if cursor else 0,
            pos=cursor.pos if cursor else 0,
            schema=FEED_SCHEMA,
        )
        connection = await self._open()
        renewal = asyncio.ensure_future(self._renew_on(connection, hello))
        unlisten = self._stack.cable.listen(lambda plugged: _cut(connection, plugged))
        try:
            await _send(connection, encode(hello))
            welcome = _read(Welcome, await _receive(connection, OPEN_TIMEOUT))
            yield EventStream(connection, welcome, self._stack.auth, self._dead_after)
        finally:
            unlisten()
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)
            await connection.close()

    async def _renew_on(self, connection: ClientConnection, hello: Hello) -> None:
        """Say every fresh token on the open socket, so that the server need not close it."""
        fresh: asyncio.Queue[Session | None] = asyncio.Queue()
        unlisten = self._stack.tokens.listen(fresh.put_nowait)
        try:
            while True:
                session = await fresh.get()
                if session is None:
                    return
                await _send(connection, encode(replace(hello, token=session.access_token)))
        finally:
            unlisten()

    async def renew(self) -> None:
        """Fetch a fresh token; `SignedOut` when the session has ended."""
        # The office has just said on the socket that the token ran out, so it is there.
        self._stack.breaker.sign_of_life()
        await self._stack.auth.renew()

    async def _token(self) -> str:
        if self._stack.tokens.is_ageing:
            await self._stack.auth.renew()
        return await self._stack.auth.access_token()

    async def _open(self) -> ClientConnection:
        encryption = self._stack.trust.context_for(self._stack.base_url)
        try:
            return await connect(
                self._url,
                ssl=encryption,
                create_connection=_Connection,
                open_timeout=OPEN_TIMEOUT,
                ping_interval=10,
                ping_timeout=5,
                close_timeout=1,
                max_size=FRAME_LIMIT,
                compression=None,
            )
        except (InvalidHandshake, InvalidURI, OSError) as error:  # TimeoutError is an OSError
            raise _unopened(error) from error


def _unopened(error: Exception) -> Unreachable:
    """Name the cause why the socket did not open."""
    if (untrusted := trust_problem(error)) is not None:
        return untrusted
    if isinstance(error, TimeoutError):
        return TimedOut("the event socket did not open in time")
    if isinstance(error, InvalidHandshake | InvalidURI):
        return BrokenAnswer(str(error))
    if isinstance(error, socket.gaierror):
        return UnknownHost(str(error))
    return NoConnection(str(error))


async def _send(connection: ClientConnection, frame: bytes) -> None:
    try:
        await connection.send(frame, text=True)
    except ConnectionClosed as error:
        raise _closed(error) from error


async def _receive(connection: ClientConnection, seconds: float) -> str | bytes:
    try:
        async with asyncio.timeout(seconds):
            return await connection.recv()
    except ConnectionClosed as error:
        raise _closed(error) from error
    except TimeoutError as error:
        raise TimedOut(f"the event socket was silent for {seconds:g} s") from error


def _closed(error: ConnectionClosed) -> Unreachable:
    if error.rcvd is not None and error.rcvd.code == TOKEN_EXPIRED:
        return TokenRanOut(error.rcvd.reason)
    return NoConnection(f"the event socket closed: {error}")


def _cut(connection: ClientConnection, is_plugged: bool) -> None:
    if not is_plugged:
        connection.transport.abort()
