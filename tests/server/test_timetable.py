"""What the entries of the timetable do."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from app.domain.hours import business_date
from app.domain.numbers import new_uid
from app.wire.codec import decode
from app.wire.schedules import Schedules
from server.jobs.schedules import Timetable
from server.parts import Parts
from server.timetable import SCHEDULES, pricing, tidy_up
from tests.server.messages import NOW


@pytest.fixture
def parts(app: FastAPI) -> Parts:
    parts: Parts = app.state.parts
    return parts


@pytest.mark.parametrize("name", [entry.name for entry in SCHEDULES])
async def test_every_entry_runs_in_the_sample_shop(
    parts: Parts, clerk: httpx.AsyncClient, name: str
) -> None:
    assert await Timetable(parts, SCHEDULES).run(name) is None
    answered = await clerk.get("/internal/schedules")
    states = {entry.name: entry for entry in decode(Schedules, answered.content).schedules}
    assert (states[name].outcome, states[name].attempts) == ("done", 1)


async def test_a_price_that_was_announced_is_in_the_feed_on_its_day(parts: Parts) -> None:
    today = business_date(NOW)
    async with parts.pool.acquire() as connection:
        await connection.execute("INSERT INTO product_prices VALUES ('P001', $1, 90000)", today)
        before = await connection.fetchval("SELECT pos FROM feed_head")
    await pricing(parts)
    told = await parts.pool.fetch(
        "SELECT row_id, cause FROM feed WHERE pos > $1 AND entity = 'product'", before
    )
    assert [tuple(row) for row in told] == [("P001", "price")]


async def test_what_is_old_is_forgotten_and_the_rest_stays(parts: Parts) -> None:
    old, young = NOW - timedelta(days=500), NOW - timedelta(days=300)
    for received_at in (old, young):
        await parts.pool.execute(
            """INSERT INTO idempotency (msg_id, device_id, sha256, received_at)
               VALUES ($1, $1, '', $2)""",
            *(new_uid(), received_at),
        )
        await parts.pool.execute(
            """INSERT INTO outbox (lane, neighbour, operation, method, path, state, settled_at)
               SELECT 'x', 'reports', 'x', 'POST', '/', state, $1
               FROM unnest(ARRAY['delivered', 'refused']) state""",
            received_at,
        )
    await tidy_up(parts)
    assert await parts.pool.fetchval("SELECT count(*) FROM idempotency") == 1
    left = await parts.pool.fetch("SELECT state FROM outbox WHERE lane = 'x' ORDER BY n")
    assert [row["state"] for row in left] == ["refused", "delivered", "refused"]
