"""Reports (spec, internal module 6).

The two POST paths are the spec's. Additions: every GET path, so that what was reported can be read.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from app.domain.hours import business_date
from app.wire.reports import (
    DailyOrders,
    DailyReport,
    DailyReports,
    HourlyCounts,
    LiveFigures,
    Metric,
)
from server.http.access import EVERYBODY, NEIGHBOURS, Allowed
from server.http.messages import answer, documented, reader
from server.http.samples import DAILY_ORDERS, METRIC
from server.parts import parts_of
from server.plausibility import YEARS
from server.refusals import Malformed, NotFound
from server.reports.daily import history_of, report_of, reports_between, save_report
from server.reports.live import hourly, live
from server.reports.metrics import save_metric

router = APIRouter(prefix="/internal/reports", tags=["Reports"])
USUAL_SPAN = timedelta(days=30)
seeing_money = [Depends(Allowed(*NEIGHBOURS))]
reading = [Depends(Allowed(*EVERYBODY))]
_RECEIVED = {"version": 1, "received_at": "2024-01-25T19:00:02Z"}


@router.post(
    "/daily-orders",
    summary="Report a day",
    dependencies=seeing_money,
    **documented(
        DailyReport,
        reads=DailyOrders,
        errors=(401, 403, 422),
        examples={"body": DAILY_ORDERS, "answer": DAILY_ORDERS | _RECEIVED},
    ),
)
async def report_day(
    request: Request, body: Annotated[DailyOrders, Depends(reader(DailyOrders))]
) -> Response:
    """Keep a day's summary; the one computed last counts, earlier ones are kept.

    Equal figures sent again add nothing. The answer is the summary that counts now.
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        return answer(await save_report(connection, body))


@router.post(
    "/metrics",
    summary="Report a fact as it happens",
    dependencies=seeing_money,
    **documented(
        Metric,
        reads=Metric,
        errors=(401, 403, 409, 422),
        examples={"body": METRIC, "answer": METRIC | {"metric_id": "018d4b1c-7a2e"}},
    ),
)
async def report_fact(
    request: Request,
    body: Annotated[Metric, Depends(reader(Metric))],
    idempotency_key: Annotated[str, Header(description="The fact's identity.")] = "",
) -> Response:
    """Add one fact to the sums of its hour, once for each identity.

    The identity is the Idempotency-Key, else `metric_id`, else the whole content: whoever reports
    two equal facts of one instant gives them keys. 409 `KEY_REUSED`: other content, same key.
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        return answer(await save_metric(connection, body, idempotency_key))


@router.get(
    "/daily-orders",
    summary="Summaries of several days",
    dependencies=seeing_money,
    **documented(DailyReports, errors=(401, 403, 422)),
)
async def read_days(
    request: Request,
    first: Annotated[date | None, Query(alias="from", description="30 days before `to`")] = None,
    last: Annotated[date | None, Query(alias="to", description="today (Asia/Taipei)")] = None,
) -> Response:
    """The summaries that count, oldest first; days that nobody reported are left out."""
    until = _plausible(last or business_date(datetime.now(UTC)))
    since = _plausible(first or until - USUAL_SPAN)
    async with parts_of(request).pool.acquire() as connection:
        return answer(DailyReports(reports=await reports_between(connection, since, until)))


@router.get(
    "/daily-orders/{date}",
    summary="The summary of a day",
    dependencies=seeing_money,
    **documented(DailyReport, errors=(401, 403, 404, 422)),
)
async def read_day(request: Request, date: date) -> Response:
    """The summary of a business date that counts."""
    async with parts_of(request).pool.acquire() as connection:
        found = await report_of(connection, _plausible(date))
    if found is None:
        raise NotFound("NO_REPORT", f"Nobody has reported {date}.")
    return answer(found)


@router.get(
    "/daily-orders/{date}/history",
    summary="All versions of a day's summary",
    dependencies=seeing_money,
    **documented(DailyReports, errors=(401, 403, 422)),
)
async def read_history(request: Request, date: date) -> Response:
    """Every version that was sent, the one that counts first."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(DailyReports(reports=await history_of(connection, _plausible(date))))


@router.get(
    "/live",
    summary="Today so far",
    dependencies=seeing_money,
    **documented(LiveFigures, errors=(401, 403)),
)
async def read_live(request: Request) -> Response:
    """What the metrics of today add up to, and how old the newest of them is."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await live(connection, datetime.now(UTC)))


@router.get(
    "/hourly/{date}",
    summary="Orders by the hour",
    dependencies=reading,
    **documented(HourlyCounts, errors=(401, 403, 422)),
)
async def read_hours(request: Request, date: date) -> Response:
    """How many orders were taken, delivered, cancelled and failed in each hour; no money."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await hourly(connection, _plausible(date)))


def _plausible(day: date) -> date:
    if day.year not in YEARS:
        raise Malformed("IMPLAUSIBLE", f"{day} can not be meant.")
    return day
