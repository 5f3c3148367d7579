"""The orders of a day as they are kept: reading them, and locking them for a change."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import asyncpg

from app.wire.codec import decode
from app.wire.dispatch import (
    DeliveryState,
    DispatchOrder,
    DispatchOrderState,
    DispatchStop,
    Location,
    PlacePrecision,
    ReturnedEmpties,
    UnassignedReason,
)
from server.refusals import NotFound

_LOCK_CLASS = 0x4C4744
DEGREE = Decimal("0.000001")
_STATES = """
    SELECT o.*, s.dispatch_id, s.driver_id, s.vehicle_id, s.sequence, s.trip, s.estimated_arrival,
           s.is_locked, s.assigned_at
    FROM dispatch_orders o LEFT JOIN dispatch_stops s USING (order_id)
"""


async def lock_day(connection: asyncpg.Connection, day: date) -> None:
    """Nobody else changes the tours of that day until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", _LOCK_CLASS, day.toordinal())


async def orders_of(connection: asyncpg.Connection, day: date) -> tuple[DispatchOrderState, ...]:
    """Every order of the day, withdrawn ones as well, by order number."""
    rows = await connection.fetch(_STATES + " WHERE o.delivery_date = $1 ORDER BY order_id", day)
    return tuple(state_of(row) for row in rows)


async def orders_named(
    connection: asyncpg.Connection, order_ids: Sequence[str]
) -> dict[str, DispatchOrderState]:
    """These orders, as far as they are known."""
    rows = await connection.fetch(_STATES + " WHERE order_id = ANY($1)", order_ids)
    return {row["order_id"]: state_of(row) for row in rows}


async def locked_order(connection: asyncpg.Connection, order_id: str) -> DispatchOrderState:
    """An order, with its day and itself locked; raises `NotFound`."""
    while True:
        day = await connection.fetchval(
            "SELECT delivery_date FROM dispatch_orders WHERE order_id = $1", order_id
        )
        if day is None:
            raise NotFound("UNKNOWN_ORDER", f"Order {order_id} was not submitted for dispatch.")
        await lock_day(connection, day)
        row = await connection.fetchrow(_STATES + " WHERE order_id = $1 FOR UPDATE OF o", order_id)
        if row is not None and row["delivery_date"] == day:
            return state_of(row)


def state_of(row: asyncpg.Record) -> DispatchOrderState:
    """A row of orders with its stop as the message that boards and maps read."""
    return DispatchOrderState(
        order=decode(DispatchOrder, row["body"]),
        delivery_date=row["delivery_date"],
        state=DeliveryState(row["state"]),
        weight_kg=row["weight_kg"],
        place=_place(row),
        precision=PlacePrecision(row["precision"]),
        area=row["area"],
        stop=_stop(row),
        reason=UnassignedReason(row["reason"]) if row["reason"] else None,
        reported_at=row["reported_at"],
        notes=row["notes"],
        empties=decode(tuple[ReturnedEmpties, ...], row["empties"]),
        residual_kg=row["residual_kg"],
        cash_collected=Decimal(row["cash_collected"]),
        version=row["version"],
    )


def _place(row: asyncpg.Record) -> Location | None:
    if row["latitude"] is None:
        return None
    return Location(
        latitude=Decimal(row["latitude"]).quantize(DEGREE),
        longitude=Decimal(row["longitude"]).quantize(DEGREE),
    )


def _stop(row: asyncpg.Record) -> DispatchStop | None:
    if row["driver_id"] is None:
        return None
    return DispatchStop(
        dispatch_id=row["dispatch_id"],
        driver_id=row["driver_id"],
        vehicle_id=row["vehicle_id"],
        sequence=row["sequence"],
        trip=row["trip"],
        estimated_arrival=row["estimated_arrival"],
        is_locked=row["is_locked"],
    )
