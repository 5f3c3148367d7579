"""Stock moves by entries of a ledger, once each, and never stands in an order's way."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app.wire.registers import Role
from tests.server.conftest import Client

PATH = "/internal/products/reservations"
NOW = "2024-01-25T14:30:00Z"


@pytest.fixture
def machine(client: Client) -> httpx.AsyncClient:
    """Another module's machine."""
    return client(Role.SERVICE)


def reservation(operation: str = "RESERVE", pieces: int = 2, **changes: Any) -> dict[str, Any]:
    fresh = {
        "order_id": "O-20240125-000123",
        "revision": 1,
        "operation": operation,
        "lines": [{"product_id": "P001", "quantity": pieces}],
        "timestamp": NOW,
    }
    return fresh | changes


def movement(operation: str, quantity: int, reference: str = "GR-1") -> dict[str, Any]:
    return {
        "operation": operation,
        "quantity": quantity,
        "reference_number": reference,
        "timestamp": NOW,
    }


async def stock(client: httpx.AsyncClient, product_id: str = "P001") -> tuple[int, int]:
    body = (await client.get(f"/internal/products/{product_id}")).json()
    return body["available_quantity"], body["reserved_quantity"]


async def do(client: httpx.AsyncClient, operation: str, pieces: int = 2, **changes: Any) -> Any:
    response = await client.post(PATH, json=reservation(operation, pieces, **changes))
    assert response.status_code == 200, response.text
    return response.json()


async def assert_ledgers_add_up(pool: asyncpg.Pool) -> None:
    wrong = await pool.fetch(
        """SELECT p.product_id FROM products p LEFT JOIN (
               SELECT product_id, sum(available_change) AS a, sum(reserved_change) AS r
               FROM stock_entries GROUP BY 1) e USING (product_id)
           WHERE (available, reserved) IS DISTINCT FROM (coalesce(a, 0), coalesce(r, 0))"""
    )
    assert wrong == []


async def test_what_is_reserved_is_given_back_or_consumed(
    machine: httpx.AsyncClient, app: FastAPI
) -> None:
    available, reserved = await stock(machine)
    await do(machine, "RESERVE", 5)
    assert await stock(machine) == (available - 5, reserved + 5)
    await do(machine, "CONSUME", 3)
    assert await stock(machine) == (available - 5, reserved + 2)
    await do(machine, "RELEASE", 2)
    assert await stock(machine) == (available - 3, reserved)
    await assert_ledgers_add_up(app.state.parts.pool)


@pytest.mark.parametrize("operation", ["RESERVE", "RELEASE", "CONSUME"])
async def test_a_repeated_request_changes_nothing(
    machine: httpx.AsyncClient, operation: str
) -> None:
    await do(machine, "RESERVE", 4)
    first = await do(machine, operation, 4)
    after = await stock(machine)
    assert await do(machine, operation, 4) == first
    assert await stock(machine) == after


async def test_the_same_key_with_other_lines_is_refused(machine: httpx.AsyncClient) -> None:
    await do(machine, "RESERVE", 2)
    for other in (reservation(pieces=3), reservation(lines=[])):
        response = await machine.post(PATH, json=other)
        assert (response.status_code, response.json()["code"]) == (409, "ALREADY_WRITTEN")
    await do(machine, "RESERVE", 3, revision=2)


async def test_a_changed_order_reserves_anew_under_its_next_revision(
    machine: httpx.AsyncClient,
) -> None:
    available, reserved = await stock(machine)
    await do(machine, "RESERVE", 2)
    await do(machine, "RELEASE", 2)
    await do(machine, "RESERVE", 3, revision=2)
    await do(machine, "RELEASE", 2)
    assert await stock(machine) == (available - 3, reserved + 3)


async def test_an_order_gives_back_only_what_it_holds(machine: httpx.AsyncClient) -> None:
    before = await stock(machine)
    await do(machine, "RELEASE", 7)
    assert await stock(machine) == before


async def test_what_was_delivered_beyond_the_reservation_is_gone_from_the_shelf(
    machine: httpx.AsyncClient,
) -> None:
    available, reserved = await stock(machine)
    await do(machine, "RESERVE", 2)
    await do(machine, "CONSUME", 3)
    assert await stock(machine) == (available - 3, reserved)


async def test_an_order_is_never_refused_for_want_of_stock(machine: httpx.AsyncClient) -> None:
    available, reserved = await stock(machine)
    answer = await do(machine, "RESERVE", available + 80)
    assert answer["short_products"] == ["P001"]
    assert await stock(machine) == (-80, reserved + available + 80)


async def test_unknown_products_are_named_and_block_nothing(machine: httpx.AsyncClient) -> None:
    available, _ = await stock(machine)
    lines = [{"product_id": p, "quantity": 1} for p in ("P999", "P001", "P001")]
    answer = await do(machine, "RESERVE", lines=lines)
    assert answer["unknown_products"] == ["P999"]
    assert (await stock(machine))[0] == available - 2


