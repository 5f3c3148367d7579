"""A dispatcher puts an order into a driver's tour (spec: assign). See docs/rules/dispatch.md."""

from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from app.domain.hours import business_date
from app.wire.dispatch import (
    DeliveryState,
    DispatchAssignment,
    DispatchOrderState,
    DispatchStop,
)
from server.dispatch_operations import owed
from server.dispatch_operations.fleet import drivers, is_on_shift, vehicles
from server.dispatch_operations.stored import locked_order, orders_named, orders_of
from server.outbox.owing import owe
from server.refusals import Conflict, Malformed, NotFound

LAST_SEQUENCE = 999
_OPEN = frozenset({DeliveryState.WAITING, DeliveryState.ASSIGNED})
_OVER = frozenset({DeliveryState.COMPLETED, DeliveryState.FAILED})


async def assign(
    connection: asyncpg.Connection, order_id: str, wanted: DispatchAssignment
) -> DispatchOrderState:
    """Put the order at that place of the tour and lock it there; later stops move back by one.

    A repetition changes nothing. Raises `NotFound`, `Conflict` or `Malformed`; what happened is
    owed to Order Sales in the same transaction.
    """
    known = await locked_order(connection, order_id)
    if known.stop is not None and _says(known.stop) == wanted and known.stop.is_locked:
        return known
    _check_order(known, wanted)
    await _check_fleet(connection, known, wanted)
    tour = await _tour(connection, known, wanted)
    await _insert(connection, known, wanted, _trip(tour, wanted))
    stored = (await orders_named(connection, [order_id]))[order_id]
    assert stored.stop is not None
    await owe(connection, [owed.assigned(order_id, stored.stop, datetime.now(UTC))])
    return stored


async def unassign(connection: asyncpg.Connection, order_id: str) -> DispatchOrderState:
    """The order waits again, in nobody's tour; repeatable. Raises `NotFound` or `Conflict`."""
    known = await locked_order(connection, order_id)
    _check_open(known)
    if known.stop is None:
        return known
    await connection.execute("DELETE FROM dispatch_stops WHERE order_id = $1", order_id)
    await connection.execute(
        "UPDATE dispatch_orders SET state = 'WAITING' WHERE order_id = $1", order_id
    )
    return (await orders_named(connection, [order_id]))[order_id]


def _says(stop: DispatchStop) -> DispatchAssignment:
    return DispatchAssignment(
        dispatch_id=stop.dispatch_id,
        driver_id=stop.driver_id,
        vehicle_id=stop.vehicle_id,
        route_sequence=stop.sequence,
        estimated_arrival=stop.estimated_arrival,
    )


def _check_order(known: DispatchOrderState, wanted: DispatchAssignment) -> None:
    _check_open(known)
    if not 1 <= wanted.route_sequence <= LAST_SEQUENCE:
        raise Malformed("SEQUENCE", f"A tour counts its stops from 1 to {LAST_SEQUENCE}.")
    if not 1 <= len(wanted.dispatch_id) <= 40:
        raise Malformed("DISPATCH_ID", "A dispatch number has 1 to 40 characters.")
    if business_date(wanted.estimated_arrival) != known.delivery_date:
        raise Malformed(
            "OTHER_DAY", f"The order is for {known.delivery_date}: give an arrival on that day."
        )


def _check_open(known: DispatchOrderState) -> None:
    if known.state not in _OPEN:
        raise Conflict(
            f"ORDER_{known.state}",
            f"The order is {known.state}: submit it again, or ring the driver.",
        )


async def _check_fleet(
    connection: asyncpg.Connection, known: DispatchOrderState, wanted: DispatchAssignment
) -> None:
    driver = {one.driver_id: one for one in await drivers(connection)}.get(wanted.driver_id)
    vehicle = {one.vehicle_id: one for one in await vehicles(connection)}.get(wanted.vehicle_id)
    if driver is None:
        raise NotFound("UNKNOWN_DRIVER", f"There is no driver {wanted.driver_id}.")
    if vehicle is None:
        raise NotFound("UNKNOWN_VEHICLE", f"There is no vehicle {wanted.vehicle_id}.")
    if not is_on_shift(driver, known.delivery_date):
        raise Conflict("OFF_SHIFT", f"{driver.name} does not work on {known.delivery_date}.")
    if not vehicle.is_active:
        raise Conflict("VEHICLE_OUT", f"Vehicle {vehicle.vehicle_id} is out of service.")
    if known.weight_kg > vehicle.capacity_kg:
        raise Conflict(
            "TOO_HEAVY", f"{known.weight_kg} kg are more than the {vehicle.capacity_kg} it carries."
        )


