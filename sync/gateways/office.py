"""The office (our server) as methods that speak messages; see docs/decisions/051.

Raises only `Unreachable` (repeat later) or `Rejected` (a person must look), in their subclasses.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote
from uuid import UUID

import httpx

from app.domain.numbers import new_uid
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.deadline import unreachable
from app.transport.errors import (
    BrokenAnswer,
    EpochChanged,
    LaneGapFound,
    NewKeyNotAllowed,
    NotAllowed,
    NotFound,
    NotUnderstood,
    RegisterRevoked,
    Rejected,
    ServerFailed,
    SignatureRefused,
    SnapshotNeeded,
    StillWorking,
    SyncError,
    TimedOut,
    UpgradeNeeded,
    WrongPassword,
)
from app.transport.retry import RETRIED_STATUSES, retry_after
from app.wire.codec import MalformedMessage, Message, decode, encode
from app.wire.customers import CreditFigures
from app.wire.health import ServerHealth
from app.wire.orders import UploadAnswer
from app.wire.registers import (
    FEED_SCHEMA,
    ChangesPage,
    LaneGap,
    Problem,
    RegisterEnrolment,
    RegisterLease,
    Session,
    SignIn,
    SnapshotManifest,
)

M = TypeVar("M", bound=Message)
CREDIT_BUDGET = 1.5
MANIFEST_DEADLINE = 60.0
CHUNK = 64 * 1024
CHUNK_DEADLINE = 20.0  # a snapshot slower than 64 KB in 20 s counts as stalled
PAGE = 1000
_REJECTIONS: dict[int, type[Rejected]] = {
    400: NotUnderstood,
    403: NotAllowed,
    404: NotFound,
    410: SnapshotNeeded,
    413: NotUnderstood,
    415: NotUnderstood,
    422: NotUnderstood,
    426: UpgradeNeeded,
}
_BY_CODE: dict[str, type[Rejected]] = {
    "WRONG_PASSWORD": WrongPassword,
    "REGISTER_REVOKED": RegisterRevoked,
    "DEVICE_KEY": NewKeyNotAllowed,
}


def _problem(body: bytes) -> Problem:
    try:
        return decode(Problem, body)
    except MalformedMessage:
        return Problem(detail=body[:200].decode(errors="replace"))


def _conflict(body: bytes) -> SyncError:
    problem = _problem(body)
    if problem.code == "IN_PROGRESS":
        return StillWorking(problem.detail, retry_after=1.0)
    if problem.code == "EPOCH":
        return EpochChanged(problem.detail)
    if problem.code in _BY_CODE:
        return _BY_CODE[problem.code](problem.detail)
    try:
        return LaneGapFound(decode(LaneGap, body).expected)
    except MalformedMessage:
        return Rejected(f"HTTP 409 {problem.code} {problem.detail}")


def refusal(response: httpx.Response, now: datetime) -> SyncError:
    """What an answer other than 2xx means."""
    status, body = response.status_code, response.content
    if status >= 500 or status in RETRIED_STATUSES:
        return ServerFailed(status, _problem(body).detail, retry_after(response, now))
    if status == 409:
        return _conflict(body)
    problem = _problem(body)
    if problem.code.startswith("SIGNATURE_"):
        return SignatureRefused(f"HTTP {status} {problem.code} {problem.detail}")
    kind = _BY_CODE.get(problem.code) or _REJECTIONS.get(status, Rejected)
    return kind(f"HTTP {status} {problem.code} {problem.detail}".rstrip())


def _partial(file: Path) -> tuple[int, str]:
    tag_file = file.with_suffix(".etag")
    tag = tag_file.read_text() if tag_file.exists() else ""
    return (file.stat().st_size, tag) if tag and file.exists() else (0, "")


async def _chunks(response: httpx.Response) -> AsyncIterator[bytes]:
    chunks = response.aiter_raw(CHUNK)
    while True:
        async with asyncio.timeout(CHUNK_DEADLINE):
            chunk = await anext(chunks, b"")
        if not chunk:
            return
        yield chunk


class Office:
    """Every question a register asks the office, one method each."""

    def __init__(self, client: httpx.AsyncClient, clock: Clock = SYSTEM_CLOCK) -> None:
        self._client = client
        self._clock = clock

    async def sign_in(self, username: str, password: str, device_id: UUID | None = None) -> Session:
        """Sign a person in; the stack uses the session from then on. `WrongPassword`."""
        body = encode(SignIn(username=username, password=password, device_id=device_id))
        request = self._request("POST", "/v1/session", "session", content=body)
        request.extensions.update({"anonymous": True, "retries": 1})
        return await self._ask(request, Session)

    async def sign_out(self, session: Session) -> None:
        """End a session that is no longer the stack's own; its tokens serve nobody any more."""
        request = self._request("DELETE", "/v1/session", "session")
        request.headers["authorization"] = f"Bearer {session.access_token}"
        request.extensions.update({"anonymous": True, "retries": 0})
        response = await self._client.send(request)
        if not response.is_success:
            raise refusal(response, self._clock.now())

    async def enrol(self, enrolment: RegisterEnrolment) -> RegisterLease:
        """The code of this register; the same device always gets the same one."""
        body = encode(enrolment)
        request = self._request("POST", "/v1/registers", "registers", content=body)
        return await self._ask(request, RegisterLease)

    async def credit(self, customer_id: str) -> CreditFigures:
        """The customer's account as it stands, within 1.5 s or not at all."""
        path = f"/internal/customers/{quote(customer_id, safe='')}/credit"
        request = self._request("GET", path, "credit")
        # The answer's own deadline ends first, so that a slow office is counted as a failure.
        request.extensions.update({"retries": 0, "deadline": 0.95 * CREDIT_BUDGET})
        try:
            async with asyncio.timeout(CREDIT_BUDGET):
                return await self._ask(request, CreditFigures)
        except TimeoutError as error:
            raise TimedOut(f"no credit answer within {CREDIT_BUDGET} s") from error

    async def upload(self, message: bytes, msg_id: UUID) -> UploadAnswer:
        """Deliver one outbox message; repeatable with the same key and bytes. `LaneGapFound`."""
        request = self._request("POST", "/v1/outbox", "outbox", content=message)
        # One name for the order from here to the last neighbour.
        request.headers.update({"idempotency-key": str(msg_id), "x-correlation-id": str(msg_id)})
        answer = await self._ask(request, UploadAnswer)
        if answer.msg_id != msg_id:
            raise BrokenAnswer(f"the answer is about {answer.msg_id}, not {msg_id}")
        return answer

    async def changes(self, epoch: int, after: int, limit: int = PAGE) -> ChangesPage:
        """The feed after a position. `EpochChanged`, `SnapshotNeeded`."""
        path = f"/v1/changes?epoch={epoch}&after={after}&limit={limit}&schema={FEED_SCHEMA}"
        return await self._ask(self._request("GET", path, "changes"), ChangesPage)

    async def snapshot_manifest(self) -> SnapshotManifest:
        """The newest bootstrap file."""
        request = self._request("GET", "/v1/snapshot", "snapshot")
        # A large shop's first file may still be under construction when it is asked for.
        request.extensions.update({"retries": 0, "deadline": MANIFEST_DEADLINE})
        return await self._ask(request, SnapshotManifest)

    async def health(self) -> ServerHealth:
        """Whether the office answers at all; needs nobody signed in."""
        request = self._request("GET", "/v1/health", "health")
        request.extensions.update({"anonymous": True, "retries": 0})
        return await self._ask(request, ServerHealth)

    async def download_snapshot(
        self, manifest: SnapshotManifest, into: Path, progress: Callable[[int], None]
    ) -> None:
        """Fetch the file, going on where an earlier download of it broke off.

        `progress` hears the bytes that are there so far. The caller checks the sha256.
        """
        have, tag = await asyncio.to_thread(_partial, into)
        if have == manifest.size:
            return
        request = self._request("GET", manifest.url, "snapshot file")
        request.extensions.update({"streamed": True})
        if 0 < have < manifest.size:
            request.headers.update({"range": f"bytes={have}-", "if-range": tag})
        response = await self._client.send(request, stream=True)
        try:
            await self._store(response, manifest, into, progress)
        except httpx.TransportError as error:
            raise unreachable(error) from error
        except TimeoutError as error:
            raise TimedOut(f"less than {CHUNK} bytes in {CHUNK_DEADLINE:g} s") from error
        finally:
            await response.aclose()

    async def _store(
        self,
        response: httpx.Response,
        manifest: SnapshotManifest,
        into: Path,
        progress: Callable[[int], None],
    ) -> None:
        if response.status_code not in {200, 206}:
            await response.aread()
            raise refusal(response, self._clock.now())
        # The download is appended where it broke off; the file system takes a chunk in
        # microseconds, so no thread is worth its hand-over.
        into.with_suffix(".etag").write_text(response.headers.get("etag", ""))
        with into.open("ab" if response.status_code == 206 else "wb") as file:
            async for chunk in _chunks(response):
                file.write(chunk)
                if file.tell() > manifest.size:
                    raise BrokenAnswer("the snapshot is larger than its manifest says")
                progress(file.tell())

    def _request(
        self, method: str, path: str, operation: str, content: bytes | None = None
    ) -> httpx.Request:
        headers = {"x-correlation-id": str(new_uid())}
        if content is not None:
            headers["content-type"] = "application/json"
        return self._client.build_request(
            method, path, content=content, headers=headers, extensions={"operation": operation}
        )

    async def _ask(self, request: httpx.Request, kind: type[M]) -> M:
        response = await self._client.send(request)
        if not response.is_success:
            raise refusal(response, self._clock.now())
        try:
            return decode(kind, response.content)
        except MalformedMessage as error:
            raise BrokenAnswer(str(error)) from error
