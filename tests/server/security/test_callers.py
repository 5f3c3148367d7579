"""Services say who they are by tokens of their own; what is revoked is refused everywhere."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from app.domain.numbers import new_uid
from app.transport.service_auth import ServiceIdentity
from app.transport.signing import SigningTransport
from app.wire.registers import Role
from server.app import create_app
from server.neighbours.names import Neighbour
from server.place import Place
from server.refusals import Conflict, Malformed, NotFound, NotSignedIn
from server.security import registers, services
from server.security.directory import Directory
from server.security.users import set_active, set_password
from tests.conftest import Databases
from tests.server.conftest import Client

KEY = Ed25519PrivateKey.generate()
PRODUCTS = "/internal/products"
DEMO = {"username": "demo", "password": "demo"}


@pytest.fixture
async def database(app: FastAPI) -> Any:
    async with app.state.parts.pool.acquire() as connection:
        yield connection


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def ask(client: httpx.AsyncClient, token: str) -> tuple[int, str]:
    answer = await client.get(PRODUCTS, headers=bearer(token))
    return answer.status_code, answer.json().get("code", "")


def token(**changes: Any) -> str:
    now = datetime.now(UTC)
    claims = {
        "iss": "dispatch", "aud": "luckygas", "iat": now, "exp": now + timedelta(minutes=5),
        "jti": "1",
    }  # fmt: skip
    claims |= changes
    return jwt.encode(
        {name: value for name, value in claims.items() if value is not None}, KEY, "EdDSA"
    )


@pytest.fixture
async def nobody(client: Client, database: asyncpg.Connection) -> httpx.AsyncClient:
    """A client without a token; the service "dispatch" is known."""
    await services.add_service(
        database, "dispatch", KEY.public_key(), networks=["127.0.0.0/8", "10.1.0.0/16"]
    )
    return client(None)


async def test_a_service_reads_as_itself(nobody: httpx.AsyncClient) -> None:
    assert await ask(nobody, token()) == (200, "")


LATE = datetime.now(UTC) - timedelta(minutes=10)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": LATE}, "TOKEN_EXPIRED"),
        ({"exp": datetime.now(UTC) + timedelta(hours=1)}, "TOKEN_LIFE"),
        ({"aud": "another-server"}, "TOKEN_INVALID"),
        ({"aud": None}, "TOKEN_INVALID"),
        ({"jti": None}, "TOKEN_INVALID"),
        ({"iat": None}, "TOKEN_INVALID"),
        ({"iss": "stranger"}, "SERVICE_UNKNOWN"),
        ({"iss": "luckygas"}, "TOKEN_INVALID"),
        ({"iss": None}, "SERVICE_UNKNOWN"),
    ],
)
async def test_a_token_that_is_not_as_it_should_be_is_refused(
    nobody: httpx.AsyncClient, changes: dict[str, Any], code: str
) -> None:
    assert await ask(nobody, token(**changes)) == (401, code)


async def test_a_token_of_another_key_or_kind_is_refused(nobody: httpx.AsyncClient) -> None:
    stranger = ServiceIdentity("dispatch", Ed25519PrivateKey.generate(), "luckygas")
    assert await ask(nobody, stranger.token(datetime.now(UTC))) == (401, "TOKEN_INVALID")
    public = KEY.public_key().public_bytes_raw()
    confused = jwt.encode({"sub": "x", "role": "admin", "sid": str(new_uid())}, public, "HS256")
    assert await ask(nobody, confused) == (401, "TOKEN_INVALID")
    unsigned = jwt.encode({"sub": "x", "role": "admin"}, "", "none")
    assert await ask(nobody, unsigned) == (401, "TOKEN_INVALID")


async def test_a_service_may_not_do_what_people_decide(nobody: httpx.AsyncClient) -> None:
    answer = await nobody.put(f"{PRODUCTS}/P001", json={}, headers=bearer(token()))
    assert (answer.status_code, answer.json()["code"]) == (403, "ROLE")


async def test_a_service_calls_from_its_networks_only(
    nobody: httpx.AsyncClient, app: FastAPI
) -> None:
    for address, expected in (
        ("10.1.2.3", (200, "")),
        ("10.2.0.1", (401, "ADDRESS")),
        ("::1", (401, "ADDRESS")),
    ):
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
            assert await ask(client, token()) == expected


async def test_only_a_trusted_proxy_may_say_for_whom_it_asks(
    databases: Databases, tmp_path: Any
) -> None:
    place = Place(databases.sample(), tmp_path, trusted_proxies=(ip_network("10.9.0.0/16"),))
    app = create_app(place)
    async with app.router.lifespan_context(app):
        async with app.state.parts.pool.acquire() as connection:
            key = KEY.public_key()
            await services.add_service(connection, "dispatch", key, networks=["10.1.0.0/16"])
        for peer, told, code in (
            ("10.9.0.1", "10.1.0.5", ""),
            ("10.9.0.1", "10.1.0.5, 10.9.0.2", ""),
            ("10.9.0.1", "10.1.0.5, 8.8.8.8", "ADDRESS"),
            ("10.9.0.1", "nonsense", "ADDRESS"),
            ("8.8.8.8", "10.1.0.5", "ADDRESS"),
        ):
            transport = httpx.ASGITransport(app, client=(peer, 1))
            headers = bearer(token()) | {"x-forwarded-for": told}
            async with httpx.AsyncClient(transport=transport, base_url="http://o") as client:
                answer = await client.get(PRODUCTS, headers=headers)
            assert answer.json().get("code", "") == code, (peer, told)


async def test_a_revoked_service_is_refused_and_may_come_back_with_a_new_key(
    nobody: httpx.AsyncClient, app: FastAPI, database: asyncpg.Connection
) -> None:
    await services.revoke_service(database, "dispatch")
    await app.state.parts.directory.refresh()
    assert await ask(nobody, token()) == (401, "SERVICE_REVOKED")
    new = Ed25519PrivateKey.generate()
    await services.add_service(database, "dispatch", new.public_key())
    await app.state.parts.directory.refresh()
    fresh = ServiceIdentity("dispatch", new, "luckygas").token(datetime.now(UTC))
    assert await ask(nobody, fresh) == (200, "")
    assert await ask(nobody, token()) == (401, "TOKEN_INVALID")


async def test_a_server_has_a_name_of_its_own(
    nobody: httpx.AsyncClient, app: FastAPI, database: asyncpg.Connection
) -> None:
    await services.rename_server(database, "main-office")
    await app.state.parts.directory.refresh()
    assert await ask(nobody, token()) == (401, "TOKEN_INVALID")
    assert await ask(nobody, token(aud="main-office")) == (200, "")
    for taken in (
        services.rename_server(database, "dispatch"),
        services.add_service(database, "main-office", KEY.public_key()),
        services.add_service(database, "dispatch", KEY.public_key()),
    ):
        with pytest.raises(Conflict):
            await taken
    with pytest.raises(NotFound):
        await services.revoke_service(database, "stranger")
    with pytest.raises(Malformed):
        await services.add_service(database, "x", KEY.public_key(), networks=["10.1.0.1/16"])


async def signed_in(nobody: httpx.AsyncClient, **more: str) -> str:
    answer = await nobody.post("/v1/session", json=DEMO | more)
    assert answer.status_code == 200
    return str(answer.json()["access_token"])


async def test_signing_out_ends_the_access_token_too(nobody: httpx.AsyncClient) -> None:
    mine, other = await signed_in(nobody), await signed_in(nobody)
    ended = await nobody.delete("/v1/session", headers=bearer(mine))
    assert (ended.status_code, ended.json()) == (200, {"username": "demo"})
    assert await ask(nobody, mine) == (401, "SESSION_ENDED")
    assert await ask(nobody, other) == (200, "")


async def heard(directory: Directory, access_token: str) -> None:
    """Return once the directory has noticed by itself that the token's session is over."""
    session_id = UUID(jwt.decode(access_token, options={"verify_signature": False})["sid"])
    async with asyncio.timeout(5):
        while True:
            changed = directory.changed
            if session_id in directory.now.ended:
                return
            await changed.wait()


