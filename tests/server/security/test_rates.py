"""Whoever asks too much is told when to come back; the others notice nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from app.wire.registers import Role
from server.app import create_app
from server.place import Place
from server.refusals import TooMany
from server.security.rates import LIMITS, Limited, Rates
from server.security.users import User
from tests.conftest import Databases

PRODUCTS = "/internal/products/P001"


@pytest.fixture
async def strict(databases: Databases, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """A server that allows a hundredth of what is usual."""
    app = create_app(Place(databases.sample(), tmp_path, rate_factor=0.01))
    async with app.router.lifespan_context(app):
        yield app


def person(app: FastAPI, name: str = "demo") -> httpx.AsyncClient:
    token = app.state.parts.tokens.issue(User(name, name, Role.CLERK))
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://office",
        headers={"Authorization": f"Bearer {token}"},
    )


async def test_one_counter_that_runs_wild_is_held_back_and_no_other(strict: FastAPI) -> None:
    async with person(strict) as wild, person(strict) as quiet:
        answers = [(await wild.get(PRODUCTS)) for _ in range(31)]
        assert [answer.status_code for answer in answers] == [200] * 30 + [429]
        assert answers[-1].json()["code"] == "RATE_LIMIT"
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 30
        assert answers[-1].headers["content-digest"]
        assert (await quiet.get(PRODUCTS)).status_code == 200


async def test_an_address_is_counted_before_anybody_is_known(strict: FastAPI) -> None:
    transport = httpx.ASGITransport(strict, client=("10.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://office") as flood:
        statuses = [(await flood.get(PRODUCTS)).status_code for _ in range(301)]
    assert statuses == [401] * 300 + [429]
    async with person(strict) as elsewhere:
        assert (await elsewhere.get(PRODUCTS)).status_code == 200


async def test_passwords_are_counted_by_address(strict: FastAPI) -> None:
    transport = httpx.ASGITransport(strict)
    async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
        bodies = [{"username": f"name-{n}", "password": "x"} for n in range(4)]
        statuses = [(await client.post("/v1/session", json=b)).status_code for b in bodies]
    assert statuses == [401, 401, 401, 429]


def test_our_own_calls_and_a_factor_of_zero_know_no_limit() -> None:
    rates = Rates(0.0001)
    for _ in range(10):
        rates.count(Limited.SERVICE, "in-process")
        Rates(0).count(Limited.SERVICE, "dispatch")
    rates.count(Limited.SERVICE, "dispatch")
    with pytest.raises(TooMany):
        rates.count(Limited.SERVICE, "dispatch")


def test_two_hundred_counters_behind_one_address_catch_up_unhindered() -> None:
    rates, counters = Rates(), 200
    # In half a minute: a feed of a thousand pages over all, and 120 orders from each of them.
    for counter in range(counters):
        for _ in range(125):
            rates.count(Limited.ADDRESS, "203.0.113.7")
            rates.count(Limited.PERSON, f"session {counter}")
            rates.count(Limited.REGISTER, f"register {counter}")
    assert set(LIMITS) == set(Limited)
