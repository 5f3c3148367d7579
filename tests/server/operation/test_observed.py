"""A running server under observation: correlation, figures, health, what the audit log holds."""

import asyncio
import io
import json
import re
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import FastAPI
from msgspec.structs import replace

from app.domain.numbers import new_uid
from app.domain.orders import PaymentMethod
from app.transport.errors import NoConnection
from app.transport.metrics import Exchange, Metrics
from app.wire.codec import decode
from app.wire.health import IntegrationHealth
from app.wire.registers import Role
from server.app import create_app
from server.neighbours.names import Neighbour
from server.operation.audit_chain import verify
from server.operation.call_log import CallLog
from server.operation.logs import log_to_stderr
from server.operation.secrets import METRICS_TOKEN, Secrets
from server.place import Place
from tests.conftest import Databases
from tests.server.conftest import Client, signing
from tests.server.messages import Lanes, cancellation, order


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    log_to_stderr("DEBUG")
    yield written
    structlog.reset_defaults()


def lines_of(written: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


async def upload(client: httpx.AsyncClient, parcel: tuple[bytes, str], **headers: str) -> None:
    raw, key = parcel
    sent = {"Idempotency-Key": key, **{name.replace("_", "-"): v for name, v in headers.items()}}
    response = await client.post("/v1/outbox", content=raw, headers=sent)
    assert response.status_code == 200, response.text


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(20):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.05)


async def entries(app: FastAPI, action: str) -> list[dict[str, object]]:
    async with app.state.parts.pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT * FROM audit_log WHERE action = $1 ORDER BY n", action
        )
        assert (await verify(connection)).defect == ""
    return [dict(row) | {"detail": json.loads(row["detail"])} for row in rows]


async def test_the_correlation_id_is_the_senders_else_the_traces_else_new(client: Client) -> None:
    anybody = client(None)
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    parent = f"00-{trace}-00f067aa0ba902b7-01"

    async def answered(headers: dict[str, str]) -> str:
        answer = await anybody.get("/v1/health", headers=headers)
        return answer.headers["x-correlation-id"]

    assert await answered({"X-Correlation-ID": "order-1", "traceparent": parent}) == "order-1"
    assert await answered({"traceparent": parent}) == trace
    for bad in ({}, {"X-Correlation-ID": "with space"}, {"X-Correlation-ID": "x" * 65}):
        assert UUID(await answered(bad)).version == 7


async def test_one_id_is_on_every_line_and_call_that_an_order_causes(
    app: FastAPI, clerk: httpx.AsyncClient, stderr: io.StringIO
) -> None:
    body = order()
    await upload(clerk, Lanes().parcel(body), X_Correlation_ID="the-order")
    async with app.state.parts.pool.acquire() as connection:
        owed = await connection.fetch("SELECT correlation FROM outbox")

        async def is_delivered() -> bool:
            return not await connection.fetchval("SELECT count(*) FROM outbox WHERE state = 'owed'")

        await until(is_delivered)
    assert {row["correlation"] for row in owed} == {"the-order"}
    lines = [line for line in lines_of(stderr) if line.get("correlation_id") == "the-order"]
    routes = {line["route"] for line in lines if line["event"] == "request"}
    assert {"/v1/outbox", "/internal/dispatch/orders"} <= routes
    own = next(line for line in lines if line.get("route") == "/v1/outbox")
    assert own["actor"] == "clerk"
    assert body.contact_phone not in stderr.getvalue()
    assert body.customer_name not in stderr.getvalue()


async def test_a_failure_is_logged_once_with_its_place_and_answered_with_its_id(
    app: FastAPI, client: Client, stderr: io.StringIO
) -> None:
    @app.get("/v1/broken")
    async def broken() -> None:
        raise ValueError("王大明 0912-345-678")

    answer = await client(None).get("/v1/broken", headers={"X-Correlation-ID": "bad-luck"})
    assert (answer.status_code, answer.headers["x-correlation-id"]) == (500, "bad-luck")
    failed = [line for line in lines_of(stderr) if line["event"] == "request failed"]
    assert len(failed) == 1
    assert failed[0]["correlation_id"] == "bad-luck"
    assert failed[0]["route"] == "/v1/broken"
    assert "test_observed.py" in failed[0]["exception"]
    assert "王" not in stderr.getvalue()
    assert "345" not in stderr.getvalue()


