"""Orders of a day: submitted, repeated, changed, moved, withdrawn, pinned."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.server.dispatch_operations.orders import (
    DAY,
    NEXT_DAY,
    ORDERS,
    assign,
    order,
    order_id,
    report,
    states,
    submit,
    tours,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_submitted_order_waits_at_the_middle_of_its_district(
    dispatcher: httpx.AsyncClient,
) -> None:
    (known,) = (await submit(dispatcher, order())).json()["orders"]
    assert (known["state"], known["weight_kg"], known["area"]) == ("WAITING", 40, "台北市信義區")
    assert (known["precision"], known["place"]) == (
        "DISTRICT",
        {"latitude": 25.0360, "longitude": 121.5711},
    )
    assert known["order"]["special_instructions"] == "請按門鈴"


async def test_the_same_submission_again_changes_nothing(dispatcher: httpx.AsyncClient) -> None:
    first = await submit(dispatcher, order(1), order(2))
    again = await submit(dispatcher, order(1), order(2))
    assert (again.status_code, again.json()) == (200, first.json())


MORE = [{"product_id": "P001", "quantity": 3, "weight_kg": 60}]


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, DAY, ("ASSIGNED", 40)),
        ({"revision": 1, "products": MORE}, DAY, ("ASSIGNED", 40)),
        ({"revision": 3, "contact_phone": "0922-000-111"}, DAY, ("ASSIGNED", 40)),
        ({"revision": 3, "products": MORE}, DAY, ("WAITING", 60)),
        ({"revision": 2, "products": MORE}, DAY, ("WAITING", 60)),
        ({"revision": 3, "time_slot": "03"}, DAY, ("WAITING", 40)),
        ({"revision": 3, "priority": "URGENT"}, DAY, ("WAITING", 40)),
        ({"revision": 3, "delivery_address": "台北市大安區金山南路1號"}, DAY, ("WAITING", 40)),
        ({"revision": 3}, NEXT_DAY, ("WAITING", 40)),
        ({"revision": 1}, NEXT_DAY, ("ASSIGNED", 40)),
    ],
)
async def test_an_assigned_order_of_revision_two_is_replaced_by_what_is_newer(
    dispatcher: httpx.AsyncClient, changes: dict[str, Any], day: str, expected: tuple[str, int]
) -> None:
    await submit(dispatcher, order(revision=2))
    await assign(dispatcher)
    answer = await submit(dispatcher, order(**({"revision": 2} | changes)), day=day)
    assert answer.status_code == 200
    known = ((await states(dispatcher)) | (await states(dispatcher, NEXT_DAY)))[order_id()]
    assert (known["state"], known["weight_kg"]) == expected
    assert (known["stop"] is not None) == (expected[0] == "ASSIGNED")


async def test_a_moved_order_leaves_its_day(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, order(1), order(2))
    await submit(dispatcher, order(1), day=NEXT_DAY)
    assert list(await states(dispatcher)) == [order_id(2)]
    assert list(await states(dispatcher, NEXT_DAY)) == [order_id(1)]


async def test_a_withdrawn_order_leaves_its_tour_once_and_for_all(
    dispatcher: httpx.AsyncClient,
) -> None:
    await submit(dispatcher, order(1), order(2))
    await assign(dispatcher, 1, 1)
    await assign(dispatcher, 2, 2)
    for _ in range(2):
        gone = await dispatcher.delete(f"{ORDERS}/{order_id(1)}")
        assert (gone.status_code, gone.json()["state"], gone.json()["stop"]) == (
            200,
            "CANCELLED",
            None,
        )
    assert await tours(dispatcher) == {"DRV001": [(2, order_id(2))]}


async def test_a_late_repetition_does_not_bring_a_withdrawn_order_back(
    dispatcher: httpx.AsyncClient,
) -> None:
    await submit(dispatcher, order())
    await dispatcher.delete(f"{ORDERS}/{order_id()}")
    await submit(dispatcher, order())
    assert (await states(dispatcher))[order_id()]["state"] == "CANCELLED"
    await submit(dispatcher, order(revision=2))
    assert (await states(dispatcher))[order_id()]["state"] == "WAITING"


@pytest.mark.parametrize(
    ("status", "submitted", "withdrawn"),
    [
        ("EN_ROUTE", "UNDER_WAY", None),
        ("ARRIVED", "UNDER_WAY", "ARRIVED"),
        ("COMPLETED", "ALREADY_COMPLETED", "ALREADY_COMPLETED"),
    ],
)
async def test_what_is_on_its_way_changes_no_more(
    dispatcher: httpx.AsyncClient, status: str, submitted: str, withdrawn: str | None
) -> None:
    await submit(dispatcher, order())
    await assign(dispatcher)
    await report(dispatcher, status)
    assert (await submit(dispatcher, order())).status_code == 200
    changed = await submit(dispatcher, order(revision=2, products=MORE))
    assert (changed.status_code, changed.json()["code"]) == (409, submitted)
    gone = await dispatcher.delete(f"{ORDERS}/{order_id()}")
    assert gone.json().get("code") == withdrawn


async def test_a_failed_order_may_be_brought_the_next_day(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, order())
    await assign(dispatcher)
    await report(dispatcher, "FAILED")
    await submit(dispatcher, order())
    assert (await states(dispatcher))[order_id()]["state"] == "FAILED"
    (known,) = (await submit(dispatcher, order(revision=2), day=NEXT_DAY)).json()["orders"]
    assert (known["state"], known["notes"]) == ("WAITING", "")


async def test_all_orders_of_a_submission_are_taken_or_none(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, order(1))
    await assign(dispatcher)
    await report(dispatcher, "ARRIVED")
    refused = await submit(dispatcher, order(1, revision=2), order(2))
    assert refused.status_code == 409
    assert list(await states(dispatcher)) == [order_id(1)]


async def test_of_submissions_at_the_same_time_the_newest_revision_stays(
    dispatcher: httpx.AsyncClient,
) -> None:
    sent = [
        submit(
            dispatcher, order(1, revision=n), order(2, revision=9 - n), day=(DAY, NEXT_DAY)[n % 2]
        )
        for n in range(1, 9)
    ]
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {200}
    known = (await states(dispatcher)) | (await states(dispatcher, NEXT_DAY))
    assert {one["order"]["revision"] for one in known.values()} == {8}
    assert {one["state"] for one in known.values()} == {"WAITING"}


async def test_a_pin_stays_until_the_address_changes(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, order(delivery_address="信義路五段7號"))
    assert (await states(dispatcher))[order_id()]["precision"] == "UNKNOWN"
    here = {"latitude": 25.0478, "longitude": 121.5170}
    pinned = await dispatcher.put(f"{ORDERS}/{order_id()}/place", json={"location": here})
    assert (pinned.json()["precision"], pinned.json()["place"]) == ("EXACT", here)
    await submit(dispatcher, order(delivery_address="信義路五段7號", revision=2))
    assert (await states(dispatcher))[order_id()]["place"] == here
    await submit(dispatcher, order(revision=3))
    assert (await states(dispatcher))[order_id()]["precision"] == "DISTRICT"


UNMEANT: list[tuple[list[dict[str, Any]], str]] = [
    ([order(), order()], "TWICE"),
    ([order(order_id="")], "ORDER_ID"),
    ([order(order_id="O/1")], "ORDER_ID"),
    ([order(revision=0)], "AMOUNT"),
    ([order(cash_due=-1)], "AMOUNT"),
    ([order(products=[{"product_id": "P001", "quantity": 0, "weight_kg": 0}])], "QUANTITY"),
    ([order(products=[{"product_id": "P001", "quantity": 1, "weight_kg": -1}])], "QUANTITY"),
    ([order(location={"latitude": 52.5, "longitude": 13.4})], "PLACE"),
    ([order(time_slot="04")], "MALFORMED"),
]


async def test_what_can_not_be_meant_is_refused(dispatcher: httpx.AsyncClient) -> None:
    for orders, code in UNMEANT:
        answer = await submit(dispatcher, *orders)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await states(dispatcher) == {}


async def test_a_day_is_written_out(dispatcher: httpx.AsyncClient) -> None:
    for day in ("20310305", "1706227200", "2031-13-01", "0001-01-01", "today"):
        listing = await dispatcher.get(ORDERS, params={"date": day})
        planned = await dispatcher.post(f"/internal/dispatch/routes/{day}/plan")
        assert (listing.status_code, planned.status_code) == (422, 422), day


async def test_clerks_read_but_do_not_write(
    clerk: httpx.AsyncClient, dispatcher: httpx.AsyncClient
) -> None:
    assert (await submit(clerk, order())).status_code == 403
    await submit(dispatcher, order())
    assert list(await states(clerk)) == [order_id()]
