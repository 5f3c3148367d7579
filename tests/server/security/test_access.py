"""Nothing is open by mistake: the API document itself is walked."""

import json
import re
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.wire.catalogue import CacheInvalidation, Parameters, PricingRules, Products
from app.wire.codec import decode
from app.wire.customers import (
    CreditFigures,
    CreditHold,
    CreditUpdate,
    CustomerBody,
    CustomerStatistics,
)
from app.wire.orders import OrderBody, UploadAnswer
from app.wire.registers import OutboxMessage, Role
from server.app import api_document
from server.http import samples
from tests.server.conftest import Client

OPEN = {
    ("post", "/v1/session"),
    ("post", "/v1/session/refresh"),
    ("get", "/v1/health"),
    ("get", "/v1/ready"),
}
# What a clerk may change; everything else that changes something is for others.
BY_CLERKS = {
    "delete /v1/session",
    "post /v1/registers",
    "post /v1/outbox",
    "post /v1/invoice-blocks",
    "post /v1/invoice-blocks/{block_id}/return",
    "post /internal/accounts/payments",
}
# What besides that a dispatcher may change begins so.
BY_DISPATCHERS = "/internal/dispatch/"
# What is decided by people: no machine may change it.
BY_PEOPLE = {
    "post /v1/registers",
    "post /v1/outbox",
    "post /v1/invoice-blocks",
    "post /v1/invoice-blocks/{block_id}/return",
    "put /internal/customers/{customer_id}",
    "put /internal/products/{product_id}",
    "put /internal/products/{product_id}/price",
    "delete /internal/products/{product_id}/price/{effective_from}",
    "put /internal/pricing/rules",
    "put /internal/parameters",
    "post /internal/products/{product_id}/stock",
}
# Wherever one of these appears in a path that changes something, a signature is wanted.
CRITICAL = re.compile(
    "outbox$|/credit$|credit-hold|credit-balance|payments|payment-status|cancel|dispatch-status"
    "|invoice-generated|override|approv"
)
Operation = tuple[str, str]


def operations() -> list[Operation]:
    paths: Any = api_document()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def changing() -> list[Operation]:
    return [operation for operation in operations() if operation[0] != "get"]


def named(some: Iterable[Operation]) -> set[str]:
    return {f"{method} {path}" for method, path in some}


def address(path: str) -> str:
    known = {"customer_id": "C000123", "name": "x.db.zst", "product_id": "P001"}
    return re.sub(r"\{(\w+)\}", lambda found: known.get(found[1], "2026-07-01"), path)


async def call(client: httpx.AsyncClient, operation: Operation) -> httpx.Response:
    method, path = operation
    return await client.request(method, address(path), headers={"Idempotency-Key": "x"})


async def answered(
    client: httpx.AsyncClient, some: Iterable[Operation], status: int
) -> set[Operation]:
    return {
        operation for operation in some if (await call(client, operation)).status_code == status
    }


async def test_every_path_but_sign_in_and_health_asks_who_you_are(client: Client) -> None:
    closed = await answered(client(None), operations(), 401)
    assert set(operations()) - closed == OPEN


async def test_a_clerk_changes_what_belongs_to_the_counter_and_nothing_else(
    client: Client,
) -> None:
    refused = await answered(client(Role.CLERK), changing(), 403)
    assert named(set(changing()) - refused - OPEN) == BY_CLERKS


async def test_a_dispatcher_changes_deliveries_besides(client: Client) -> None:
    refused = await answered(client(Role.DISPATCHER), changing(), 403)
    more = named(set(changing()) - refused - OPEN) - BY_CLERKS
    assert {one for one in more if BY_DISPATCHERS not in one} == set()
    assert more == {one for one in named(changing()) if BY_DISPATCHERS in one}


async def test_a_supervisor_is_refused_nothing_and_a_machine_what_people_decide(
    client: Client,
) -> None:
    assert await answered(client(Role.SUPERVISOR), changing(), 403) == set()
    assert named(await answered(client(Role.SERVICE), changing(), 403)) == BY_PEOPLE


