"""The planning problem of a day: who can drive, what is fixed, what is still to be placed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import asyncpg

from app.domain.hours import SLOT_TIMES, TAIPEI
from app.domain.orders import Priority
from app.wire.dispatch import DeliveryState, DispatchOrderState, DispatchStop, UnassignedReason
from app.wire.fleet import DispatchSettings, Driver, Vehicle
from server.dispatch_operations.fleet import drivers, is_on_shift, settings, vehicles
from server.dispatch_operations.problem import Problem, Task, Van
from server.dispatch_operations.routes import service_s
from server.dispatch_operations.stored import orders_of
from server.dispatch_operations.travel import Spot, spot_at, spot_of

FIXED = frozenset(
    {
        DeliveryState.EN_ROUTE,
        DeliveryState.ARRIVED,
        DeliveryState.COMPLETED,
        DeliveryState.FAILED,
    }
)
_OPEN = frozenset({DeliveryState.WAITING, DeliveryState.ASSIGNED})


@dataclass(frozen=True, slots=True)
class Effort:
    """How a plan is computed: the same seed repeats it; `seconds` None is the setting."""

    seed: int = 0
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was read: the problem, orders that have no place, and every open order."""

    day: date
    problem: Problem
    unplaced: dict[str, UnassignedReason]
    open_orders: dict[str, DispatchOrderState]


async def read_day(connection: asyncpg.Connection, day: date, now: datetime, effort: Effort) -> Day:
    """What is to be planned for a day as of now."""
    chosen = await settings(connection)
    orders = await orders_of(connection, day)
    present = seconds_of_day(day, now)
    all_vans = [_van(crew, chosen, present) for crew in await _crews(connection, day, orders)]
    vans = [van for van in all_vans if van.starts_at < van.ends_at]
    open_orders = {o.order.order_id: o for o in orders if o.state in _OPEN and not _is_kept(o)}
    on_duty = {van.driver_id for van in vans}
    tasks = [_task(order, chosen, on_duty) for order in open_orders.values()]
    problem = Problem(
        warehouse=spot_at(chosen.warehouse),
        tasks=tuple(task for task in tasks if task is not None),
        vans=tuple(vans),
        settings=chosen,
        seed=effort.seed,
        seconds=float(chosen.plan_seconds if effort.seconds is None else effort.seconds),
    )
    placed = {task.order_id for task in problem.tasks}
    unplaced = {i: UnassignedReason.UNKNOWN_ADDRESS for i in open_orders if i not in placed}
    return Day(day, problem, unplaced, open_orders)


def seconds_of_day(day: date, moment: datetime) -> int:
    """Seconds from the day's midnight in Taipei to a moment; negative before it."""
    return int((moment - datetime.combine(day, time(), TAIPEI)).total_seconds())


def instant_of(day: date, seconds: int) -> datetime:
    """The moment that many seconds after the day's midnight in Taipei, in Taipei's zone."""
    return datetime.combine(day, time(), TAIPEI) + timedelta(seconds=seconds)


def _is_kept(known: DispatchOrderState) -> bool:
    """A dispatcher gave an order without a known place to a driver: somebody knows the way."""
    return known.place is None and known.stop is not None and known.stop.is_locked


@dataclass(frozen=True, slots=True)
class _Crew:
    """A driver with the vehicle of the day, and the stops that are fixed, in order."""

    driver: Driver
    vehicle: Vehicle
    fixed: tuple[tuple[DispatchOrderState, DispatchStop], ...]


async def _crews(
    connection: asyncpg.Connection, day: date, orders: Sequence[DispatchOrderState]
) -> list[_Crew]:
    """Drivers on shift; of two with one vehicle at the same time only the first one drives.

    A driver whose tour is with another vehicle than usual stays with that one.
    """
    known = {one.vehicle_id: one for one in await vehicles(connection) if one.is_active}
    tours: dict[str, list[tuple[DispatchOrderState, DispatchStop]]] = {}
    for order in orders:
        if order.stop is not None:
            tours.setdefault(order.stop.driver_id, []).append((order, order.stop))
    crews: list[_Crew] = []
    for driver in await drivers(connection):
        tour = sorted(tours.get(driver.driver_id, ()), key=lambda stopped: stopped[1].sequence)
        vehicle = known.get(tour[0][1].vehicle_id if tour else driver.vehicle_id)
        if vehicle is None or not is_on_shift(driver, day):
            continue
        if not any(mate.vehicle == vehicle and _overlap(mate.driver, driver) for mate in crews):
            fixed = tuple(stopped for stopped in tour if stopped[0].state in FIXED)
            crews.append(_Crew(driver, vehicle, fixed))
    return crews


def _overlap(one: Driver, other: Driver) -> bool:
    return one.shift_start < other.shift_end and other.shift_start < one.shift_end


def _van(crew: _Crew, chosen: DispatchSettings, now: int) -> Van:
    """A driver from the warehouse at the shift's begin, or from the last stop that is fixed."""
    begins: Spot = spot_at(chosen.warehouse)
    starts_at, trip, loaded = max(now, _seconds(crew.driver.shift_start)), 1, 0
    if crew.fixed:
        last, stop = crew.fixed[-1]
        begins = spot_of(last) or begins
        starts_at = max(starts_at, _free_at(last, stop, chosen))
        trip = stop.trip
        loaded = sum(order.weight_kg for order, its in crew.fixed if its.trip == trip)
    return Van(
        driver_id=crew.driver.driver_id,
        vehicle_id=crew.vehicle.vehicle_id,
        capacity_kg=crew.vehicle.capacity_kg,
        begins=begins,
        starts_at=starts_at,
        ends_at=_seconds(crew.driver.shift_end),
        areas=crew.driver.areas,
        loaded_kg=loaded,
        trip=trip,
    )


def _free_at(last: DispatchOrderState, stop: DispatchStop, chosen: DispatchSettings) -> int:
    """When the driver is done with the last fixed stop."""
    day = last.delivery_date
    if last.state is DeliveryState.EN_ROUTE:
        return seconds_of_day(day, stop.estimated_arrival) + service_s(last, chosen)
    reported = last.reported_at or stop.estimated_arrival
    serving = service_s(last, chosen) if last.state is DeliveryState.ARRIVED else 0
    return seconds_of_day(day, reported) + serving


def _task(known: DispatchOrderState, chosen: DispatchSettings, on_duty: set[str]) -> Task | None:
    """The order as a task; None when nobody knows where it goes."""
    spot = spot_of(known)
    if spot is None:
        return None
    starts, ends = SLOT_TIMES[known.order.time_slot]
    locked = known.stop is not None and known.stop.is_locked and known.stop.driver_id in on_duty
    return Task(
        order_id=known.order.order_id,
        spot=spot,
        weight_kg=known.weight_kg,
        service_s=service_s(known, chosen),
        earliest=_seconds(starts),
        latest=_seconds(ends),
        is_urgent=known.order.priority is Priority.URGENT,
        area=known.area,
        locked_to=known.stop.driver_id if known.stop and locked else "",
    )


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second
