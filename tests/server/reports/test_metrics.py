"""The metrics feed: each fact counts once, in whatever order and however often it comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.customers import CustomerType, Zone
from app.domain.hours import TAIPEI, business_date
from app.domain.orders import PaymentMethod
from app.wire.codec import decode
from app.wire.enums import MetricType
from app.wire.reports import (
    HourlyCounts,
    LiveFigures,
    Metric,
    MetricDimensions,
    MetricValues,
)
from server.http.samples import METRIC
from server.reports.live import hourly, live
from server.reports.metrics import save_metric
from tests.conftest import Databases
from tests.server.messages import NOW

PATH = "/internal/reports/metrics"
NOON = datetime.combine(business_date(NOW) - timedelta(days=1), time(12), TAIPEI)
SIGN = {MetricType.ORDER_CREATED: 1, MetricType.ORDER_CANCELLED: -1}


def fact(**changes: Any) -> dict[str, Any]:
    return METRIC | {"timestamp": NOW.isoformat()} | changes


async def live_now(client: httpx.AsyncClient) -> LiveFigures:
    return decode(LiveFigures, (await client.get("/internal/reports/live")).content)


async def test_the_specs_own_metric_is_counted_in_its_hour(supervisor: httpx.AsyncClient) -> None:
    assert (await supervisor.post(PATH, json=METRIC)).status_code == 200
    answered = await supervisor.get("/internal/reports/hourly/2024-01-25")
    hours = {h.hour: h for h in decode(HourlyCounts, answered.content).hours}
    assert len(hours) == 24
    counted = hours[datetime(2024, 1, 25, 14, tzinfo=UTC)]
    assert (counted.created, counted.cylinders) == (1, 2)
    assert sum(hour.created for hour in hours.values()) == 1


async def test_today_is_live_with_its_age(supervisor: httpx.AsyncClient) -> None:
    assert (await live_now(supervisor)).age_seconds is None
    await supervisor.post(PATH, json=fact())
    figures = await live_now(supervisor)
    assert (figures.totals.orders, figures.totals.revenue) == (1, 1785)
    assert figures.by_zone[Zone.NORTH] == figures.totals
    assert figures.by_payment_method == {PaymentMethod.MONTHLY: figures.totals}
    assert figures.age_seconds is not None
    assert figures.age_seconds < 60


async def test_what_is_cancelled_is_taken_off_again(supervisor: httpx.AsyncClient) -> None:
    kinds = ("ORDER_CREATED", "ORDER_CREATED", "ORDER_CANCELLED", "ORDER_COMPLETED")
    for number, kind in enumerate(kinds):
        headers = {"Idempotency-Key": f"fact-{number}"}
        await supervisor.post(PATH, json=fact(metric_type=kind), headers=headers)
    await supervisor.post(PATH, json=fact(metric_type="ORDER_FAILED"))
    totals = (await live_now(supervisor)).totals
    assert (totals.created, totals.cancelled, totals.completed, totals.failed) == (2, 1, 1, 1)
    assert (totals.orders, totals.revenue, totals.cylinders) == (1, 1785, 2)
    assert (await live_now(supervisor)).delivery_success_rate == Decimal("0.5")


@pytest.mark.parametrize(
    ("headers", "extra", "counted"),
    [
        ({"Idempotency-Key": "one"}, {}, 1),
        ({}, {"metric_id": "one"}, 1),
        ({}, {}, 1),
    ],
    ids=["by its key", "by its metric_id", "by its content"],
)
async def test_a_repetition_counts_once(
    supervisor: httpx.AsyncClient, headers: dict[str, str], extra: dict[str, Any], counted: int
) -> None:
    body = fact(**extra)
    answers = await asyncio.gather(
        *(supervisor.post(PATH, json=body, headers=headers) for _ in range(6))
    )
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert (await live_now(supervisor)).totals.created == counted


async def test_equal_facts_with_keys_of_their_own_both_count(
    supervisor: httpx.AsyncClient,
) -> None:
    for key in ("one", "two"):
        await supervisor.post(PATH, json=fact(), headers={"Idempotency-Key": key})
    assert (await live_now(supervisor)).totals.created == 2


async def test_another_fact_under_a_used_key_is_refused(supervisor: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "one"}
    await supervisor.post(PATH, json=fact(), headers=key)
    response = await supervisor.post(PATH, json=fact(metric_type="ORDER_COMPLETED"), headers=key)
    assert (response.status_code, response.json()["code"]) == (409, "KEY_REUSED")
    assert (await live_now(supervisor)).totals.completed == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"metric_type": "ORDER_EATEN"},
        {"timestamp": "2024-01-25T14:30:00"},
        {"timestamp": (NOW + timedelta(days=1)).isoformat()},
        {"values": METRIC["values"] | {"revenue": 17.5}},
        {"values": METRIC["values"] | {"order_count": 10**12}},
        {"dimensions": METRIC["dimensions"] | {"zone": "WEST"}},
        {"dimensions": METRIC["dimensions"] | {"product_category": ""}},
        {"metric_id": "x" * 201},
    ],
)
async def test_what_can_not_be_meant_is_refused(
    supervisor: httpx.AsyncClient, changes: dict[str, Any]
) -> None:
    assert (await supervisor.post(PATH, json=fact(**changes))).status_code == 422
    assert (await live_now(supervisor)).totals.created == 0


@pytest.fixture(scope="module")
def dsn(databases: Databases) -> str:
    return databases.empty()


FACTS = st.lists(
    st.builds(
        Metric,
        metric_type=st.sampled_from(MetricType),
        timestamp=st.integers(-15 * 3600, 15 * 3600).map(lambda s: NOON + timedelta(seconds=s)),
        dimensions=st.builds(
            MetricDimensions,
            zone=st.sampled_from(Zone),
            customer_type=st.sampled_from(CustomerType),
            product_category=st.sampled_from(["STANDARD", "ACCESSORIES"]),
            payment_method=st.sampled_from(PaymentMethod),
        ),
        values=st.builds(
            MetricValues,
            order_count=st.sampled_from([-1, 1, 2]),
            revenue=st.integers(-5000, 50_000).map(Decimal),
            cylinder_count=st.integers(-5, 30),
        ),
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(facts=FACTS, data=st.data())
def test_repeated_and_reordered_facts_change_nothing(
    dsn: str, facts: list[Metric], data: st.DataObject
) -> None:
    repeated = facts_with_keys(facts)
    repeated += data.draw(st.lists(st.sampled_from(repeated), max_size=8))
    sending = data.draw(st.permutations(repeated))
    figures, counts = asyncio.run(after(dsn, sending))
    today = [f for f in facts if business_date(f.timestamp) == business_date(NOON)]
    signed = [(SIGN.get(f.metric_type, 0), f.values) for f in today]
    assert figures.totals.orders == sum(sign * v.order_count for sign, v in signed)
    assert figures.totals.revenue == sum(sign * v.revenue for sign, v in signed)
    assert figures.totals.cylinders == sum(sign * v.cylinder_count for sign, v in signed)
    for parts in (figures.by_zone, figures.by_customer_type, figures.by_payment_method):
        assert sum(part.revenue for part in parts.values()) == figures.totals.revenue
        assert sum(part.orders for part in parts.values()) == figures.totals.orders
    assert sum(hour.created for hour in counts.hours) == figures.totals.created


def facts_with_keys(facts: list[Metric]) -> list[tuple[str, Metric]]:
    return [(f"fact-{number}", metric) for number, metric in enumerate(facts)]


async def after(dsn: str, sending: list[tuple[str, Metric]]) -> tuple[LiveFigures, HourlyCounts]:
    async with undone(dsn) as connection:
        for key, metric in sending:
            await save_metric(connection, metric, key)
        return await live(connection, NOON), await hourly(connection, business_date(NOON))


@asynccontextmanager
async def undone(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose changes are taken back."""
    connection = await asyncpg.connect(dsn)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()
