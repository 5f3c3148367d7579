"""A day is planned over HTTP: assigned, told, planned again around what is under way."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import pytest

from server.dispatch_operations import planning
from server.dispatch_operations.day import Effort
from server.dispatch_operations.problem import Plan, Problem
from server.dispatch_operations.solver import solve
from tests.server.dispatch_operations.orders import (
    DAY,
    ORDERS,
    assign,
    order,
    order_id,
    owed,
    states,
    submit,
    tours,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

AREAS = ("台北市信義區", "台北市大安區", "新北市板橋區", "新北市三重區", "台北市萬華區")


def spread(count: int) -> list[dict[str, Any]]:
    """Orders in five districts and two slots."""
    return [
        order(
            serial,
            delivery_address=f"{AREAS[serial % 5]}中山路{serial}號",
            time_slot=("01", "02")[serial % 2],
        )
        for serial in range(1, count + 1)
    ]


async def plan(client: httpx.AsyncClient, seconds: float = 0.3, **more: Any) -> Any:
    answer = await client.post(
        f"/internal/dispatch/routes/{DAY}/plan", params={"seconds": seconds} | more
    )
    return answer.json()


def left_out(made: Any) -> dict[str, str]:
    return {one["order_id"]: one["reason"] for one in made["unassigned"]}


def placed(made: Any) -> list[str]:
    return sorted(stop["order_id"] for route in made["routes"] for stop in route["orders"])


async def test_a_plan_assigns_every_order_once_and_tells_order_sales(
    dispatcher: httpx.AsyncClient, pool_of_app: asyncpg.Pool
) -> None:
    await submit(dispatcher, *spread(12))
    made = await plan(dispatcher, seed=7)
    assert (placed(made), made["unassigned"], made["seed"]) == (
        [order_id(serial) for serial in range(1, 13)],
        [],
        7,
    )
    known = await states(dispatcher)
    assert {one["state"] for one in known.values()} == {"ASSIGNED"}
    for serial in range(1, 13):
        assert await owed(pool_of_app, serial) == [("order_sales", "ASSIGNED")]
    read = (await dispatcher.get(f"/internal/dispatch/routes/{DAY}")).json()
    assert read["routes"] == made["routes"]


async def test_arrivals_lie_in_the_slots_and_in_the_order_of_the_stops(
    dispatcher: httpx.AsyncClient,
) -> None:
    await submit(dispatcher, *spread(12))
    known = {one["order_id"]: one["time_slot"] for one in spread(12)}
    for route in (await plan(dispatcher))["routes"]:
        arrivals = [datetime.fromisoformat(s["estimated_arrival"]) for s in route["orders"]]
        assert arrivals == sorted(arrivals)
        assert route["total_stops"] == len(arrivals)
        assert route["total_distance_km"] > 0
        assert route["estimated_duration_mins"] > 0
        for stop, arrival in zip(route["orders"], arrivals, strict=True):
            begins, ends = {"01": (0, 4), "02": (4, 10)}[known[stop["order_id"]]]
            assert begins * 60 <= arrival.hour * 60 + arrival.minute <= ends * 60


async def test_planning_again_tells_nobody_what_did_not_change(
    dispatcher: httpx.AsyncClient, pool_of_app: asyncpg.Pool
) -> None:
    await submit(dispatcher, *spread(4))
    first = await plan(dispatcher, 5)
    again = await plan(dispatcher, 5)
    assert again["routes"] == first["routes"]
    assert await owed(pool_of_app, 1) == [("order_sales", "ASSIGNED")]


async def test_each_order_that_is_left_out_says_why(dispatcher: httpx.AsyncClient) -> None:
    heavy = [{"product_id": "P003", "quantity": 50, "weight_kg": 2001}]
    await submit(
        dispatcher,
        order(1),
        order(2, products=heavy),
        order(3, delivery_address="信義路五段7號"),
        order(4, delivery_address="澎湖縣馬公市中正路1號"),
    )
    made = await plan(dispatcher)
    assert left_out(made) == {
        order_id(2): "TOO_HEAVY",
        order_id(3): "UNKNOWN_ADDRESS",
        order_id(4): "OUT_OF_REACH",
    }
    known = await states(dispatcher)
    assert (known[order_id(3)]["state"], known[order_id(3)]["reason"]) == (
        "WAITING",
        "UNKNOWN_ADDRESS",
    )
    here = {"location": {"latitude": 25.0478, "longitude": 121.5170}}
    await dispatcher.put(f"{ORDERS}/{order_id(3)}/place", json=here)
    assert order_id(3) not in left_out(await plan(dispatcher))


async def test_nobody_works_on_sunday(dispatcher: httpx.AsyncClient) -> None:
    sunday = "2031-03-09"
    await submit(dispatcher, order(), day=sunday)
    answer = await dispatcher.post(f"/internal/dispatch/routes/{sunday}/plan")
    assert left_out(answer.json()) == {order_id(): "NO_DRIVERS"}


async def test_a_day_that_is_over_is_not_planned(dispatcher: httpx.AsyncClient) -> None:
    monday = "2026-01-05"
    await submit(dispatcher, order(), day=monday)
    answer = await dispatcher.post(f"/internal/dispatch/routes/{monday}/plan")
    assert left_out(answer.json()) == {order_id(): "NO_DRIVERS"}


async def test_what_is_under_way_keeps_its_place_and_the_rest_follows(
    dispatcher: httpx.AsyncClient,
) -> None:
    await submit(dispatcher, *spread(10))
    first = (await plan(dispatcher))["routes"][0]
    driver, going = first["driver_id"], first["orders"][0]["order_id"]
    said = {"status": "EN_ROUTE", "driver_id": driver, "timestamp": "2026-01-05T02:00:00Z"}
    await dispatcher.post(f"{ORDERS}/{going}/status", json=said)
    await submit(dispatcher, order(11, priority="URGENT"))
    made = await plan(dispatcher)
    assert len(placed(made)) == 11
    (stays,) = [s for r in made["routes"] for s in r["orders"] if s["order_id"] == going]
    assert stays == first["orders"][0] | {"state": "EN_ROUTE"}
    assert (await tours(dispatcher))[driver][0] == (1, going)


async def test_a_stop_that_a_dispatcher_locked_stays_with_its_driver(
    dispatcher: httpx.AsyncClient,
) -> None:
    await submit(dispatcher, *spread(10))
    await assign(dispatcher, 3, 1, driver_id="DRV005", vehicle_id="RDT-9152")
    made = await plan(dispatcher)
    (route,) = [r for r in made["routes"] if r["driver_id"] == "DRV005"]
    assert order_id(3) in {stop["order_id"] for stop in route["orders"]}
    known = (await states(dispatcher))[order_id(3)]
    assert (known["stop"]["driver_id"], known["stop"]["is_locked"]) == ("DRV005", True)


async def test_a_locked_stop_whose_place_nobody_knows_stays(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, *spread(4), order(5, delivery_address="老地方"))
    await assign(dispatcher, 5, 2, driver_id="DRV005", vehicle_id="RDT-9152")
    made = await plan(dispatcher)
    assert (len(placed(made)), made["unassigned"]) == (5, [])
    assert (2, order_id(5)) in (await tours(dispatcher))["DRV005"]


async def test_a_locked_stop_of_a_sick_driver_is_free_again(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, order())
    await assign(dispatcher)
    fleet = (await dispatcher.get("/internal/dispatch/drivers")).json()["drivers"]
    await dispatcher.put(
        "/internal/dispatch/drivers", json={"drivers": [fleet[0] | {"days_off": [DAY]}]}
    )
    assert (await plan(dispatcher))["unassigned"] == []
    stop = (await states(dispatcher))[order_id()]["stop"]
    assert (stop["driver_id"] != "DRV001", stop["is_locked"]) == (True, False)


async def test_a_sick_drivers_orders_go_to_the_others(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, *spread(10))
    busy = (await plan(dispatcher))["routes"][0]["driver_id"]
    fleet = (await dispatcher.get("/internal/dispatch/drivers")).json()
    sick = next(one for one in fleet["drivers"] if one["driver_id"] == busy)
    sick["days_off"] = [DAY]
    await dispatcher.put("/internal/dispatch/drivers", json={"drivers": [sick]})
    made = await plan(dispatcher)
    assert busy not in {route["driver_id"] for route in made["routes"]}
    assert len(placed(made)) == 10


async def test_what_changes_while_a_plan_is_computed_is_left_alone(
    dispatcher: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(dispatcher, *spread(6))
    reached, go_on = asyncio.Event(), asyncio.Event()
    solved = planning._solve

    async def waits(problem: Problem) -> Plan:
        found = await solved(problem)
        reached.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(planning, "_solve", waits)
    computing = asyncio.create_task(plan(dispatcher))
    await reached.wait()
    second = await dispatcher.post(f"/internal/dispatch/routes/{DAY}/plan")
    assert (second.status_code, second.json()["code"]) == (409, "PLANNING")
    await dispatcher.delete(f"{ORDERS}/{order_id(1)}")
    await submit(dispatcher, order(2, revision=2))
    await assign(dispatcher, 3, 7, driver_id="DRV006", vehicle_id="KEG-8801")
    go_on.set()
    made = await computing
    known = await states(dispatcher)
    assert [known[order_id(n)]["state"] for n in (1, 2, 3)] == ["CANCELLED", "WAITING", "ASSIGNED"]
    assert known[order_id(3)]["stop"]["sequence"] == 7
    assert placed(made) == [order_id(n) for n in (3, 4, 5, 6)]
    assert (await plan(dispatcher))["unassigned"] == []


async def test_the_solver_runs_in_its_own_process(dispatcher: httpx.AsyncClient) -> None:
    await submit(dispatcher, *spread(5))
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.01)

    ticking = asyncio.create_task(tick())
    made = await plan(dispatcher, 0.5)
    ticking.cancel()
    assert (len(placed(made)), ticks > 20) == (5, True)


async def test_a_plan_that_nobody_awaits_any_more_frees_its_day(
    pool_of_app: asyncpg.Pool, dispatcher: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await submit(dispatcher, *spread(3))
    day, computing = datetime.fromisoformat(DAY).date(), asyncio.Event()

    async def never(problem: Problem) -> Plan:
        computing.set()
        await asyncio.Event().wait()
        return solve(problem)

    with monkeypatch.context() as changed:
        changed.setattr(planning, "_solve", never)
        started = asyncio.create_task(
            planning.plan_day(pool_of_app, day, Effort(), datetime.now(UTC))
        )
        await computing.wait()
        started.cancel()
        await asyncio.gather(started, return_exceptions=True)
    assert len(placed(await plan(dispatcher))) == 3
