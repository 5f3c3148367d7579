"""Planning problems around Taipei, and an independent check of plans."""

from decimal import Decimal
from typing import Any

from app.domain.customers import Zone
from server.dispatch_operations.fleet import DEFAULTS
from server.dispatch_operations.places import Point
from server.dispatch_operations.problem import Plan, Problem, Task, Tour, Van
from server.dispatch_operations.travel import Spot, leg

HOUR = 3600
MORNING, AFTERNOON, EVENING = ((8, 12), (12, 18), (18, 21))
WAREHOUSE = Spot(Point(25.0263, 121.4582), Zone.NORTH)


def spot(north_km: float = 0, east_km: float = 0) -> Spot:
    """So many kilometres from the warehouse."""
    at = WAREHOUSE.point
    return Spot(Point(at.latitude + north_km / 111.2, at.longitude + east_km / 100.8), Zone.NORTH)


def task(order_id: str = "O1", slot: tuple[int, int] = AFTERNOON, **changes: Any) -> Task:
    """An order three kilometres north of the warehouse."""
    fresh: dict[str, Any] = {
        "spot": spot(3),
        "weight_kg": 40,
        "service_s": 480,
        "earliest": slot[0] * HOUR,
        "latest": slot[1] * HOUR,
    }
    return Task(order_id, **(fresh | changes))


def van(driver_id: str = "DRV001", **changes: Any) -> Van:
    """A driver from half past seven to half past nine in the evening."""
    fresh: dict[str, Any] = {
        "vehicle_id": f"V-{driver_id}",
        "capacity_kg": 400,
        "begins": WAREHOUSE,
        "starts_at": int(7.5 * HOUR),
        "ends_at": int(21.5 * HOUR),
    }
    return Van(driver_id, **(fresh | changes))


def problem(tasks: list[Task], vans: list[Van], seconds: float = 0.3, **changes: Any) -> Problem:
    """The problem with the sample shop's settings; `changes` are changed settings."""
    from msgspec.structs import replace

    settings = replace(DEFAULTS, **{name: _plain(value) for name, value in changes.items()})
    return Problem(WAREHOUSE, tuple(tasks), tuple(vans), settings, 1, seconds)


def _plain(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value


def mistakes(posed: Problem, plan: Plan) -> list[str]:
    """What is wrong with a plan, by arithmetic of the test's own."""
    placed = [stop.order_id for tour in plan.tours for stop in tour.stops]
    found = sorted([*placed, *plan.left_out])
    wrong = [] if found == sorted(t.order_id for t in posed.tasks) else [f"orders: {found}"]
    vans = {one.driver_id: one for one in posed.vans}
    for tour in plan.tours:
        wrong += _of_tour(posed, vans[tour.driver_id], tour)
    return wrong


def _of_tour(posed: Problem, driven: Van, tour: Tour) -> list[str]:
    tasks = {one.order_id: one for one in posed.tasks}
    wrong, now, at, trip = [], driven.starts_at, driven.begins, driven.trip
    loads = {trip: driven.loaded_kg}
    for stop in tour.stops:
        wanted = tasks[stop.order_id]
        if stop.trip != trip:
            now += leg(at, posed.warehouse, posed.settings).seconds
            now += posed.settings.loading_minutes * 60
            at, trip = posed.warehouse, stop.trip
        if stop.arrival < now + leg(at, wanted.spot, posed.settings).seconds:
            wrong.append(f"{stop.order_id}: nobody drives that fast")
        if not wanted.earliest <= stop.arrival <= wanted.latest:
            wrong.append(f"{stop.order_id}: outside its slot")
        if wanted.locked_to not in {"", driven.driver_id}:
            wrong.append(f"{stop.order_id}: locked to another driver")
        loads[trip] = loads.get(trip, 0) + wanted.weight_kg
        now, at = stop.arrival + wanted.service_s, wanted.spot
    if now + leg(at, posed.warehouse, posed.settings).seconds > driven.ends_at:
        wrong.append(f"{driven.driver_id}: not home in time")
    if trip > posed.settings.trips:
        wrong.append(f"{driven.driver_id}: {trip} trips")
    if tour.stops and max(loads.values()) > driven.capacity_kg:
        wrong.append(f"{driven.driver_id}: loads {loads}")
    return wrong
