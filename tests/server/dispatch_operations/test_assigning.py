"""A dispatcher puts orders into tours."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.server.dispatch_operations.orders import (
    NEXT_DAY,
    ORDERS,
    assign,
    order,
    order_id,
    owed,
    report,
    states,
    submit,
    tours,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_assigned_order_is_in_the_tour_and_order_sales_is_told(
    dispatcher: httpx.AsyncClient, pool_of_app: asyncpg.Pool
) -> None:
    await submit(dispatcher, order())
    answer = await assign(dispatcher, sequence=5)
    assert (answer.status_code, answer.json()["state"]) == (200, "ASSIGNED")
    assert answer.json()["stop"] == {
        "dispatch_id": "D-20310305-001",
        "driver_id": "DRV001",
        "vehicle_id": "3456-AB",
        "sequence": 5,
        "trip": 1,
        "estimated_arrival": "2031-03-05T09:30:00Z",
        "is_locked": True,
    }
    assert await tours(dispatcher) == {"DRV001": [(5, order_id())]}
    assert await owed(pool_of_app) == [("order_sales", "ASSIGNED")]


async def test_the_same_assignment_again_changes_nothing(
    dispatcher: httpx.AsyncClient, pool_of_app: asyncpg.Pool
) -> None:
    await submit(dispatcher, order())
    first, again = await assign(dispatcher), await assign(dispatcher)
    assert (again.status_code, again.json()) == (200, first.json())
    assert await owed(pool_of_app) == [("order_sales", "ASSIGNED")]


async def test_a_stop_at_a_taken_place_moves_the_later_ones_back(
    dispatcher: httpx.AsyncClient,
) -> None:
    await submit(dispatcher, *(order(serial) for serial in (1, 2, 3, 4)))
    for serial in (1, 2, 3):
        await assign(dispatcher, serial, serial)
    await assign(dispatcher, 4, 2)
    expected = [(1, order_id(1)), (2, order_id(4)), (3, order_id(2)), (4, order_id(3))]
    assert await tours(dispatcher) == {"DRV001": expected}


async def test_a_stop_moves_to_another_place_and_to_another_driver(
    dispatcher: httpx.AsyncClient, pool_of_app: asyncpg.Pool
) -> None:
    await submit(dispatcher, order(1), order(2))
    await assign(dispatcher, 1, 1)
    await assign(dispatcher, 2, 2)
    await assign(dispatcher, 1, 3)
    assert await tours(dispatcher) == {"DRV001": [(2, order_id(2)), (3, order_id(1))]}
    other = {"driver_id": "DRV002", "vehicle_id": "BKA-2217", "dispatch_id": "D-20310305-002"}
    await assign(dispatcher, 1, 1, **other)
    assert await tours(dispatcher) == {
        "DRV001": [(2, order_id(2))],
        "DRV002": [(1, order_id(1))],
    }
    assert await owed(pool_of_app) == [("order_sales", "ASSIGNED")] * 3


async def test_an_order_taken_out_of_its_tour_waits_again(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, order())
    await assign(dispatcher)
    for _ in range(2):
        answer = await dispatcher.delete(f"{ORDERS}/{order_id()}/assign")
        assert (answer.status_code, answer.json()["state"]) == (200, "WAITING")
    assert await tours(dispatcher) == {}


UNMEANT: list[tuple[dict[str, Any], int, str]] = [
    ({"driver_id": "DRV099"}, 404, "UNKNOWN_DRIVER"),
    ({"vehicle_id": "ZZZ-0000"}, 404, "UNKNOWN_VEHICLE"),
    ({"route_sequence": 0}, 422, "SEQUENCE"),
    ({"route_sequence": 1000}, 422, "SEQUENCE"),
    ({"dispatch_id": ""}, 422, "DISPATCH_ID"),
    ({"estimated_arrival": "2031-03-05T16:00:00Z"}, 422, "OTHER_DAY"),
    ({"estimated_arrival": "2031-03-05T09:00:00"}, 422, "MALFORMED"),
    ({"vehicle_id": "BKA-2217"}, 409, "VEHICLE_TAKEN"),
    ({"driver_id": "DRV003", "vehicle_id": "BLC-7305"}, 409, "OTHER_VEHICLE"),
]


async def test_an_assignment_that_can_not_be_meant_is_refused(
    dispatcher: httpx.AsyncClient,
) -> None:
    await submit(dispatcher, order(1), order(2), order(3))
    await assign(dispatcher, 2, 1, driver_id="DRV002", vehicle_id="BKA-2217")
    await assign(dispatcher, 3, 1, driver_id="DRV003", vehicle_id="KEG-8801")
    for changes, status, code in UNMEANT:
        answer = await assign(dispatcher, **changes)
        assert (answer.status_code, answer.json()["code"]) == (status, code), changes
    assert (await states(dispatcher))[order_id()]["state"] == "WAITING"
    assert (await assign(dispatcher, 9)).status_code == 404


async def test_nobody_is_assigned_on_a_day_off_or_with_a_truck_in_repair(
    dispatcher: httpx.AsyncClient,
) -> None:
    sunday = "2031-03-09"
    await submit(dispatcher, order(), day=sunday)
    arrival = f"{sunday}T06:00:00Z"
    assert (await assign(dispatcher, estimated_arrival=arrival)).json()["code"] == "OFF_SHIFT"
    await submit(dispatcher, order(), day=NEXT_DAY)
    arrival = f"{NEXT_DAY}T06:00:00Z"
    truck = {"vehicle_id": "3456-AB", "name": "一號車", "capacity_kg": 1200, "is_active": False}
    await dispatcher.put("/internal/dispatch/vehicles", json={"vehicles": [truck]})
    assert (await assign(dispatcher, estimated_arrival=arrival)).json()["code"] == "VEHICLE_OUT"


async def test_no_trip_is_loaded_beyond_the_vehicle(dispatcher: httpx.AsyncClient) -> None:
    heavy = [{"product_id": "P003", "quantity": 14, "weight_kg": 700}]
    await submit(dispatcher, order(1, products=heavy), order(2, products=heavy))
    small = {"driver_id": "DRV004", "vehicle_id": "RCX-0618"}
    assert (await assign(dispatcher, 1, 1, **small)).status_code == 200
    assert (await assign(dispatcher, 2, 2, **small)).json()["code"] == "OVERLOADED"
    heavier = [{"product_id": "P003", "quantity": 15, "weight_kg": 750}]
    await submit(dispatcher, order(3, products=heavier))
    assert (await assign(dispatcher, 3, 1, **small)).json()["code"] == "TOO_HEAVY"


@pytest.mark.parametrize("status", ["EN_ROUTE", "ARRIVED", "COMPLETED", "FAILED"])
async def test_what_is_under_way_stays_where_it_is(
    dispatcher: httpx.AsyncClient, status: str
) -> None:
    await submit(dispatcher, order(1), order(2))
    await assign(dispatcher, 1, 3)
    await report(dispatcher, status)
    assert (await assign(dispatcher, 1, 4)).json()["code"] == f"ORDER_{status}"
    assert (await assign(dispatcher, 2, 3)).json()["code"] == "PASSED"
    assert (await assign(dispatcher, 2, 4)).status_code == 200
    gone = await dispatcher.delete(f"{ORDERS}/{order_id(1)}/assign")
    assert gone.json()["code"] == f"ORDER_{status}"
