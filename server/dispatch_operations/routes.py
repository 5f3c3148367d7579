"""The tours of a day as the spec answers them, with distance and duration as they are now."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import asyncpg

from app.wire.dispatch import DispatchOrderState, DispatchStop, Route, Routes, RouteStop
from app.wire.fleet import DispatchSettings
from server.dispatch_operations.fleet import settings
from server.dispatch_operations.stored import orders_of
from server.dispatch_operations.travel import Leg, leg, spot_at, spot_of

Stopped = tuple[DispatchOrderState, DispatchStop]


async def routes(connection: asyncpg.Connection, day: date) -> Routes:
    """One tour per driver who has stops on that day, by driver and sequence."""
    chosen = await settings(connection)
    by_driver: dict[str, list[Stopped]] = {}
    for known in await orders_of(connection, day):
        if known.stop is not None:
            by_driver.setdefault(known.stop.driver_id, []).append((known, known.stop))
    tours = [sorted(tour, key=_by_sequence) for _, tour in sorted(by_driver.items())]
    return Routes(routes=tuple(_route(tour, chosen) for tour in tours))


def service_s(known: DispatchOrderState, chosen: DispatchSettings) -> int:
    """Seconds at the door: a part for the stop, and a part for each cylinder."""
    cylinders = sum(product.quantity for product in known.order.products)
    return 60 * (chosen.stop_minutes + chosen.cylinder_minutes * cylinders)


def _route(tour: Sequence[Stopped], chosen: DispatchSettings) -> Route:
    legs = list(_legs(tour, chosen))
    (_, first), (last_order, last) = tour[0], tour[-1]
    begins = first.estimated_arrival - timedelta(seconds=legs[0].seconds)
    ends = last.estimated_arrival + timedelta(
        seconds=service_s(last_order, chosen) + legs[-1].seconds
    )
    return Route(
        driver_id=first.driver_id,
        vehicle_id=first.vehicle_id,
        total_stops=len(tour),
        total_distance_km=_kilometres(sum(one.metres for one in legs)),
        estimated_duration_mins=max(0, round((ends - begins).total_seconds() / 60)),
        orders=tuple(_stop(known, stop) for known, stop in tour),
    )


def _legs(tour: Sequence[Stopped], chosen: DispatchSettings) -> Iterator[Leg]:
    """Every drive: out, between the stops, by way of the warehouse between trips, and home."""
    warehouse = spot_at(chosen.warehouse)
    at, trip = warehouse, tour[0][1].trip
    for known, stop in tour:
        place = spot_of(known) or at
        if stop.trip != trip:
            yield leg(at, warehouse, chosen)
            at, trip = warehouse, stop.trip
        yield leg(at, place, chosen)
        at = place
    yield leg(at, warehouse, chosen)


def _stop(known: DispatchOrderState, stop: DispatchStop) -> RouteStop:
    return RouteStop(
        sequence=stop.sequence,
        order_id=known.order.order_id,
        estimated_arrival=stop.estimated_arrival,
        trip=stop.trip,
        state=known.state,
        is_locked=stop.is_locked,
    )


def _kilometres(metres: int) -> Decimal:
    return (Decimal(metres) / 1000).quantize(Decimal("0.1"))


def _by_sequence(stopped: Stopped) -> int:
    return stopped[1].sequence
