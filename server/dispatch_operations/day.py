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
    fixed = [order for order in orders if order.state in FIXED and order.stop is not None]
    present = seconds_of_day(day, now)
    vans = _vans(await _fleet(connection, day), fixed, (chosen, present))
    open_orders = {o.order.order_id: o for o in orders if o.state in _OPEN}
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


async def _fleet(connection: asyncpg.Connection, day: date) -> list[tuple[Driver, Vehicle]]:
    """Drivers on shift with their vehicles; of two at the same time the first one drives it."""
    known = {one.vehicle_id: one for one in await vehicles(connection) if one.is_active}
    crews: list[tuple[Driver, Vehicle]] = []
    for driver in await drivers(connection):
        vehicle = known.get(driver.vehicle_id)
        if vehicle is None or not is_on_shift(driver, day):
            continue
        if not any(
            mate.vehicle_id == driver.vehicle_id and _overlap(mate, driver) for mate, _ in crews
        ):
            crews.append((driver, vehicle))
    return crews


def _overlap(one: Driver, other: Driver) -> bool:
    return one.shift_start < other.shift_end and other.shift_start < one.shift_end


def _vans(
    crews: Sequence[tuple[Driver, Vehicle]],
    fixed: Sequence[DispatchOrderState],
    present: tuple[DispatchSettings, int],
) -> list[Van]:
    vans = []
    for driver, vehicle in crews:
        mine = sorted(
            ((o, o.stop) for o in fixed if o.stop and o.stop.driver_id == driver.driver_id),
            key=lambda stopped: stopped[1].sequence,
        )
        vans.append(_van(driver, vehicle, mine, present))
    return vans


def _van(
    driver: Driver,
    vehicle: Vehicle,
    fixed: Sequence[tuple[DispatchOrderState, DispatchStop]],
    present: tuple[DispatchSettings, int],
) -> Van:
    """A driver from the warehouse at the shift's begin, or from the last stop that is fixed."""
    chosen, now = present
    begins: Spot = spot_at(chosen.warehouse)
    starts_at, trip, loaded = max(now, _seconds(driver.shift_start)), 1, 0
    if fixed:
        last, stop = fixed[-1]
        begins = spot_of(last) or begins
        starts_at = max(starts_at, _free_at(last, stop, chosen))
        trip = stop.trip
        loaded = sum(order.weight_kg for order, its in fixed if its.trip == trip)
    return Van(
        driver_id=driver.driver_id,
        vehicle_id=vehicle.vehicle_id,
        capacity_kg=vehicle.capacity_kg,
        begins=begins,
        starts_at=starts_at,
        ends_at=_seconds(driver.shift_end),
        areas=driver.areas,
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
