"""Signing in, staying signed in, and what ends a session."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.wire.codec import decode
from app.wire.registers import Role, Session
from server.refusals import NotSignedIn
from server.security.sessions import Tokens
from server.security.users import User
from tests.server.conftest import Client

DEMO = {"username": "demo", "password": "demo"}


async def post(
    client: httpx.AsyncClient, path: str, body: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    response = await client.post(path, json=body)
    return response.status_code, response.json()


async def refresh(client: httpx.AsyncClient, token: str) -> tuple[int, dict[str, Any]]:
    return await post(client, "/v1/session/refresh", {"refresh_token": token})


@pytest.fixture
def nobody(client: Client) -> httpx.AsyncClient:
    return client(None)


async def test_the_right_password_gives_a_session_of_five_minutes(
    nobody: httpx.AsyncClient,
) -> None:
    response = await nobody.post("/v1/session", json=DEMO)
    session = decode(Session, response.content)
    assert (session.role, session.expires_in, session.display_name) == (Role.CLERK, 300, "林小姐")
    nobody.headers["Authorization"] = f"Bearer {session.access_token}"
    assert (await nobody.get("/internal/products")).status_code == 200


@pytest.mark.parametrize("wrong", [DEMO | {"password": "Demo"}, DEMO | {"username": "stranger"}])
async def test_a_wrong_password_and_an_unknown_name_look_the_same(
    nobody: httpx.AsyncClient, wrong: dict[str, str]
) -> None:
    status, problem = await post(nobody, "/v1/session", wrong)
    assert (status, problem["code"]) == (401, "WRONG_PASSWORD")


async def test_a_person_whose_access_was_closed_can_not_sign_in(
    nobody: httpx.AsyncClient, app: FastAPI
) -> None:
    await app.state.parts.pool.execute("UPDATE users SET active = false WHERE username = 'demo'")
    assert (await post(nobody, "/v1/session", DEMO))[0] == 401


async def test_a_refresh_token_gives_fresh_ones(nobody: httpx.AsyncClient) -> None:
    _, session = await post(nobody, "/v1/session", DEMO)
    status, renewed = await refresh(nobody, session["refresh_token"])
    assert status == 200
    assert renewed["refresh_token"] != session["refresh_token"]
    assert (await refresh(nobody, renewed["refresh_token"]))[0] == 200


async def test_a_used_token_ends_the_whole_session(nobody: httpx.AsyncClient) -> None:
    _, first = await post(nobody, "/v1/session", DEMO)
    _, second = await refresh(nobody, first["refresh_token"])
    _, third = await refresh(nobody, second["refresh_token"])
    status, problem = await refresh(nobody, first["refresh_token"])
    assert (status, problem["code"]) == (401, "SESSION_ENDED")
    assert (await refresh(nobody, third["refresh_token"]))[0] == 401


async def test_a_lost_answer_does_not_end_the_session(nobody: httpx.AsyncClient) -> None:
    _, session = await post(nobody, "/v1/session", DEMO)
    _, lost = await refresh(nobody, session["refresh_token"])
    status, renewed = await refresh(nobody, session["refresh_token"])
    assert status == 200
    assert (await refresh(nobody, renewed["refresh_token"]))[0] == 200
    assert (await refresh(nobody, lost["refresh_token"]))[0] == 401


async def test_sessions_end_independently_of_each_other(nobody: httpx.AsyncClient) -> None:
    _, one = await post(nobody, "/v1/session", DEMO)
    _, other = await post(nobody, "/v1/session", DEMO)
    _, renewed = await refresh(nobody, one["refresh_token"])
    await refresh(nobody, renewed["refresh_token"])
    await refresh(nobody, one["refresh_token"])
    assert (await refresh(nobody, other["refresh_token"]))[0] == 200


async def test_refresh_tokens_are_kept_as_hashes_only(
    nobody: httpx.AsyncClient, app: FastAPI
) -> None:
    _, session = await post(nobody, "/v1/session", DEMO)
    kept = await app.state.parts.pool.fetchval("SELECT token_hash FROM refresh_tokens")
    assert session["refresh_token"].encode() not in kept
    assert len(kept) == 32


async def test_an_expired_session_needs_the_password(
    nobody: httpx.AsyncClient, app: FastAPI
) -> None:
    _, session = await post(nobody, "/v1/session", DEMO)
    await app.state.parts.pool.execute("UPDATE refresh_tokens SET expires_at = now()")
    assert (await refresh(nobody, session["refresh_token"]))[1]["code"] == "SESSION_ENDED"


def test_an_expired_access_token_says_so() -> None:
    tokens = Tokens(b"k" * 32, life=timedelta(seconds=-31))
    token = tokens.issue(User("demo", "", Role.CLERK))
    with pytest.raises(NotSignedIn) as refusal:
        tokens.read(token)
    assert refusal.value.code == "TOKEN_EXPIRED"


def test_a_token_of_another_server_is_not_accepted() -> None:
    token = Tokens(b"a" * 32).issue(User("demo", "", Role.ADMIN))
    with pytest.raises(NotSignedIn) as refusal:
        Tokens(b"b" * 32).read(token)
    assert refusal.value.code == "TOKEN_INVALID"