async def test_products_without_stock_keeping_stay_as_they_are(
    machine: httpx.AsyncClient, app: FastAPI
) -> None:
    await app.state.parts.pool.execute(
        "UPDATE products SET track_inventory = false WHERE product_id = 'P001'"
    )
    before = await stock(machine)
    for operation in ("RESERVE", "CONSUME", "RELEASE"):
        await do(machine, operation)
    assert await stock(machine) == before


async def test_eight_writers_with_the_products_in_any_order_neither_wait_nor_lose(
    machine: httpx.AsyncClient, app: FastAPI
) -> None:
    names = ["P001", "P002", "P003", "P004"]
    before = {name: await stock(machine, name) for name in names}

    async def sell(writer: int) -> None:
        for n in range(6):
            turned = names[(writer + n) % 4 :] + names[: (writer + n) % 4]
            lines = [{"product_id": name, "quantity": 1} for name in turned]
            order_id = f"O-20240125-99{writer}{n:03}"
            for operation in ("RESERVE", "CONSUME" if n % 2 else "RELEASE"):
                await do(machine, operation, order_id=order_id, lines=lines)

    await asyncio.gather(*(sell(writer) for writer in range(8)))
    for name in names:
        available, reserved = before[name]
        assert await stock(machine, name) == (available - 24, reserved)
    await assert_ledgers_add_up(app.state.parts.pool)


async def test_eight_copies_of_one_request_count_once(machine: httpx.AsyncClient) -> None:
    available, reserved = await stock(machine)
    await asyncio.gather(*(do(machine, "RESERVE", 3) for _ in range(8)))
    assert await stock(machine) == (available - 3, reserved + 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": [{"product_id": "P001", "quantity": 0}]},
        {"lines": [{"product_id": "P001", "quantity": -2}]},
        {"lines": [{"product_id": "P001", "quantity": 10**9}]},
        {"lines": [{"product_id": "P 1", "quantity": 1}]},
        {"lines": [{"product_id": "P001", "quantity": 1}] * 501},
        {"order_id": ""},
        {"order_id": "O" * 3000},
        {"order_id": "O\x00"},
        {"operation": "EAT"},
        {"timestamp": "2024-01-25T14:30:00"},
        {"revision": 10**12},
    ],
)
async def test_what_can_not_be_meant_is_refused(
    machine: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    before = await stock(machine)
    response = await machine.post(PATH, json=reservation(**wrong))
    assert response.status_code == 422
    assert await stock(machine) == before


async def test_the_warehouse_receives_and_counts_once_per_reference(
    supervisor: httpx.AsyncClient, machine: httpx.AsyncClient, app: FastAPI
) -> None:
    available, reserved = await stock(machine)
    path = "/internal/products/P001/stock"
    for _ in range(2):
        received = await supervisor.post(path, json=movement("RECEIPT", 120))
    assert received.json()["available_quantity"] == available + 120
    await do(machine, "RESERVE", 10)
    counted = await supervisor.post(path, json=movement("COUNT", 200, "ST-1"))
    assert counted.json()["available_quantity"] == 200 - reserved - 10
    other = await supervisor.post(path, json=movement("RECEIPT", 121))
    assert (other.status_code, other.json()["code"]) == (409, "ALREADY_WRITTEN")
    elsewhere = await supervisor.post("/internal/products/P002/stock", json=movement("RECEIPT", 1))
    assert elsewhere.status_code == 200
    await assert_ledgers_add_up(app.state.parts.pool)


async def test_the_ledger_of_a_product_is_read_page_by_page(
    supervisor: httpx.AsyncClient, machine: httpx.AsyncClient
) -> None:
    for n in range(5):
        await do(machine, "RESERVE", 1, revision=n + 1)
    path = "/internal/products/P001/stock/entries"
    first = (await supervisor.get(path, params={"limit": 4})).json()
    rest = (await supervisor.get(path, params={"limit": 4, "before": first["next_before"]})).json()
    entries = first["entries"] + rest["entries"]
    assert [e["revision"] for e in entries] == [5, 4, 3, 2, 1, 0]
    assert (entries[-1]["operation"], rest["next_before"]) == ("OPENING", None)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/internal/products/P999/stock", movement("RECEIPT", 1)),
        ("/internal/products/P001/stock", movement("COUNT", -1)),
        ("/internal/products/P001/stock", movement("RECEIPT", 1, "")),
    ],
)
async def test_a_movement_that_can_not_be_is_refused(
    supervisor: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    assert (await supervisor.post(path, json=body)).status_code in {404, 422}


async def test_only_machines_and_supervisors_move_stock(
    clerk: httpx.AsyncClient, machine: httpx.AsyncClient
) -> None:
    assert (await clerk.post(PATH, json=reservation())).status_code == 403
    received = await machine.post("/internal/products/P001/stock", json=movement("RECEIPT", 1))
    assert received.status_code == 403


async def test_the_stock_ledger_can_not_be_changed_afterwards(pool: asyncpg.Pool) -> None:
    for statement in ("UPDATE stock_entries SET quantity = 0", "DELETE FROM stock_entries"):
        with pytest.raises(asyncpg.RaiseError, match="append-only"):
            await pool.execute(statement)