Ending = Callable[[asyncpg.Connection], Awaitable[None]]


async def close(database: asyncpg.Connection) -> None:
    await set_active(database, "demo", active=False)


async def change_password(database: asyncpg.Connection) -> None:
    await set_password(database, "demo", "another one")


@pytest.mark.parametrize("ending", [close, change_password])
async def test_a_persons_tokens_end_without_the_server_being_told(
    nobody: httpx.AsyncClient, app: FastAPI, database: asyncpg.Connection, ending: Ending
) -> None:
    mine = await signed_in(nobody)
    await ending(database)
    await heard(app.state.parts.directory, mine)
    assert await ask(nobody, mine) == (401, "SESSION_ENDED")


async def test_another_process_hears_of_it_as_well(
    nobody: httpx.AsyncClient, app: FastAPI, databases: Databases
) -> None:
    mine = await signed_in(nobody)
    elsewhere = await Directory.opened(app.state.parts.pool)
    following = asyncio.create_task(elsewhere.run())
    await nobody.delete("/v1/session", headers=bearer(mine))
    await heard(elsewhere, mine)
    following.cancel()


async def test_a_revoked_register_is_told_so_wherever_it_asks(
    nobody: httpx.AsyncClient, app: FastAPI, database: asyncpg.Connection
) -> None:
    device = str(new_uid())
    session = (await nobody.post("/v1/session", json=DEMO | {"device_id": device})).json()
    mine = session["access_token"]
    enrolment = {"device_id": device, "name": "櫃台"}
    await nobody.post("/v1/registers", json=enrolment, headers=bearer(mine))
    await registers.revoke_register(database, 1)
    await app.state.parts.directory.refresh()
    with pytest.raises(NotSignedIn):
        app.state.parts.callers.refuse_revoked(UUID(device))
    assert await ask(nobody, mine) == (401, "REGISTER_REVOKED")
    renewal = {"refresh_token": session["refresh_token"]}
    answer = await nobody.post("/v1/session/refresh", json=renewal)
    assert (answer.status_code, answer.json()["code"]) == (401, "REGISTER_REVOKED")
    answer = await nobody.post("/v1/session", json=DEMO | {"device_id": device})
    assert (answer.status_code, answer.json()["code"]) == (401, "REGISTER_REVOKED")
    elsewhere = bearer(await signed_in(nobody))
    answer = await nobody.post("/v1/registers", json=enrolment, headers=elsewhere)
    assert (answer.status_code, answer.json()["code"]) == (401, "REGISTER_REVOKED")
    await registers.restore_register(database, 1)
    assert await ask(nobody, await signed_in(nobody, device_id=device)) == (200, "")


