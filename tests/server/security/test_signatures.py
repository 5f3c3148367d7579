"""Critical operations want their sender's own signature, fresh and for the first time."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from app.domain.numbers import new_uid
from app.transport.service_auth import ServiceAuth, ServiceIdentity
from app.transport.signing import Signer, register_key_id
from app.wire.registers import Role
from server.security.services import add_service
from server.security.users import User
from tests.server.messages import Lanes, order

CREDIT = "/internal/customers/C000123/credit"
RESERVE = b'{"operation":"RESERVE","amount":10,"order_id":"O-9","timestamp":"2024-01-25T14:30:00Z"}'
Damage = Callable[[httpx.Request], None]


class Line(httpx.AsyncBaseTransport):
    """Signs as told, and lets the test spoil the request before it is sent."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.signer: Signer | None = None
        self.ago = timedelta()
        self.damage: Damage = lambda request: None
        self.sent: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.signer is not None:
            self.signer.sign(request, datetime.now(UTC) - self.ago)
        self.damage(request)
        self.sent.append(request)
        return await self._inner.handle_async_request(request)


@pytest.fixture
def line(app: FastAPI) -> Line:
    line = Line(app)
    line.signer = app.state.parts.directory.now.own.signer
    return line


@pytest.fixture
async def boss(app: FastAPI, line: Line) -> AsyncIterator[httpx.AsyncClient]:
    token = app.state.parts.tokens.issue(User("boss", "boss", Role.SUPERVISOR))
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        transport=line, base_url="http://office", headers=headers
    ) as client:
        yield client


async def reserve(client: httpx.AsyncClient) -> tuple[int, str]:
    answer = await client.post(CREDIT, content=RESERVE)
    return answer.status_code, answer.json().get("code", "")


async def entries(app: FastAPI) -> Any:
    return await app.state.parts.pool.fetchval(
        "SELECT count(*) FROM credit_entries WHERE order_id = 'O-9'"
    )


async def test_a_signed_request_is_served(app: FastAPI, boss: httpx.AsyncClient) -> None:
    assert await reserve(boss) == (200, "")
    assert await entries(app) == 1


async def test_an_unsigned_request_changes_nothing(
    app: FastAPI, line: Line, boss: httpx.AsyncClient
) -> None:
    line.signer = None
    assert await reserve(boss) == (401, "SIGNATURE_MISSING")
    assert await entries(app) == 0


def other_body(request: httpx.Request) -> None:
    request.stream = httpx.ByteStream(RESERVE.replace(b"10", b"99"))


def other_path(request: httpx.Request) -> None:
    request.url = request.url.copy_with(path="/internal/customers/C000003/credit")


def other_query(request: httpx.Request) -> None:
    request.url = request.url.copy_with(query=b"a=b")


def other_key(request: httpx.Request) -> None:
    request.headers["idempotency-key"] = "another"


def other_digest(request: httpx.Request) -> None:
    request.headers["content-digest"] = "sha-256=:" + "A" * 43 + "=:"


def other_signature(request: httpx.Request) -> None:
    request.headers["signature"] = "luckygas=:" + "A" * 86 + "==:"


def nonsense(request: httpx.Request) -> None:
    request.headers["signature-input"] = "luckygas=(((;"


def uncovered(request: httpx.Request) -> None:
    given = request.headers["signature-input"]
    request.headers["signature-input"] = given.replace('"content-digest" ', "")


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (other_body, "SIGNATURE_DIGEST"),
        (other_path, "SIGNATURE_WRONG"),
        (other_query, "SIGNATURE_WRONG"),
        (other_key, "SIGNATURE_INCOMPLETE"),
        (other_digest, "SIGNATURE_WRONG"),
        (other_signature, "SIGNATURE_WRONG"),
        (nonsense, "SIGNATURE_WRONG"),
        (uncovered, "SIGNATURE_WRONG"),
    ],
)
async def test_a_request_that_was_changed_on_its_way_changes_nothing(
    app: FastAPI, line: Line, boss: httpx.AsyncClient, damage: Damage, code: str
) -> None:
    line.damage = damage
    assert await reserve(boss) == (401, code)
    assert await entries(app) == 0