async def test_figures_are_for_administrators_services_and_prometheus(
    app: FastAPI, client: Client, tmp_path: Path
) -> None:
    Secrets(tmp_path / "office", {}).keep(METRICS_TOKEN, "scrape-me")
    assert (await client(None).get("/metrics")).status_code == 401
    assert (await client(Role.CLERK).get("/metrics")).status_code == 403
    scraper = client(None)
    scraper.headers["Authorization"] = "Bearer scrape-me"
    for reader in (scraper, client(Role.ADMIN), client(Role.SERVICE)):
        assert (await reader.get("/metrics")).status_code == 200


async def test_figures_count_requests_errors_integrations_and_queues(
    app: FastAPI, client: Client
) -> None:
    clerk = client(Role.CLERK)
    await upload(clerk, Lanes().parcel(order()))
    await clerk.get("/internal/products/none")
    async with app.state.parts.pool.acquire() as connection:
        await connection.execute(
            """INSERT INTO outbox (lane, neighbour, operation, method, path, owed_at, state)
               VALUES ('x', 'reports', 'x', 'POST', '/', now() - interval '1 h', 'refused')"""
        )
    text = (await client(Role.ADMIN).get("/metrics")).text
    for pattern in (
        r'luckygas_request_seconds_count\{method="POST",route="/v1/outbox",status="200"\} 1\.0',
        r'luckygas_request_seconds_bucket\{le="0\.001",method="POST",route="/v1/outbox"',
        r'luckygas_request_errors_total\{route="[^"]+",type="[A-Z_0-9]+"\} 1\.0',
        r'luckygas_integration_breaker\{integration="dispatch_operations"\} 0\.0',
        r'luckygas_integration_latency_seconds\{integration="\w+",quantile="0\.99"\}',
        r'luckygas_outbox_calls\{integration="reports",state="refused"\} 1\.0',
        r"luckygas_feed_head \d",
        r"luckygas_registers_connected 0\.0",
        r'luckygas_pool_connections\{state="idle"\}',
    ):
        assert re.search(pattern, text), pattern
    assert "C000123" not in text


async def test_health_has_real_figures_of_every_neighbour(
    app: FastAPI, clerk: httpx.AsyncClient
) -> None:
    lines = app.state.parts.lines
    for _ in range(5):
        lines[Neighbour.REPORTS].metrics.record(Exchange("x", None, NoConnection(""), 0.01))
        lines[Neighbour.DISPATCH].metrics.record(Exchange("x", 200, None, 2.5))
    for _ in range(3):
        lines[Neighbour.ACCOUNTS].metrics.record(Exchange("x", 200, None, 0.045))
    answer = await clerk.get("/internal/health/integrations")
    found = decode(IntegrationHealth, answer.content).integrations
    assert set(found) >= {name.value for name in Neighbour} - {"sms_gateway", "order_sales"}
    shown = {name: (state.status, state.error) for name, state in found.items()}
    assert shown["reports"] == ("unhealthy", "Most requests fail")
    assert shown["dispatch_operations"] == ("degraded", "High latency detected")
    assert shown["account_management"] == ("healthy", "")
    assert found["account_management"].latency_ms == 45
    assert found["reports"].errors == {"NO_CONNECTION": 5}
    assert found["dispatch_operations"].breaker == "closed"


async def test_readiness_tells_a_database_that_is_behind_or_away(
    app: FastAPI, client: Client
) -> None:
    anybody = client(None)
    assert (await anybody.get("/v1/ready")).json()["status"] == "ready"
    async with app.state.parts.pool.acquire() as connection:
        name = await connection.fetchval("DELETE FROM schema_step WHERE name ~ '^0006' RETURNING 1")
        assert name
    behind = await anybody.get("/v1/ready")
    assert (behind.status_code, behind.json()["migrations"]) == (503, "1 missing")


async def test_good_and_bad_sign_ins_are_audited_without_unknown_names(
    app: FastAPI, client: Client
) -> None:
    for username, password in (("demo", "demo"), ("demo", "wrong"), ("my password", "x")):
        await client(None).post("/v1/session", json={"username": username, "password": password})
    good = await entries(app, "session.started")
    bad = await entries(app, "session.refused")
    assert [entry["actor"] for entry in good] == ["demo"]
    assert [(entry["actor"], entry["outcome"]) for entry in bad] == [
        ("demo", "WRONG_PASSWORD"),
        ("unknown", "WRONG_PASSWORD"),
    ]