async def test_money_is_not_shown_to_everybody(client: Client) -> None:
    reading = [operation for operation in operations() if operation[0] == "get"]
    refused = named(await answered(client(Role.CLERK), reading, 403))
    assert {one for one in refused if "/internal/reports/" not in one} == {"get /metrics"}


async def test_every_critical_operation_wants_a_signature_and_says_so(
    client: Client, app: FastAPI
) -> None:
    critical = [operation for operation in changing() if CRITICAL.search(operation[1])]
    assert len(critical) >= 8
    paths: Any = api_document()["paths"]
    for role in (Role.SUPERVISOR, Role.SERVICE):
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://office"
        ) as unsigned:
            unsigned.headers["Authorization"] = client(role).headers["Authorization"]
            for operation in critical:
                if role is Role.SERVICE and " ".join(operation) in BY_PEOPLE:
                    continue
                answer = await call(unsigned, operation)
                assert answer.json().get("code") == "SIGNATURE_MISSING", operation
    for method, path in critical:
        described = {parameter["name"] for parameter in paths[path][method]["parameters"]}
        assert {"Signature", "Signature-Input", "Content-Digest"} <= described


async def test_no_route_is_missing_from_the_document(app: FastAPI) -> None:
    described = {path for _, path in operations()}
    routed = {getattr(route, "path", "") for route in app.routes}
    assert routed - described <= {"/v1/events", ""}


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic ZGVtbzpkZW1v", "Bearer "])
async def test_a_bad_token_is_refused_with_a_problem(client: Client, header: str) -> None:
    response = await client(None).get("/internal/products", headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json()["code"] in {"TOKEN_INVALID", "TOKEN_MISSING"}


async def test_every_answer_carries_its_digest(client: Client) -> None:
    clerk = client(Role.CLERK)
    for operation in operations():
        response = await call(clerk, operation)
        assert response.headers["content-digest"].startswith("sha-256=:"), operation


async def test_a_body_beyond_one_megabyte_is_refused(client: Client) -> None:
    clerk = client(Role.CLERK)

    async def endless() -> Any:
        for _ in range(20):
            yield b"x" * 100_000

    for body in (b"x" * 1_000_001, endless()):
        response = await clerk.post("/v1/outbox", content=body, headers={"Idempotency-Key": "x"})
        assert (response.status_code, response.json()["code"]) == (413, "TOO_LARGE")


async def test_unknown_paths_and_bad_parameters_get_problems_too(client: Client) -> None:
    clerk = client(Role.CLERK)
    assert (await clerk.get("/v1/nothing")).json()["code"] == "HTTP_404"
    response = await clerk.get("/v1/changes?epoch=x&after=0")
    assert (response.status_code, response.json()["code"]) == (422, "MALFORMED")


def test_every_operation_tells_people_what_it_is_for() -> None:
    paths: Any = api_document()["paths"]
    for methods in paths.values():
        for operation in methods.values():
            assert operation["summary"]
            assert operation["description"].endswith(".")


def test_every_reference_in_the_document_leads_somewhere() -> None:
    document: Any = api_document()
    known = set(document["components"]["schemas"])

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"].rsplit("/", 1)[1]} if "$ref" in value else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    assert references(document["paths"]) <= known
    assert references(document["components"]) <= known


def test_the_examples_are_messages() -> None:
    for kind, example in (
        (OutboxMessage, samples.OUTBOX),
        (OrderBody, samples.ORDER),
        (UploadAnswer, samples.UPLOADED),
        (CustomerBody, samples.CUSTOMER),
        (CreditFigures, samples.FIGURES),
        (CreditUpdate, samples.CREDIT_UPDATE),
        (CreditHold, samples.HOLD),
        (CustomerStatistics, samples.STATISTICS),
        (Products, samples.PRODUCTS),
        (PricingRules, samples.PRICING),
        (Parameters, samples.PARAMETERS),
        (CacheInvalidation, samples.INVALIDATION),
    ):
        assert isinstance(decode(kind, json.dumps(example)), kind)