async def test_closed_people_come_back_only_when_let_in_again(
    nobody: httpx.AsyncClient, database: asyncpg.Connection
) -> None:
    await close(database)
    assert (await nobody.post("/v1/session", json=DEMO)).status_code == 401
    await set_active(database, "demo", active=True)
    assert (await nobody.post("/v1/session", json=DEMO)).status_code == 200
    with pytest.raises(NotFound):
        await set_active(database, "stranger", active=False)


async def test_people_are_no_services(client: Client) -> None:
    answer = await client(Role.CLERK).post(f"{PRODUCTS}/reservations", json={})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "speaker"),
    [
        ("/internal/orders/O-1/dispatch-status", Neighbour.DISPATCH),
        ("/internal/orders/O-1/invoice-generated", Neighbour.INVOICES),
        ("/internal/orders/O-1/payment-status", Neighbour.ACCOUNTS),
        ("/internal/customers/C000123/credit-hold", Neighbour.ACCOUNTS),
    ],
)
async def test_each_neighbour_reports_its_own_affairs(
    app: FastAPI, database: asyncpg.Connection, path: str, speaker: Neighbour
) -> None:
    for neighbour in (speaker, Neighbour.REPORTS):
        await services.add_service(database, neighbour, KEY.public_key(), neighbour=neighbour)
        identity = ServiceIdentity(neighbour, KEY, "luckygas")
        line = SigningTransport(httpx.ASGITransport(app), partial(getattr, identity, "signer"))
        async with httpx.AsyncClient(transport=line, base_url="http://office") as client:
            answer = await client.post(
                path, content=b"{}", headers=bearer(identity.token(datetime.now(UTC)))
            )
        expected = "MALFORMED" if neighbour is speaker else "NEIGHBOUR"
        assert answer.json()["code"] == expected
