"""Guessing passwords gets slower with every guess, for nobody else, and never for ever."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from server.security.throttle import LONGEST_PAUSE_S, pause_after

RIGHT = {"username": "demo", "password": "demo"}
WRONG = RIGHT | {"password": "guess"}


def at(app: FastAPI, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://office"
    )


async def attempt(client: httpx.AsyncClient, body: dict[str, str]) -> int:
    return (await client.post("/v1/session", json=body)).status_code


@pytest.mark.parametrize(
    ("failures", "seconds"), [(1, 0), (4, 0), (5, 5), (6, 10), (7, 20), (12, 640), (13, 900)]
)
def test_pauses_double_up_to_a_quarter_of_an_hour(failures: int, seconds: int) -> None:
    assert pause_after(failures) == seconds
    assert pause_after(10**6) == LONGEST_PAUSE_S


@pytest.mark.parametrize("name", ["demo", "nobody-by-that-name"])
async def test_after_five_wrong_passwords_one_has_to_wait(app: FastAPI, name: str) -> None:
    async with at(app, "10.0.0.1") as guesser:
        wrong = WRONG | {"username": name}
        assert [await attempt(guesser, wrong) for _ in range(5)] == [401] * 5
        refused = await guesser.post("/v1/session", json=RIGHT | {"username": name})
        assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY_ATTEMPTS")
        assert 1 <= int(refused.headers["retry-after"]) <= 5


async def test_the_owner_signs_in_elsewhere_all_the_while(app: FastAPI) -> None:
    async with at(app, "10.0.0.1") as guesser, at(app, "10.0.0.2") as owner:
        for _ in range(6):
            await attempt(guesser, WRONG)
        assert await attempt(owner, RIGHT) == 200


async def test_many_guesses_at_once_are_no_more_than_one_after_another(app: FastAPI) -> None:
    async with at(app, "10.0.0.1") as guesser:
        answers = await asyncio.gather(*(attempt(guesser, WRONG) for _ in range(12)))
        assert sorted(set(answers)) == [401, 429]
        assert await attempt(guesser, RIGHT) == 429


async def test_many_right_passwords_at_once_are_all_let_in(app: FastAPI) -> None:
    async with at(app, "10.0.0.1") as counters:
        answers = await asyncio.gather(*(attempt(counters, RIGHT) for _ in range(8)))
    assert set(answers) == {200}


async def test_when_the_pause_is_over_the_right_password_forgets_the_wrong_ones(
    app: FastAPI,
) -> None:
    pool = app.state.parts.pool
    async with at(app, "10.0.0.1") as person:
        for _ in range(5):
            await attempt(person, WRONG)
        await pool.execute("UPDATE sign_in_failures SET not_before = now()")
        assert await attempt(person, RIGHT) == 200
        assert await pool.fetchval("SELECT count(*) FROM sign_in_failures") == 0


async def test_who_stopped_guessing_an_hour_ago_begins_anew(app: FastAPI) -> None:
    pool = app.state.parts.pool
    async with at(app, "10.0.0.1") as person:
        for _ in range(5):
            await attempt(person, WRONG)
        await pool.execute(
            """UPDATE sign_in_failures
               SET not_before = now(), last_at = now() - interval '61 minutes'"""
        )
        assert [await attempt(person, WRONG) for _ in range(4)] == [401] * 4
        assert await attempt(person, RIGHT) == 200