@pytest.mark.parametrize("minutes", [6, -1, 400 * 24 * 60])
async def test_a_signature_is_good_for_five_minutes(
    line: Line, boss: httpx.AsyncClient, minutes: int
) -> None:
    line.ago = timedelta(minutes=minutes)
    assert await reserve(boss) == (401, "SIGNATURE_EXPIRED")


async def test_clocks_may_differ_by_half_a_minute(line: Line, boss: httpx.AsyncClient) -> None:
    for seconds in (-25, 325):
        line.ago = timedelta(seconds=seconds)
        assert (await reserve(boss))[0] == 200


async def test_the_same_signature_is_good_once(line: Line, boss: httpx.AsyncClient) -> None:
    await reserve(boss)
    copy = line.sent[0]
    line.signer = None
    answer = await boss.post(CREDIT, content=RESERVE, headers=copy.headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGNATURE_REPLAYED")


async def test_the_same_message_signed_anew_is_served_again(boss: httpx.AsyncClient) -> None:
    assert [await reserve(boss) for _ in range(2)] == [(200, ""), (200, "")]


async def test_a_stolen_signature_does_not_serve_another_token(
    app: FastAPI, line: Line, boss: httpx.AsyncClient
) -> None:
    def with_another_token(request: httpx.Request) -> None:
        token = app.state.parts.tokens.issue(User("other", "other", Role.ADMIN))
        request.headers["authorization"] = f"Bearer {token}"

    line.damage = with_another_token
    assert await reserve(boss) == (401, "SIGNATURE_WRONG")


async def enrolled(app: FastAPI, boss: httpx.AsyncClient) -> Signer:
    device = new_uid()
    signer = Signer(register_key_id(device), Ed25519PrivateKey.generate())
    body = {"device_id": str(device), "name": "櫃台", "public_key": signer.public_key}
    assert (await boss.post("/v1/registers", json=body)).status_code == 200
    return signer


async def test_a_register_signs_with_the_key_that_it_enrolled(
    app: FastAPI, line: Line, boss: httpx.AsyncClient
) -> None:
    line.signer = await enrolled(app, boss)
    assert await reserve(boss) == (200, "")


async def test_a_key_that_nobody_enrolled_is_foreign(line: Line, boss: httpx.AsyncClient) -> None:
    line.signer = Signer(register_key_id(new_uid()), Ed25519PrivateKey.generate())
    assert await reserve(boss) == (401, "SIGNATURE_FOREIGN")


async def test_another_key_under_a_registers_name_is_no_signature(
    app: FastAPI, line: Line, boss: httpx.AsyncClient
) -> None:
    signer = await enrolled(app, boss)
    line.signer = Signer(signer.key_id, Ed25519PrivateKey.generate())
    assert await reserve(boss) == (401, "SIGNATURE_WRONG")


async def test_a_register_reports_only_its_own_orders(
    app: FastAPI, line: Line, boss: httpx.AsyncClient
) -> None:
    line.signer = await enrolled(app, boss)
    raw, key = Lanes().parcel(order())
    answer = await boss.post("/v1/outbox", content=raw, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGNATURE_FOREIGN")
    own = Lanes(UUID(line.signer.key_id.removeprefix("register:")))
    raw, key = own.parcel(order())
    answer = await boss.post("/v1/outbox", content=raw, headers={"Idempotency-Key": key})
    assert answer.status_code == 200


async def test_a_service_signs_with_its_own_key_only(app: FastAPI, line: Line) -> None:
    async with app.state.parts.pool.acquire() as connection:
        keys = {name: Ed25519PrivateKey.generate() for name in ("dispatch", "billing")}
        for name, key in keys.items():
            await add_service(connection, name, key.public_key())
    identity = ServiceIdentity("dispatch", keys["dispatch"], "luckygas")
    auth = ServiceAuth(line, lambda: identity)
    async with httpx.AsyncClient(transport=auth, base_url="http://office") as service:
        line.signer = identity.signer
        assert await reserve(service) == (200, "")
        for foreign in (
            ServiceIdentity("billing", keys["billing"], "").signer,
            app.state.parts.directory.now.own.signer,
        ):
            line.signer = foreign
            assert await reserve(service) == (401, "SIGNATURE_FOREIGN")
