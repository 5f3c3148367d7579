"""Figures in Prometheus form (spec, Integration Metrics)."""

import asyncio
import hmac
from collections.abc import Mapping
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials
from prometheus_client import CONTENT_TYPE_LATEST

from app.wire.registers import Role
from server.http.access import Allowed, bearer, caller
from server.http.messages import ERRORS, PROBLEM_CONTENT
from server.operation.measures import Labels, Measures, Reading
from server.operation.queues import jobs_by_state, owed_by_integration
from server.operation.secrets import METRICS_TOKEN
from server.parts import Parts, parts_of

router = APIRouter(tags=["Health"])
_ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"description": "Figures.", "content": {"text/plain": {"schema": {"type": "string"}}}},
    **{
        status: {"description": ERRORS[status], "content": PROBLEM_CONTENT} for status in (401, 403)
    },
}


_may_read = Allowed(Role.SERVICE, Role.ADMIN)


async def reader_of_figures(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> None:
    """Prometheus with the secret METRICS_TOKEN, a service, or an administrator."""
    if credentials is not None and await _is_scraper(request, credentials.credentials):
        return
    await _may_read(await caller(request, credentials))


async def _is_scraper(request: Request, given: str) -> bool:
    """The secret is looked up once; a changed one counts from the next start."""
    state = request.app.state
    if not hasattr(state, "metrics_token"):
        secrets = parts_of(request).secrets
        state.metrics_token = await asyncio.to_thread(secrets.find, METRICS_TOKEN)
    token: str | None = state.metrics_token
    return token is not None and hmac.compare_digest(given.encode(), token.encode())


@router.get("/metrics", summary="Figures", responses=_ANSWERS, response_class=Response)
async def metrics(request: Request, _: Annotated[None, Depends(reader_of_figures)]) -> Response:
    """Requests, errors, integrations, queues and the feed, as Prometheus reads them. Addition.

    For administrators, services, and whoever sends the secret `METRICS_TOKEN`. Counters are
    this process's; the queues are the database's.
    """
    measures: Measures = request.app.state.measures
    parts = parts_of(request)
    async with parts.pool.acquire() as connection:
        readings = await _readings(connection, parts)
    return Response(measures.text(readings), media_type=CONTENT_TYPE_LATEST)


async def _readings(connection: asyncpg.Connection, parts: Parts) -> Mapping[str, Reading]:
    owed = await owed_by_integration(connection)
    by_state: dict[Labels, float] = {(o.integration, o.state): float(o.depth) for o in owed}
    oldest: dict[Labels, float] = {(o.integration,): o.oldest_s for o in owed if o.state == "owed"}
    used = parts.pool.get_size() - parts.pool.get_idle_size()
    return {
        "outbox_calls": Reading("Calls to neighbours", by_state, ("integration", "state")),
        "outbox_oldest_owed_seconds": Reading("Age of the oldest", oldest, ("integration",)),
        "jobs": Reading(
            "Jobs in the queue", await jobs_by_state(connection), ("entrypoint", "state")
        ),
        "feed_epoch": _one("Which feed it is", parts.hub.epoch),
        "feed_head": _one("Newest position that was told", parts.hub.pos),
        "registers_connected": _one("Open event sockets", parts.hub.listening),
        "pool_connections": Reading(
            "Database connections",
            {("used",): used, ("idle",): parts.pool.get_idle_size()},
            ("state",),
        ),
    }


def _one(about: str, value: float) -> Reading:
    return Reading(about, {(): value})