async def test_overrides_and_approved_cancellations_are_audited(
    app: FastAPI, clerk: httpx.AsyncClient
) -> None:
    lanes, plain = Lanes(), order(serial=1)
    await upload(clerk, lanes.parcel(plain))
    evidence = replace(plain.credit, override_by="boss")
    body = order(serial=2, payment_method=PaymentMethod.MONTHLY, credit=evidence)
    await upload(clerk, lanes.parcel(body), X_Correlation_ID="override")
    await upload(clerk, lanes.parcel(replace(cancellation(body), approved_by="boss")))
    overridden = await entries(app, "order.credit-overridden")
    assert [(e["actor"], e["target"], e["correlation"]) for e in overridden] == [
        ("boss", body.order_id, "override")
    ]
    assert overridden[0]["detail"]["clerk"] == body.clerk  # type: ignore[index] # JSON
    approved = await entries(app, "order.cancellation-approved")
    assert [(e["actor"], e["target"]) for e in approved] == [("boss", body.order_id)]


async def test_start_and_end_are_audited_and_every_call_that_leaves_the_process(
    databases: Databases, tmp_path: Path
) -> None:
    dsn = databases.sample()
    away = {Neighbour.DISPATCH: "http://127.0.0.1:9"}
    app = create_app(Place(dsn, tmp_path / "office", urls=away))
    async with app.router.lifespan_context(app):
        clerk = httpx.AsyncClient(transport=signing(app), base_url="http://office")
        from server.security.users import User

        token = app.state.parts.tokens.issue(User("clerk", "clerk", Role.CLERK))
        clerk.headers["Authorization"] = f"Bearer {token}"
        await upload(clerk, Lanes().parcel(order()), X_Correlation_ID="outside")
        await until(lambda: entries(app, "call"))
        calls = await entries(app, "call")
        await clerk.aclose()
    assert {call["target"] for call in calls} == {"dispatch_operations"}
    assert calls[0]["correlation"] == "outside"
    assert calls[0]["outcome"] == "NO_CONNECTION"
    again = create_app(Place(dsn, tmp_path / "office"))
    async with again.router.lifespan_context(again):
        marks = await entries(again, "server.started"), await entries(again, "server.stopped")
    assert [len(found) for found in marks] == [2, 1]


async def test_calls_beyond_the_bound_are_counted_and_none_is_written_twice(
    app: FastAPI,
) -> None:
    calls = CallLog(app.state.parts.pool, most_waiting=700)
    metrics = Metrics()
    calls.follow("sms_gateway", metrics)
    for n in range(1000):
        metrics.record(Exchange(f"send {n}", 200, None, 0.01))
    await calls.flush()
    await calls.flush()
    noted = await entries(app, "call")
    assert len(noted) == 700
    lost = await entries(app, "call.unnoted")
    assert [entry["detail"] for entry in lost] == [{"calls": 300}]


async def test_looking_for_news_is_summed_up(app: FastAPI) -> None:
    calls = CallLog(app.state.parts.pool)
    for _ in range(400):
        calls.add("customer_management", Exchange("mirror", 200, None, 0.01))
    calls.add("customer_management", Exchange("mirror", None, NoConnection(""), 0.01))
    calls.sum_up()
    await calls.flush()
    noted = await entries(app, "call")
    assert [(entry["outcome"], entry["detail"]) for entry in noted] == [
        ("HTTP 200", {"operation": "mirror", "calls": 400}),
        ("NO_CONNECTION", {"operation": "mirror", "calls": 1}),
    ]


async def test_what_supervisors_change_over_http_is_audited(app: FastAPI, client: Client) -> None:
    supervisor, clerk = client(Role.SUPERVISOR), client(Role.CLERK)
    notice = {
        "cache_type": "PRODUCTS",
        "affected_ids": ["PROD-001"],
        "effective_time": "2024-01-25T14:30:00Z",
    }
    for sender in (supervisor, clerk):
        await sender.get("/internal/products")
        await sender.post("/internal/cache/invalidate", json=notice)
    await until(lambda: entries(app, "request.change"))
    noted = await entries(app, "request.change")
    assert [(entry["actor"], entry["target"], entry["outcome"]) for entry in noted] == [
        ("supervisor", "POST /internal/cache/invalidate", "HTTP 200")
    ]


def test_uuids_of_the_register_are_taken_as_they_are() -> None:
    from server.operation.correlation import from_headers

    name = str(new_uid())
    assert from_headers(name, None) == name
