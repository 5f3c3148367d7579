"""Drivers' reports: forward only, whatever gets lost, late, doubled or out of order."""

from itertools import permutations
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from tests.server.dispatch_operations.orders import (
    DRIVER,
    NEXT_DAY,
    ORDERS,
    assign,
    order,
    order_id,
    owed,
    report,
    said,
    states,
    submit,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITH_CASH = {
    "cash_collected": 1785,
    "empties": [{"product_id": "P001", "quantity": 2}],
    "residual_kg": 1.5,
    "location": {"latitude": 25.033, "longitude": 121.5654},
}


@pytest_asyncio.fixture(loop_scope="module")
async def assigned(dispatcher: httpx.AsyncClient) -> httpx.AsyncClient:
    """The order is in the tour of DRV001."""
    await submit(dispatcher, order())
    await assign(dispatcher)
    return dispatcher


async def state(client: httpx.AsyncClient) -> str:
    return str((await states(client))[order_id()]["state"])


async def test_each_stage_is_told_to_order_sales_and_the_cash_to_the_accounts(
    assigned: httpx.AsyncClient, pool_of_app: asyncpg.Pool
) -> None:
    for minute, status in enumerate(("EN_ROUTE", "ARRIVED")):
        answer = await report(assigned, status, minute)
        assert answer.json() == {"order_id": order_id(), "state": status, "applied": True}
    await report(assigned, "COMPLETED", 9, **WITH_CASH)
    assert await owed(pool_of_app) == [
        ("order_sales", "ASSIGNED"),
        ("order_sales", "EN_ROUTE"),
        ("order_sales", "ARRIVED"),
        ("order_sales", "COMPLETED"),
        ("account_management", "1785"),
    ]
    known = (await states(assigned))[order_id()]
    assert (known["cash_collected"], known["residual_kg"]) == (1785, 1.5)
    assert known["empties"] == WITH_CASH["empties"]


async def test_a_repeated_completion_is_paid_once(
    assigned: httpx.AsyncClient, pool_of_app: asyncpg.Pool
) -> None:
    for minute in (5, 5, 6):
        answer = await report(assigned, "COMPLETED", minute, **WITH_CASH)
        assert (answer.status_code, answer.json()["state"]) == (200, "COMPLETED")
    assert await owed(pool_of_app) == [
        ("order_sales", "ASSIGNED"),
        ("order_sales", "COMPLETED"),
        ("account_management", "1785"),
    ]


async def test_in_whatever_order_reports_come_the_delivery_ends_completed(
    dispatcher: httpx.AsyncClient,
) -> None:
    orders = list(permutations([("EN_ROUTE", 1), ("ARRIVED", 2), ("COMPLETED", 3)]))
    await submit(dispatcher, *(order(serial) for serial in range(1, len(orders) + 1)))
    for serial, sent in enumerate(orders, 1):
        await assign(dispatcher, serial, serial)
        ranks = [minute for _, minute in sent]
        for place, (status, minute) in enumerate(sent):
            answer = await dispatcher.post(
                f"{ORDERS}/{order_id(serial)}/status", json=said(status, minute)
            )
            furthest = max(ranks[: place + 1])
            assert answer.json()["applied"] == (minute == furthest), sent
        assert (await states(dispatcher))[order_id(serial)]["state"] == "COMPLETED"


Step = tuple[str, int, dict[str, Any]]


@pytest.mark.parametrize(
    ("heard", "comes", "expected"),
    [
        ([], ("COMPLETED", 5, {}), "COMPLETED"),
        ([], ("FAILED", 5, {}), "FAILED"),
        ([("COMPLETED", 5, {})], ("EN_ROUTE", 6, {}), "COMPLETED"),
        ([("COMPLETED", 5, {})], ("FAILED", 4, {}), "COMPLETED"),
        ([("COMPLETED", 5, {})], ("FAILED", 6, {}), "ALREADY_COMPLETED"),
        ([("FAILED", 5, {})], ("COMPLETED", 6, {}), "ALREADY_FAILED"),
        ([("FAILED", 5, {})], ("ARRIVED", 4, {}), "FAILED"),
        ([("ARRIVED", 5, {})], ("EN_ROUTE", 6, {}), "ARRIVED"),
        ([], ("EN_ROUTE", 5, {"driver_id": "DRV002"}), "OTHER_DRIVER"),
        ([], ("FAILED", 5, {"driver_id": "DRV002"}), "OTHER_DRIVER"),
        ([], ("COMPLETED", 5, {"driver_id": "DRV002"}), "COMPLETED"),
        ([], ("EN_ROUTE", 5, {"driver_id": "DRV099"}), "UNKNOWN_DRIVER"),
        ([], ("ASSIGNED", 5, {}), "STATUS"),
        ([], ("DRIVER_ASSIGNED", 5, {}), "STATUS"),
        ([], ("EN_ROUTE", 5, {"timestamp": "2199-01-01T00:00:00Z"}), "TIMESTAMP"),
        ([], ("FAILED", 5, {"notes": " "}), "REASON"),
        ([], ("COMPLETED", 5, {"cash_collected": -1}), "CASH"),
        ([], ("COMPLETED", 5, {"cash_collected": 10.5}), "CASH"),
        ([], ("COMPLETED", 5, {"residual_kg": -1}), "RESIDUAL"),
        ([], ("COMPLETED", 5, {"empties": [{"product_id": "P1", "quantity": 0}]}), "EMPTIES"),
        ([], ("ARRIVED", 5, {"location": {"latitude": 0, "longitude": 0}}), "PLACE"),
    ],
)
async def test_a_report_leads_forward_or_changes_nothing(
    assigned: httpx.AsyncClient, heard: list[Step], comes: Step, expected: str
) -> None:
    for status, minute, changes in heard:
        await report(assigned, status, minute, **changes)
    before = await state(assigned)
    status, minute, changes = comes
    answer = (await report(assigned, status, minute, **changes)).json()
    assert answer.get("state", answer.get("code")) == expected
    assert await state(assigned) == answer.get("state", before)


async def test_reports_of_an_order_that_nobody_carries_are_refused(
    dispatcher: httpx.AsyncClient,
) -> None:
    assert (await report(dispatcher, "EN_ROUTE")).json()["code"] == "UNKNOWN_ORDER"
    await submit(dispatcher, order())
    assert (await report(dispatcher, "EN_ROUTE")).json()["code"] == "NOT_ASSIGNED"
    await dispatcher.delete(f"{ORDERS}/{order_id()}")
    assert (await report(dispatcher, "EN_ROUTE")).json()["applied"] is False
    assert (await report(dispatcher, "COMPLETED")).json()["code"] == "ORDER_CANCELLED"


async def test_old_reports_do_not_touch_the_second_attempt(assigned: httpx.AsyncClient) -> None:
    await report(assigned, "FAILED", 5)
    await submit(assigned, order(revision=2), day=NEXT_DAY)
    await assign(assigned, estimated_arrival=f"{NEXT_DAY}T06:00:00Z")
    assert (await report(assigned, "ARRIVED", 4)).json()["applied"] is False
    assert (await report(assigned, "EN_ROUTE", 59)).json()["applied"] is True


async def test_every_report_is_kept_with_what_became_of_it(
    assigned: httpx.AsyncClient, pool_of_app: asyncpg.Pool
) -> None:
    for status, minute in (("ARRIVED", 2), ("EN_ROUTE", 1), ("ARRIVED", 2)):
        await report(assigned, status, minute)
    rows = await pool_of_app.fetch(
        "SELECT status, driver_id, applied FROM dispatch_reports ORDER BY received_at"
    )
    assert [tuple(row) for row in rows] == [
        ("ARRIVED", DRIVER, True),
        ("EN_ROUTE", DRIVER, False),
    ]
