"""A small real office for the sync tests: HTTP and WebSocket on a real socket, faults on demand."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import zstandard
from sqlalchemy import create_engine, insert
from sqlcipher3 import dbapi2

from app.wire import reference as ref
from app.wire.codec import decode, encode
from app.wire.events import Beacon, Envelope, EventName, Hello, Welcome
from app.wire.orders import UploadAnswer, UploadStatus
from app.wire.registers import (
    Change,
    ChangesPage,
    Entity,
    LaneGap,
    OutboxMessage,
    RefreshSession,
    Role,
    Session,
    SignIn,
    SnapshotManifest,
)
from tests.served import served_app
from tests.sync.toy_answers import Answer, Fault, Request, Send, figures, now, problem, reply

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
LIFETIME = 300


class ToyOffice:
    """What the office remembers, and what goes wrong next (`faults`: path pattern, fault)."""

    def __init__(self, directory: Path) -> None:
        self.url = ""
        self.epoch = 7
        self.floor = 0
        self.page_limit = 1000
        self.feed: list[Change] = []
        self.orders: list[OutboxMessage] = []
        self.requests: list[Request] = []
        self.faults: list[tuple[str, Fault]] = []
        self.refusals: dict[str, Answer] = {}
        self.statuses: dict[str, UploadStatus] = {}
        self.hellos: list[Hello] = []
        self.lost_frames: set[int] = set()
        self.sockets: list[asyncio.Queue[Any]] = []
        self.snapshot_pos = 0
        self.schema = ref.SCHEMA_VERSION
        self._answers: dict[str, tuple[bytes, UploadAnswer]] = {}
        self._lanes: dict[str, int] = {}
        self._access: set[str] = set()
        self._refresh: set[str] = set()
        self._minted = 0
        self._packed = b""
        self.counts: dict[str, int] = {}
        self._plain_size = 0
        self._directory = directory

    # What a test does to the office

    def expire_tokens(self) -> None:
        self._access.clear()

    def end_sessions(self) -> None:
        self._access.clear()
        self._refresh.clear()

    def forget_orders(self) -> None:
        """As if restored from a backup of before the first order."""
        self.orders.clear()
        self._answers.clear()
        self._lanes.clear()

    def publish(self, *rows: tuple[Entity, str, Any], op: str = "U") -> None:
        """One server transaction."""
        for index, (entity, key, body) in enumerate(rows):
            pos = len(self.feed) + 1
            plain = None if body is None else decode(dict, encode(body))
            last = index == len(rows) - 1
            change = Change(pos=pos, tx_last=last, e=entity, id=key, op=op, v=pos, d=plain)
            self.feed.append(change)
            for queue in self.sockets:
                queue.put_nowait(change)

    def beacon(self) -> None:
        for queue in self.sockets:
            queue.put_nowait(Beacon(head=self.head, epoch=self.epoch, server_time=now()))

    def build_snapshot(self, rows: dict[str, Sequence[dict[str, Any]]] | None = None) -> None:
        """Snapshot of the present head; rows by table."""
        path = self._directory / f"plain-{self.epoch}-{self.head}.db"
        path.unlink(missing_ok=True)
        engine = create_engine(
            "sqlite://", creator=lambda: dbapi2.connect(str(path)), module=dbapi2
        )
        ref.reference.create_all(engine)
        with engine.begin() as connection:
            cursor = {"k": 1, "epoch": self.epoch, "pos": self.head, "applied_at": 0}
            connection.execute(insert(ref.feed_cursor), cursor)
            for table, values in (rows or {}).items():
                connection.execute(insert(ref.reference.tables[table]), list(values))
        engine.dispose()
        raw = dbapi2.connect(str(path))
        raw.execute(ref.SEARCH_DDL)
        raw.execute(f"PRAGMA application_id = {ref.APPLICATION_ID}")
        raw.execute(f"PRAGMA user_version = {ref.SCHEMA_VERSION}")
        raw.close()
        plain = path.read_bytes()
        self._packed = zstandard.compress(plain, 3)
        self._plain_size = len(plain)
        self.counts = {table: len(values) for table, values in (rows or {}).items()}
        self.snapshot_pos = self.head

    @property
    def head(self) -> int:
        return len(self.feed)

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path.startswith(path)]

    def session(self) -> Session:
        self._minted += 1
        access, refresh = f"access-{self._minted}", f"refresh-{self._minted}"
        self._access.add(access)
        self._refresh.add(refresh)
        return Session(
            access_token=access,
            refresh_token=refresh,
            expires_in=LIFETIME,
            username="amy",
            display_name="Amy",
            role=Role.CLERK,
        )

    # Answering

    def answer(self, request: Request) -> Answer:
        if request.path == "/v1/session":
            said = decode(SignIn, request.body)
            good = said.password == "right"
            return Answer(200, encode(self.session())) if good else problem(401, "WRONG_PASSWORD")
        if request.path == "/v1/session/refresh":
            return self._refreshed(decode(RefreshSession, request.body).refresh_token)
        if request.path == "/v1/health":
            body = {"status": "ok", "epoch": self.epoch, "head": self.head, "server_time": now()}
            return Answer(200, encode(body))
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self._access:
            return problem(401, "TOKEN_EXPIRED")
        return self._signed_in(request)

    def _signed_in(self, request: Request) -> Answer:
        if request.path == "/v1/outbox":
            return self._take(request)
        if request.path == "/v1/changes":
            return self._changes(int(request.query["epoch"]), int(request.query["after"]))
        if request.path == "/v1/snapshot":
            return self._manifest()
        if request.path.startswith("/v1/snapshot/"):
            return self._file(request)
        if match := re.fullmatch(r"/internal/customers/([^/]+)/credit", request.path):
            return Answer(200, encode(figures(match[1])))
        return problem(404, "NOT_FOUND")

    def _refreshed(self, token: str) -> Answer:
        if token not in self._refresh:
            return problem(401, "SESSION_ENDED")
        self._refresh.remove(token)
        return Answer(200, encode(self.session()))

    def _take(self, request: Request) -> Answer:
        message = decode(OutboxMessage, request.body)
        key = request.headers["idempotency-key"]
        if message.lane in self.refusals:
            return self.refusals[message.lane]
        if key in self._answers:
            known, stored = self._answers[key]
            same = known == request.body
            return Answer(200, encode(stored)) if same else problem(422, "OTHER_BYTES")
        expected = self._lanes.get(message.lane, 0) + 1
        if message.lane_seq != expected:
            return Answer(409, encode(LaneGap(code="LANE_GAP", expected=expected)))
        self._lanes[message.lane] = expected
        self.orders.append(message)
        self.publish((Entity.CREDIT, message.lane, figures(message.lane)))
        status = self.statuses.get(message.lane, UploadStatus.ACCEPTED)
        stored = UploadAnswer(status=status, msg_id=message.msg_id, server_pos=self.head)
        self._answers[key] = (request.body, stored)
        return Answer(200, encode(stored))

    def _changes(self, epoch: int, after: int) -> Answer:
        if epoch != self.epoch or after > self.head:
            return problem(409, "EPOCH")
        if after < self.floor:
            return problem(410, "SNAPSHOT_NEEDED")
        rows = self.feed[after : after + self.page_limit]
        while rows and not rows[-1].tx_last:
            rows.append(self.feed[rows[-1].pos])
        to = rows[-1].pos if rows else after
        page = ChangesPage(
            epoch=epoch,
            from_pos=after,
            to=to,
            head=self.head,
            complete=to == self.head,
            server_time=now(),
            rows=tuple(rows),
        )
        return Answer(200, encode(page))

    def _manifest(self) -> Answer:
        sha = hashlib.sha256(self._packed).hexdigest()
        manifest = SnapshotManifest(
            epoch=self.epoch,
            pos=self.snapshot_pos,
            schema=self.schema,
            url=f"/v1/snapshot/{sha[:12]}.db.zst",
            sha256=sha,
            size=len(self._packed),
            uncompressed_size=self._plain_size,
            counts=self.counts,
            created_at=now(),
        )
        return Answer(200, encode(manifest), headers={"etag": f'"{sha}"'})

    def _file(self, request: Request) -> Answer:
        sha = hashlib.sha256(self._packed).hexdigest()
        headers = {"etag": f'"{sha}"', "accept-ranges": "bytes"}
        start = 0
        if request.headers.get("if-range") == f'"{sha}"':
            start = int(request.headers["range"].removeprefix("bytes=").rstrip("-"))
        kind = "application/zstd"
        return Answer(206 if start else 200, self._packed[start:], headers, kind)

    # The wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        query = {k: v[0] for k, v in parse_qs(scope["query_string"].decode()).items()}
        headers = {k.decode().lower(): v.decode() for k, v in scope["headers"]}
        request = Request(scope["method"], scope["path"], query, headers, body)
        self.requests.append(request)
        answer = self.answer(request)
        for entry in self.faults:
            if re.search(entry[0], request.path):
                self.faults.remove(entry)
                answer = await entry[1](answer)
                break
        await reply(answer, send)

    async def _websocket(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        hello = decode(Hello, (await receive())["text"])
        self.hellos.append(hello)
        if hello.token not in self._access:
            await send({"type": "websocket.close", "code": 4001})
            return
        resume = "ok" if hello.epoch == self.epoch else "snapshot"
        welcome = Welcome(head=self.head, epoch=self.epoch, resume=resume, server_time=now())
        await send({"type": "websocket.send", "text": encode(welcome).decode()})
        queue: asyncio.Queue[Any] = asyncio.Queue()
        if resume == "ok":
            for change in self.feed[hello.pos :]:
                queue.put_nowait(change)
        self.sockets.append(queue)
        gone = asyncio.ensure_future(self._until_gone(receive))
        try:
            while not gone.done():
                getter = asyncio.ensure_future(queue.get())
                await asyncio.wait({getter, gone}, return_when=asyncio.FIRST_COMPLETED)
                if not getter.done():
                    getter.cancel()
                    return
                await self._push(getter.result(), send)
        finally:
            self.sockets.remove(queue)
            gone.cancel()

    async def _until_gone(self, receive: Receive) -> None:
        while (message := await receive())["type"] != "websocket.disconnect":
            self.hellos.append(decode(Hello, message["text"]))

    async def _push(self, message: Any, send: Send) -> None:
        if isinstance(message, int):
            await send({"type": "websocket.close", "code": message})
            return
        if isinstance(message, Change):
            if message.pos in self.lost_frames:
                self.lost_frames.remove(message.pos)
                return
            message = Envelope(
                epoch=self.epoch,
                pos=message.pos,
                tx_last=message.tx_last,
                id=f"event-{message.pos}",
                event=EventName.CREDIT_CHANGED,
                occurred_at=now(),
                data={},
                change=message,
            )
        await send({"type": "websocket.send", "text": encode(message).decode()})


@asynccontextmanager
async def served(office: ToyOffice) -> AsyncIterator[ToyOffice]:
    """The office on a free port of the loopback until the end of the block."""
    async with served_app(office) as office.url:
        try:
            yield office
        finally:
            for queue in office.sockets:
                queue.put_nowait(1012)
