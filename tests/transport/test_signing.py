"""Requests that are signed anew for each attempt, by whoever must be believed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from app.transport.clocks import SYSTEM_CLOCK
from app.transport.retry import RetryTransport
from app.transport.service_auth import ServiceAuth, ServiceIdentity
from app.transport.signing import Signer, SigningTransport

KEY = Ed25519PrivateKey.generate()
SIGNER = Signer("service:test", KEY)
TOKEN = {"authorization": "Bearer x"}
Office = Callable[[httpx.Request], httpx.Response]
BRISK = replace(SYSTEM_CLOCK, chance=lambda: 0.0)


def client(office: Office, clock=BRISK, signer: Signer | None = SIGNER) -> httpx.AsyncClient:
    signing = SigningTransport(httpx.MockTransport(office), lambda: signer, clock)
    return httpx.AsyncClient(transport=RetryTransport(signing, clock), base_url="http://office")


class Verifier(HTTPMessageVerifier):
    max_clock_skew = timedelta(days=999)


def verified(request: httpx.Request) -> dict[str, int | str]:
    keys = MappingKeyResolver(public_keys={"service:test": KEY.public_key()}, private_keys={})
    verifier = Verifier(signature_algorithm=ED25519, key_resolver=keys)
    (result,) = verifier.verify(request, max_age=None, body=request.content)
    return result.parameters


async def test_what_changes_something_is_signed_with_its_body_and_key() -> None:
    seen: list[httpx.Request] = []

    def office(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    async with client(office) as line:
        await line.post("/a?b=c", content=b"{}", headers=TOKEN | {"idempotency-key": "k"})
    parameters = verified(seen[0])
    assert parameters["keyid"] == "service:test"
    assert '"idempotency-key"' in seen[0].headers["signature-input"]


@pytest.mark.parametrize(("method", "headers"), [("GET", TOKEN), ("POST", {})])
async def test_reading_and_strangers_are_not_signed(method: str, headers: dict[str, str]) -> None:
    def office(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500 if "signature" in request.headers else 200)

    async with client(office) as line:
        assert (await line.request(method, "/", headers=headers)).status_code == 200


async def test_without_a_key_nothing_is_signed() -> None:
    def office(request: httpx.Request) -> httpx.Response:
        return httpx.Response(500 if "signature" in request.headers else 200)

    async with client(office, signer=None) as line:
        assert (await line.post("/", headers=TOKEN)).status_code == 200


async def test_every_attempt_has_a_nonce_of_its_own() -> None:
    nonces: list[int | str] = []

    def office(request: httpx.Request) -> httpx.Response:
        nonces.append(verified(request)["nonce"])
        return httpx.Response(503 if len(nonces) < 3 else 200)

    async with client(office) as line:
        assert (await line.post("/", content=b"{}", headers=TOKEN)).status_code == 200
    assert len(set(nonces)) == 3


async def test_a_machine_with_a_wrong_clock_takes_over_the_servers_time() -> None:
    created: list[float] = []

    def office(request: httpx.Request) -> httpx.Response:
        now = datetime.now(UTC)
        made = int(verified(request)["created"])
        created.append(made)
        if abs(now.timestamp() - made) < 300:
            return httpx.Response(200)
        return httpx.Response(
            401,
            json={"code": "SIGNATURE_EXPIRED", "message": ""},
            headers={"date": format_datetime(now, usegmt=True)},
        )

    behind = replace(BRISK, now=lambda: datetime.now(UTC) - timedelta(days=400))
    async with client(office, behind) as line:
        answers = [await line.post("/", headers=TOKEN) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(created) == 3  # only the first one had to be sent twice


async def test_another_refusal_is_not_sent_again() -> None:
    asked: list[httpx.Request] = []

    def office(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(401, json={"code": "SIGNATURE_FOREIGN", "message": ""})

    async with client(office) as line:
        assert (await line.post("/", headers=TOKEN)).status_code == 401
    assert len(asked) == 1


async def test_a_service_says_who_it_is_for_a_few_minutes() -> None:
    tokens: list[str] = []

    def office(request: httpx.Request) -> httpx.Response:
        tokens.append(request.headers["authorization"].removeprefix("Bearer "))
        return httpx.Response(200)

    identity = ServiceIdentity("dispatch", KEY, "luckygas")
    line = ServiceAuth(httpx.MockTransport(office), lambda: identity)
    async with httpx.AsyncClient(transport=line, base_url="http://office") as asking:
        await asking.get("/")
    claims = jwt.decode(tokens[0], KEY.public_key(), algorithms=["EdDSA"], audience="luckygas")
    assert claims["iss"] == "dispatch"
    assert 0 < claims["exp"] - claims["iat"] <= 300
    assert claims["jti"]
