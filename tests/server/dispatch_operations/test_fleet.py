"""Drivers, vehicles, settings, and where the drivers are."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI

from app.wire.codec import Message, decode
from app.wire.dispatch import DriverLocationUpdated
from app.wire.events import Notice, event_data
from app.wire.registers import Role
from server.feed.listeners import Listener
from tests.server.conftest import Client

pytestmark = pytest.mark.asyncio(loop_scope="module")
FLEET = "/internal/dispatch"
NOW = datetime.now(UTC).replace(microsecond=0)


async def first(client: httpx.AsyncClient, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"{FLEET}/{kind}")).json()[kind][0]
    return found


async def save(client: httpx.AsyncClient, kind: str, one: dict[str, Any]) -> httpx.Response:
    return await client.put(f"{FLEET}/{kind}", json={kind: [one]})


async def test_the_sample_shop_has_six_drivers_with_a_truck_each(
    dispatcher: httpx.AsyncClient,
) -> None:
    drivers = (await dispatcher.get(f"{FLEET}/drivers")).json()["drivers"]
    vehicles = (await dispatcher.get(f"{FLEET}/vehicles")).json()["vehicles"]
    assert sorted(one["vehicle_id"] for one in drivers) == [v["vehicle_id"] for v in vehicles]
    assert drivers[0]["driver_id"] == "DRV001"
    assert (vehicles[0]["vehicle_id"], vehicles[0]["capacity_kg"]) == ("3456-AB", 1200)


async def test_drivers_and_vehicles_are_replaced_and_added(dispatcher: httpx.AsyncClient) -> None:
    for kind, name in (("vehicles", "vehicle_id"), ("drivers", "driver_id")):
        one = await first(dispatcher, kind)
        answer = await save(dispatcher, kind, one | {name: "NEW-1", "name": "新"})
        assert {"NEW-1", one[name]} <= {each[name] for each in answer.json()[kind]}
        again = await save(dispatcher, kind, one | {name: "NEW-1", "name": "新"})
        assert again.json() == answer.json()


UNMEANT: list[tuple[str, dict[str, Any], str]] = [
    ("vehicles", {"capacity_kg": 0}, "CAPACITY"),
    ("vehicles", {"vehicle_id": " A"}, "ID"),
    ("vehicles", {"vehicle_id": ""}, "ID"),
    ("drivers", {"driver_id": "D/1"}, "ID"),
    ("drivers", {"vehicle_id": "nowhere"}, "UNKNOWN_VEHICLE"),
    ("drivers", {"shift_start": "18:00:00", "shift_end": "08:00:00"}, "SHIFT"),
    ("drivers", {"shift_start": "08:00:00Z"}, "SHIFT"),
    ("drivers", {"weekdays": [0]}, "WEEKDAYS"),
    ("drivers", {"areas": ["北"]}, "AREA"),
    ("drivers", {"shift_end": "25:00"}, "MALFORMED"),
]


async def test_what_can_not_be_meant_is_refused(dispatcher: httpx.AsyncClient) -> None:
    for kind, changes, code in UNMEANT:
        answer = await save(dispatcher, kind, await first(dispatcher, kind) | changes)
        assert (answer.status_code, answer.json().get("code")) == (422, code), changes


async def test_one_of_a_kind_may_not_stand_twice(dispatcher: httpx.AsyncClient) -> None:
    for kind in ("vehicles", "drivers"):
        one = await first(dispatcher, kind)
        answer = await dispatcher.put(f"{FLEET}/{kind}", json={kind: [one, one]})
        assert (answer.status_code, answer.json()["code"]) == (422, "TWICE")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"warehouse": {"latitude": 0, "longitude": 0}}, "PLACE"),
        ({"speed_kmh": {"NORTH": 22}}, "SPEED"),
        ({"speed_kmh": {"NORTH": 0, "CENTRAL": 28, "SOUTH": 28, "REMOTE": 35}}, "SPEED"),
        ({"detour_factor": 0.5}, "DETOUR"),
        ({"stop_minutes": -1}, "MINUTES"),
        ({"trips": 0}, "MINUTES"),
        ({"plan_seconds": 61}, "PLAN_SECONDS"),
        ({"plan_seconds": 5, "trips": 1}, None),
    ],
)
async def test_settings_are_checked_and_kept(
    dispatcher: httpx.AsyncClient, changes: dict[str, Any], code: str | None
) -> None:
    usual = (await dispatcher.get(f"{FLEET}/settings")).json()
    answer = await dispatcher.put(f"{FLEET}/settings", json=usual | changes)
    assert answer.json().get("code") == code
    kept = (await dispatcher.get(f"{FLEET}/settings")).json()
    assert kept == (usual if code else usual | changes)


def seen(second: float = 0, **changes: Any) -> dict[str, Any]:
    here = {"latitude": 25.033, "longitude": 121.5654, "accuracy": 10, "speed_kmh": 35}
    return {
        "order_id": "O-20240125-000123",
        "location": here | {"heading": 145} | changes,
        "timestamp": (NOW - timedelta(minutes=5) + timedelta(seconds=second)).isoformat(),
    }


async def locate(client: httpx.AsyncClient, said: dict[str, Any], driver: str = "DRV001") -> Any:
    return await client.post(f"{FLEET}/drivers/{driver}/location", json=said)


async def test_the_newest_position_wins_and_is_spread(
    dispatcher: httpx.AsyncClient, app: FastAPI
) -> None:
    listener = app.state.parts.hub.subscribe()
    for second, speed in ((10, 35), (5, 99), (10, 99), (10.5, 99), (12, 40)):
        answer = await locate(dispatcher, seen(second, speed_kmh=speed))
        assert answer.status_code == 200
    (newest,) = (await dispatcher.get(f"{FLEET}/locations")).json()["drivers"]
    assert (newest["driver_id"], newest["location"]["speed_kmh"]) == ("DRV001", 40)
    assert answer.json() == newest
    notice = await notice_of(listener)
    assert isinstance(notice, DriverLocationUpdated)
    assert (notice.driver_id, notice.location.speed_kmh) == ("DRV001", 40)
    app.state.parts.hub.unsubscribe(listener)


async def notice_of(listener: Listener) -> Message:
    """What the listener hears last."""
    async with asyncio.timeout(5):
        await listener.wait()
    notice = decode(Notice, listener.take().passing[-1][1])
    return event_data(notice.event, notice.data)


@pytest.mark.parametrize(
    ("said", "driver", "expected"),
    [
        (seen(), "DRV099", (404, "UNKNOWN_DRIVER")),
        (seen(latitude=91), "DRV001", (422, "PLACE")),
        (seen(heading=400), "DRV001", (422, "MOVEMENT")),
        (seen(speed_kmh=-1), "DRV001", (422, "MOVEMENT")),
        (seen(3600), "DRV001", (422, "TIMESTAMP")),
        (seen() | {"timestamp": "2024-01-26T14:25:00"}, "DRV001", (422, "MALFORMED")),
        (seen() | {"order_id": "O" * 41}, "DRV001", (422, "ORDER_ID")),
    ],
)
async def test_a_position_that_can_not_be_is_refused(
    dispatcher: httpx.AsyncClient,
    pool_of_app: asyncpg.Pool,
    said: dict[str, Any],
    driver: str,
    expected: tuple[int, str],
) -> None:
    answer = await locate(dispatcher, said, driver)
    assert (answer.status_code, answer.json()["code"]) == expected
    assert await pool_of_app.fetchval("SELECT count(*) FROM driver_locations") == 0


async def test_another_modules_machine_reads_and_writes_but_a_clerk_only_reads(
    dispatcher: httpx.AsyncClient, client: Client
) -> None:
    one = await first(dispatcher, "vehicles")
    expected = {Role.SERVICE: 200, Role.SUPERVISOR: 200, Role.ADMIN: 200, Role.CLERK: 403}
    for role, status in expected.items():
        assert (await client(role).get(f"{FLEET}/vehicles")).status_code == 200
        assert (await save(client(role), "vehicles", one)).status_code == status