async def _tour(
    connection: asyncpg.Connection, known: DispatchOrderState, wanted: DispatchAssignment
) -> list[DispatchOrderState]:
    """The driver's other stops of the day in order; raises `Conflict` if they do not allow it."""
    day = [
        other
        for other in await orders_of(connection, known.delivery_date)
        if other.stop is not None and other.order.order_id != known.order.order_id
    ]
    tour = [o for o in day if o.stop and o.stop.driver_id == wanted.driver_id]
    if any(o.stop and o.stop.vehicle_id != wanted.vehicle_id for o in tour):
        raise Conflict("OTHER_VEHICLE", "The driver's tour of that day is with another vehicle.")
    if any(
        o.stop and o.stop.vehicle_id == wanted.vehicle_id and o not in tour and o.state not in _OVER
        for o in day
    ):
        raise Conflict("VEHICLE_TAKEN", f"Vehicle {wanted.vehicle_id} is with another driver.")
    tour.sort(key=_sequence)
    passed = max((_sequence(o) for o in tour if o.state not in _OPEN), default=0)
    if wanted.route_sequence <= passed:
        raise Conflict("PASSED", f"The driver is at stop {passed} already: choose a later one.")
    capacity = await connection.fetchval(
        "SELECT capacity_kg FROM dispatch_vehicles WHERE vehicle_id = $1", wanted.vehicle_id
    )
    trip = _trip(tour, wanted)
    load = sum(o.weight_kg for o in tour if o.stop and o.stop.trip == trip)
    if load + known.weight_kg > capacity:
        raise Conflict(
            "OVERLOADED",
            f"Trip {trip} carries {load} of {capacity} kg: {known.weight_kg} are too many.",
        )
    return tour


def _trip(tour: Sequence[DispatchOrderState], wanted: DispatchAssignment) -> int:
    """The trip of the stop before it, else of the one after it."""
    before = [o.stop.trip for o in tour if o.stop and o.stop.sequence < wanted.route_sequence]
    after = [o.stop.trip for o in tour if o.stop and o.stop.sequence >= wanted.route_sequence]
    return before[-1] if before else (after or [1])[0]


def _sequence(known: DispatchOrderState) -> int:
    return known.stop.sequence if known.stop else 0


async def _insert(
    connection: asyncpg.Connection,
    known: DispatchOrderState,
    wanted: DispatchAssignment,
    trip: int,
) -> None:
    order_id = known.order.order_id
    await connection.execute("DELETE FROM dispatch_stops WHERE order_id = $1", order_id)
    taken = await connection.fetchval(
        """SELECT 1 FROM dispatch_stops
           WHERE delivery_date = $1 AND driver_id = $2 AND sequence = $3""",
        *(known.delivery_date, wanted.driver_id, wanted.route_sequence),
    )
    if taken:
        await connection.execute(
            """UPDATE dispatch_stops SET sequence = sequence + 1
               WHERE delivery_date = $1 AND driver_id = $2 AND sequence >= $3""",
            *(known.delivery_date, wanted.driver_id, wanted.route_sequence),
        )
    await connection.execute(
        """INSERT INTO dispatch_stops (order_id, delivery_date, driver_id, vehicle_id, dispatch_id,
                                       sequence, trip, estimated_arrival, is_locked, assigned_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, true, now())""",
        *(order_id, known.delivery_date, wanted.driver_id, wanted.vehicle_id, wanted.dispatch_id),
        *(wanted.route_sequence, trip, wanted.estimated_arrival),
    )
    await connection.execute(
        "UPDATE dispatch_orders SET state = 'ASSIGNED', reason = NULL WHERE order_id = $1", order_id
    )
