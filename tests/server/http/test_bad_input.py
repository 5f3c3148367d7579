"""Whatever is sent to any path: a definite answer in the documented form, never a failure."""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from schemathesis import Case, GenerationMode

from app.wire.codec import decode
from app.wire.registers import LaneGap, Problem, Role
from server.app import api_document, create_app
from server.orders.intake import receive, unpack
from server.place import Place
from server.security.users import User
from tests.conftest import Databases
from tests.server.conftest import signing
from tests.server.messages import CUSTOMER, Lanes, order

EXAMPLES = int(os.environ.get("LUCKYGAS_EXAMPLES", "5"))
OPEN_ENDED = {"/metrics", "/v1/snapshot/{name}"}  # no JSON, when all is well
ORDER = order(1)
KNOWN = {
    "customer_id": CUSTOMER,
    "product_id": "P001",
    "order_id": ORDER.order_id,
    "driver_id": "DRV001",
    "date": ORDER.delivery_date.isoformat(),
}
schema = schemathesis.openapi.from_dict(api_document())
schema.config.generation.modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
Send = Callable[[Case], httpx.Response]


@schema.hook
def map_path_parameters(_context: object, parameters: dict[str, Any] | None) -> Any:
    """Every other identity is one that exists, so that more than the search for it is tried."""
    return parameters and {
        name: KNOWN.get(name, value) if len(str(value)) % 2 else value
        for name, value in parameters.items()
    }


@pytest.fixture(scope="module")
def send(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Send]:
    """Sends a case as an administrator whose requests are signed."""
    app = create_app(Place(databases.sample(), Path(tmp_path_factory.mktemp("office"))))
    with asyncio.Runner() as runner:
        life = app.router.lifespan_context(app)
        runner.run(life.__aenter__())
        parts = app.state.parts
        parcel = unpack(*Lanes().parcel(ORDER))
        runner.run(receive(parts.pool, parts.lines, parcel))
        client = httpx.AsyncClient(transport=signing(app), base_url="http://office")
        yield lambda case: runner.run(_answer(app, client, case))
        runner.run(client.aclose())
        runner.run(life.__aexit__(None, None, None))


async def _answer(app: FastAPI, client: httpx.AsyncClient, case: Case) -> httpx.Response:
    token = app.state.parts.tokens.issue(User("admin", "admin", Role.ADMIN))
    request: dict[str, Any] = case.as_transport_kwargs(base_url="http://office")
    headers = {
        name: value.encode("latin-1", "replace").decode("latin-1")
        for name, value in (request.pop("headers") or {}).items()
        if name.lower() not in {"authorization", "content-length"}
    }
    headers["authorization"] = f"Bearer {token}"
    if isinstance(request.get("data"), bytes | str):
        request["content"] = request.pop("data")
    request.pop("cookies", None)
    return await client.request(headers=headers, **request)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_path_gives_a_definite_answer(send: Send, case: Case) -> None:
    response = send(case)
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert _is_problem(response), response.text
    elif case.operation.path not in OPEN_ENDED:
        assert response.headers["content-type"] == "application/json"


def _is_problem(response: httpx.Response) -> bool:
    if response.json().get("code") in {"LANE_GAP", "LANE_REUSED"}:
        return bool(decode(LaneGap, response.content).expected)
    problem = decode(Problem, response.content)
    return bool(problem.code and problem.detail and problem.title)
