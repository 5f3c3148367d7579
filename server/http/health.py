"""Is the server alive, is it ready, and how are its integrations? (spec, Integration Monitoring)"""

from datetime import UTC, datetime

import asyncpg
from fastapi import APIRouter, Depends, Request, Response

from app.domain.hours import business_date
from app.wire.health import IntegrationHealth, Readiness, ServerHealth
from app.wire.registers import Role
from server.database.shop import waiting_migrations
from server.http.access import EVERYBODY, Allowed
from server.http.messages import answer, documented
from server.http.problems import DATABASE_AWAY
from server.invoice_operations.number_stock import alarms as alarms_of_invoices
from server.jobs.schedules import standings
from server.operation.health import Owing, state_of
from server.operation.measures import Measures
from server.operation.queues import owed_by_integration
from server.parts import parts_of
from server.timetable import SCHEDULES

router = APIRouter(tags=["Health"])
READY_WITHIN_S = 2.0
_EXAMPLE = {"status": "ok", "epoch": 1, "head": 4711, "server_time": "2024-01-25T14:30:00Z"}
_READY = {"status": "ready", "database": "ok", "migrations": "ok"}
_INTEGRATIONS = {
    "timestamp": "2024-01-25T14:30:00Z",
    "integrations": {
        "customer_management": {
            "status": "healthy",
            "latency_ms": 45,
            "success_rate": 0.998,
            "breaker": "closed",
            "queue_depth": 0,
        },
        "sms_gateway": {
            "status": "degraded",
            "latency_ms": 2500,
            "success_rate": 0.92,
            "error": "High latency detected",
        },
    },
}


@router.get(
    "/v1/health",
    summary="Health",
    **documented(ServerHealth, errors=(), examples={"answer": _EXAMPLE}),
)
@router.head("/v1/health", include_in_schema=False)
async def health(request: Request) -> Response:
    """The head of the feed, and the server's time, from which registers measure their clock."""
    hub = parts_of(request).hub
    return answer(
        ServerHealth(status="ok", epoch=hub.epoch, head=hub.pos, server_time=datetime.now(UTC))
    )


@router.get(
    "/v1/ready",
    summary="Readiness",
    **documented(Readiness, errors=(), examples={"answer": _READY}),
)
async def ready(request: Request) -> Response:
    """200 when requests can be served: the database answers and its schema is this program's.

    503 otherwise, with the same body: whoever spreads requests over several servers leaves this
    one out. Addition.
    """
    try:
        async with parts_of(request).pool.acquire(timeout=READY_WITHIN_S) as connection:
            waiting = await waiting_migrations(connection)
    except (*DATABASE_AWAY, asyncpg.PostgresError):
        return answer(Readiness(status="unready", database="away", migrations="unknown"), 503)
    if waiting:
        behind = Readiness(status="unready", database="ok", migrations=f"{len(waiting)} missing")
        return answer(behind, 503)
    return answer(Readiness(status="ready", database="ok", migrations="ok"))


@router.get(
    "/internal/health/integrations",
    summary="Health of the integrations",
    dependencies=[Depends(Allowed(*EVERYBODY, Role.SERVICE))],
    **documented(IntegrationHealth, errors=(401, 403), examples={"answer": _INTEGRATIONS}),
)
async def integrations(request: Request) -> Response:
    """Every neighbour and every configured gateway: status, latency, success rate, what ails it.

    Added to the spec's fields: position of the breaker, P50/P95/P99, requests per second, failures
    by type, what is owed, what is late by the clock (`GET /internal/schedules`), and alarms about
    invoice numbers, which only people can bring (`GET /internal/invoices/numbers`). Figures are
    of the last 5 minutes of the process that answers.
    """
    measures: Measures = request.app.state.measures
    now = datetime.now(UTC)
    async with parts_of(request).pool.acquire() as connection:
        waiting = await owed_by_integration(connection)
        schedules = await standings(connection, SCHEDULES, now)
        alarms = await alarms_of_invoices(connection, business_date(now))
    owing = {w.integration: Owing(w.depth, w.oldest_s) for w in waiting if w.state == "owed"}
    states = {
        name: state_of(one.breaker.position, one.recent.glance(), owing.get(name, Owing()))
        for name, one in measures.watched.items()
    }
    late = tuple(entry.name for entry in schedules if entry.is_late)
    return answer(
        IntegrationHealth(timestamp=now, integrations=states, late_schedules=late, alarms=alarms)
    )
