"""Orders come in, change, move to another day and are withdrawn. See docs/rules/dispatch.md."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg

from app.domain.orders import Priority
from app.wire.codec import encode
from app.wire.dispatch import (
    DeliveryState,
    DispatchOrder,
    DispatchOrderState,
    DispatchProduct,
    DispatchSubmission,
    OrderPlace,
    PlacePrecision,
)
from server.database.rows import upsert
from server.dispatch_operations.fleet import check_point
from server.dispatch_operations.places import Place, locate
from server.dispatch_operations.stored import lock_day, locked_order, orders_named
from server.refusals import Conflict, Malformed

MOST_ORDERS = 2000
MOST_PRODUCTS = 100
MOST_PIECES = 10_000
MOST_KG = 100_000
_UNDER_WAY = (DeliveryState.EN_ROUTE, DeliveryState.ARRIVED)
_DELIVERED = "Order {} was delivered; what follows is a new order."


async def submit(
    connection: asyncpg.Connection, submission: DispatchSubmission
) -> tuple[DispatchOrderState, ...]:
    """Take in the orders of a day, all or none; a repetition changes nothing.

    A higher revision replaces the order, another day moves it; an older revision is ignored.
    Raises `Malformed`, and `Conflict` when an order can no longer change.
    """
    day = submission.delivery_date
    wanted = {order.order_id: order for order in submission.orders}
    _check(submission, wanted)
    fresh = await _insert_new(connection, day, submission.orders)
    known = await _locked(connection, day, [i for i in wanted if i not in fresh])
    changed = [
        wanted[order_id]
        for order_id, before in known.items()
        if _changes(before, wanted[order_id], day)
    ]
    await _save(connection, day, changed, known)
    states = await orders_named(connection, list(wanted))
    return tuple(states[order_id] for order_id in wanted)


async def withdraw(connection: asyncpg.Connection, order_id: str) -> DispatchOrderState:
    """Take an order out of the day; repeatable. Raises `NotFound` or `Conflict`."""
    known = await locked_order(connection, order_id)
    if known.state is DeliveryState.CANCELLED:
        return known
    if known.state is DeliveryState.COMPLETED:
        raise Conflict("ALREADY_COMPLETED", _DELIVERED.format(order_id))
    if known.state is DeliveryState.ARRIVED:
        raise Conflict("ARRIVED", f"The driver is at the door of order {order_id}: ring him.")
    await connection.execute("DELETE FROM dispatch_stops WHERE order_id = $1", order_id)
    await connection.execute(
        "UPDATE dispatch_orders SET state = 'CANCELLED', reason = NULL WHERE order_id = $1",
        order_id,
    )
    return (await orders_named(connection, [order_id]))[order_id]


async def pin(
    connection: asyncpg.Connection, order_id: str, place: OrderPlace
) -> DispatchOrderState:
    """Put an order where a dispatcher saw it on the map; raises `NotFound` or `Malformed`."""
    check_point(place.location)
    known = await locked_order(connection, order_id)
    found = locate(known.order.delivery_address, place.location)
    assert found.point is not None
    await connection.execute(
        """UPDATE dispatch_orders SET latitude = $2, longitude = $3, precision = $4, zone = $5,
                  area = $6 WHERE order_id = $1""",
        *(order_id, found.point.latitude, found.point.longitude, found.precision.value),
        *(found.zone, found.area),
    )
    return (await orders_named(connection, [order_id]))[order_id]


async def _insert_new(
    connection: asyncpg.Connection, day: date, orders: Sequence[DispatchOrder]
) -> set[str]:
    """Store the orders that nobody knew; a new one is in no tour, hence no day is locked."""
    rows = [_row(day, order, locate(order.delivery_address, order.location)) for order in orders]
    if not rows:
        return set()
    columns = ", ".join(rows[0])
    inserted = await connection.fetch(
        f"INSERT INTO dispatch_orders ({columns}) "
        f"SELECT {columns} FROM jsonb_populate_recordset(NULL::dispatch_orders, $1::jsonb) "
        "ORDER BY order_id ON CONFLICT (order_id) DO NOTHING RETURNING order_id",
        encode(rows).decode(),
    )
    return {row["order_id"] for row in inserted}


async def _locked(
    connection: asyncpg.Connection, day: date, order_ids: Sequence[str]
) -> dict[str, DispatchOrderState]:
    """What is known of these orders, with all days that they concern locked."""
    if not order_ids:
        return {}
    days = await connection.fetch(
        "SELECT DISTINCT delivery_date FROM dispatch_orders WHERE order_id = ANY($1)", order_ids
    )
    for one in sorted({day, *(row["delivery_date"] for row in days)}):
        await lock_day(connection, one)
    return await orders_named(connection, order_ids)


def _changes(known: DispatchOrderState, order: DispatchOrder, day: date) -> bool:
    """Whether the submission is news; raises `Conflict` when it comes too late."""
    if order.revision < known.order.revision:
        return False
    is_same = known.order == order and known.delivery_date == day
    if is_same or (order.revision == known.order.revision and _is_over(known)):
        return False
    if known.state is DeliveryState.COMPLETED:
        raise Conflict("ALREADY_COMPLETED", _DELIVERED.format(order.order_id))
    if known.state in _UNDER_WAY:
        raise Conflict("UNDER_WAY", f"Order {order.order_id} is on its way: ring the driver.")
    return True


def _is_over(known: DispatchOrderState) -> bool:
    """A late repetition must not bring back what was withdrawn; a failed one may get a new day."""
    return known.state is DeliveryState.CANCELLED


async def _save(
    connection: asyncpg.Connection,
    day: date,
    orders: Sequence[DispatchOrder],
    known: dict[str, DispatchOrderState],
) -> None:
    stay = {o.order_id for o in orders if _stays_assigned(known[o.order_id], o, day)}
    gone = [order.order_id for order in orders if order.order_id not in stay]
    await connection.execute("DELETE FROM dispatch_stops WHERE order_id = ANY($1)", gone)
    rows = [_row(day, order, _place(order, known[order.order_id])) for order in orders]
    for row in rows:
        row["state"] = "ASSIGNED" if row["order_id"] in stay else "WAITING"
    await upsert(connection, "dispatch_orders", ["order_id"], rows)


def _stays_assigned(before: DispatchOrderState, order: DispatchOrder, day: date) -> bool:
    """A changed telephone number is no reason to plan anew; another load, place or time is."""
    old = before.order
    return (
        before.state is DeliveryState.ASSIGNED
        and before.delivery_date == day
        and (old.time_slot, old.priority, old.products, old.delivery_address, old.location)
        == (order.time_slot, order.priority, order.products, order.delivery_address, order.location)
    )


def _place(order: DispatchOrder, before: DispatchOrderState) -> Place:
    """A pin that was set by hand stays as long as the address does."""
    is_pinned = (
        before.precision is PlacePrecision.EXACT
        and before.order.delivery_address == order.delivery_address
    )
    pin_now = order.location or (before.place if is_pinned else None)
    return locate(order.delivery_address, pin_now)


def _row(day: date, order: DispatchOrder, place: Place) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "delivery_date": day,
        "revision": order.revision,
        "body": encode(order).decode(),
        "slot": order.time_slot,
        "is_urgent": order.priority is Priority.URGENT,
        "weight_kg": sum(product.weight_kg for product in order.products),
        "cylinders": sum(product.quantity for product in order.products),
        "latitude": place.point.latitude if place.point else None,
        "longitude": place.point.longitude if place.point else None,
        "precision": place.precision,
        "zone": place.zone,
        "area": place.area,
        "state": DeliveryState.WAITING,
        "reason": None,
        "notes": "",
        "empties": "[]",
        "residual_kg": 0,
        "cash_collected": 0,
    }


def _check(submission: DispatchSubmission, wanted: dict[str, DispatchOrder]) -> None:
    if len(wanted) != len(submission.orders):
        raise Malformed("TWICE", "An order stands twice in the submission.")
    if len(wanted) > MOST_ORDERS:
        raise Malformed("TOO_MANY", f"At most {MOST_ORDERS} orders in one submission.")
    for order in wanted.values():
        if not order.order_id or len(order.order_id) > 40 or "/" in order.order_id:
            raise Malformed("ORDER_ID", "An order number has 1 to 40 characters and no '/'.")
        if order.revision < 1 or order.cash_due < 0:
            raise Malformed("AMOUNT", f"{order.order_id}: revisions and amounts are positive.")
        if len(order.products) > MOST_PRODUCTS or not all(_is_load(p) for p in order.products):
            raise Malformed("QUANTITY", f"{order.order_id}: pieces from 1, kilograms from 0.")
        if order.location is not None:
            check_point(order.location)


def _is_load(product: DispatchProduct) -> bool:
    return 1 <= product.quantity <= MOST_PIECES and 0 <= product.weight_kg <= MOST_KG
