"""Daily summaries over the spec's path: latest wins, repetitions add nothing, history is kept."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.domain.customers import Zone
from app.domain.hours import business_date
from app.wire.codec import decode
from app.wire.reports import DailyReport, DailyReports
from server.http.samples import DAILY_ORDERS
from tests.server.messages import NOW

PATH = "/internal/reports/daily-orders"
DAY = "2024-01-25"


def summary(orders: int = 156, **changes: Any) -> dict[str, Any]:
    body = DAILY_ORDERS | {"summary": DAILY_ORDERS["summary"] | {"total_orders": orders}}
    return body | changes


async def send(client: httpx.AsyncClient, body: dict[str, Any]) -> DailyReport:
    response = await client.post(PATH, json=body)
    assert response.status_code == 200, response.text
    return decode(DailyReport, response.content)


async def history(client: httpx.AsyncClient) -> list[tuple[int, int]]:
    found = decode(DailyReports, (await client.get(f"{PATH}/{DAY}/history")).content)
    return [(report.version, report.summary.total_orders) for report in found.reports]


async def test_the_specs_own_summary_is_kept_and_read(supervisor: httpx.AsyncClient) -> None:
    kept = await send(supervisor, DAILY_ORDERS)
    read = decode(DailyReport, (await supervisor.get(f"{PATH}/{DAY}")).content)
    assert kept == read
    assert (read.version, read.summary.total_revenue, read.by_zone[Zone.NORTH].orders) == (
        1,
        234500,
        67,
    )


async def test_the_same_figures_again_add_no_version(supervisor: httpx.AsyncClient) -> None:
    for _ in range(3):
        await send(supervisor, DAILY_ORDERS)
    assert await history(supervisor) == [(1, 156)]


async def test_a_corrected_day_counts_and_the_earlier_version_is_kept(
    supervisor: httpx.AsyncClient,
) -> None:
    await send(supervisor, summary(156))
    assert (await send(supervisor, summary(157))).version == 2
    assert await history(supervisor) == [(2, 157), (1, 156)]


async def test_a_summary_that_was_computed_earlier_and_comes_later_does_not_count(
    supervisor: httpx.AsyncClient,
) -> None:
    await send(supervisor, summary(157, computed_at="2024-01-26T03:05:00Z"))
    answered = await send(supervisor, summary(156, computed_at="2024-01-26T03:00:00Z"))
    assert answered.summary.total_orders == 157
    assert await history(supervisor) == [(1, 157), (2, 156)]


async def test_equal_figures_computed_later_beat_what_was_computed_in_between(
    supervisor: httpx.AsyncClient,
) -> None:
    await send(supervisor, summary(157, computed_at="2024-01-26T03:00:00Z"))
    await send(supervisor, summary(157, computed_at="2024-01-26T05:00:00Z"))
    answered = await send(supervisor, summary(156, computed_at="2024-01-26T04:00:00Z"))
    assert answered.summary.total_orders == 157


async def test_a_span_of_days_is_read_oldest_first(supervisor: httpx.AsyncClient) -> None:
    for day in ("2024-01-26", "2024-01-24", DAY):
        await send(supervisor, summary(report_date=day))
    span = {"from": "2024-01-24", "to": "2024-01-25"}
    found = decode(DailyReports, (await supervisor.get(PATH, params=span)).content)
    assert [str(report.report_date) for report in found.reports] == ["2024-01-24", DAY]


async def test_a_day_that_nobody_reported_is_not_found(supervisor: httpx.AsyncClient) -> None:
    response = await supervisor.get(f"{PATH}/2024-01-01")
    assert (response.status_code, response.json()["code"]) == (404, "NO_REPORT")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (summary(report_date=str(business_date(NOW) + timedelta(days=2))), "FUTURE_DATE"),
        (summary(-1), "NEGATIVE"),
        (summary(report_date="2024-13-01"), "MALFORMED"),
        (summary(by_zone={"WEST": {"orders": 1, "revenue": 1}}), "MALFORMED"),
        (summary(by_product={"P001": {"quantity": 1, "revenue": 10.5}}), "NOT_WHOLE"),
        ({"report_date": DAY}, "MALFORMED"),
    ],
)
async def test_what_can_not_be_meant_is_refused(
    supervisor: httpx.AsyncClient, body: dict[str, Any], code: str
) -> None:
    response = await supervisor.post(PATH, json=body)
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert await history(supervisor) == []


@pytest.mark.parametrize(
    "span",
    [
        {"from": "2024-01-26", "to": DAY},
        {"from": "2000-01-01", "to": DAY},
        {"from": "0001-01-01"},
        {"from": "yesterday"},
    ],
)
async def test_a_span_that_is_none_is_refused(
    supervisor: httpx.AsyncClient, span: dict[str, str]
) -> None:
    assert (await supervisor.get(PATH, params=span)).status_code == 422


async def test_money_is_for_supervisors_and_machines_only(clerk: httpx.AsyncClient) -> None:
    for path in (PATH, f"{PATH}/{DAY}", f"{PATH}/{DAY}/history", "/internal/reports/live"):
        assert (await clerk.get(path)).status_code == 403
    assert (await clerk.post(PATH, json=DAILY_ORDERS)).status_code == 403
    assert (await clerk.get(f"/internal/reports/hourly/{DAY}")).status_code == 200
