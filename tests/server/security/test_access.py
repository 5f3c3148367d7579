"""Nothing is open by mistake: the API document itself is walked."""

import json
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
SUPERVISED = {
    ("post", "/internal/customers/{customer_id}/credit"),
    ("post", "/internal/customers/{customer_id}/statistics"),
    ("post", "/internal/customers/{customer_id}/credit-hold"),
    ("post", "/internal/cache/invalidate"),
}


def operations() -> list[tuple[str, str]]:
    paths: Any = api_document()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods]


def address(path: str) -> str:
    return path.replace("{customer_id}", "C000123").replace("{name}", "x.db.zst")


async def call(client: httpx.AsyncClient, operation: tuple[str, str]) -> httpx.Response:
    method, path = operation
    return await client.request(method, address(path), headers={"Idempotency-Key": "x"})


async def test_every_path_but_sign_in_and_health_asks_who_you_are(client: Client) -> None:
    nobody = client(None)
    closed = {o for o in operations() if (await call(nobody, o)).status_code == 401}
    signing_in = {("post", "/v1/session"), ("post", "/v1/session/refresh")}
    assert set(operations()) - closed == OPEN
    assert signing_in <= set(operations())


async def test_no_route_is_missing_from_the_document(app: FastAPI) -> None:
    described = {path for _, path in operations()}
    routed = {getattr(route, "path", "") for route in app.routes}
    assert routed - described <= {"/v1/events", ""}


async def test_only_supervisors_change_accounts_and_the_catalogue(client: Client) -> None:
    clerk, supervisor = client(Role.CLERK), client(Role.SUPERVISOR)
    forbidden = {o for o in operations() if (await call(clerk, o)).status_code == 403}
    assert forbidden == SUPERVISED
    allowed = [(await call(supervisor, o)).status_code for o in SUPERVISED]
    assert 403 not in allowed


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
