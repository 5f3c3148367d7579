"""The sample shop's trucks and drivers, and its open orders as they wait for dispatch."""

from collections.abc import Sequence
from datetime import date

import asyncpg
from msgspec.structs import replace

from app.domain.orders import OrderStatus, PaymentMethod
from app.wire.codec import Message, decode
from app.wire.dispatch import DispatchOrder, DispatchProduct, DispatchSubmission
from app.wire.fleet import Driver, Vehicle
from app.wire.orders import OrderBody
from server.dispatch_operations.fleet import save_drivers, save_vehicles
from server.dispatch_operations.submission import submit
from server.sample.words import text_of

_PAID_AT_THE_DOOR = (PaymentMethod.CASH, PaymentMethod.COD)


class _Fleet(Message, frozen=True, kw_only=True):
    """The file `fleet.json`."""

    vehicles: tuple[Vehicle, ...]
    drivers: tuple[Driver, ...]


async def save_fleet(connection: asyncpg.Connection) -> None:
    """Six drivers and their trucks."""
    fleet = decode(_Fleet, text_of("fleet.json"))
    await save_vehicles(connection, fleet.vehicles)
    await save_drivers(connection, fleet.drivers)


async def submit_open_orders(connection: asyncpg.Connection, orders: Sequence[OrderBody]) -> None:
    """What the shop still has to deliver waits for a driver."""
    by_day: dict[date, list[DispatchOrder]] = {}
    for order in orders:
        if order.status is OrderStatus.CONFIRMED:
            by_day.setdefault(order.delivery_date, []).append(_dispatched(order))
    for day, waiting in sorted(by_day.items()):
        submission = DispatchSubmission(delivery_date=day, orders=tuple(waiting))
        await submit(connection, submission)


def _dispatched(order: OrderBody) -> DispatchOrder:
    body = DispatchOrder(
        order_id=order.order_id,
        customer_id=order.customer_id,
        delivery_address=order.delivery_address,
        time_slot=order.time_slot,
        priority=order.priority,
        products=tuple(
            DispatchProduct(
                product_id=line.product_id, quantity=line.quantity, weight_kg=line.weight_kg
            )
            for line in order.lines
        ),
        special_instructions=order.note,
        contact_phone=order.contact_phone,
        customer_name=order.customer_name,
        revision=order.revision,
    )
    is_paid_at_door = order.payment_method in _PAID_AT_THE_DOOR
    return replace(body, cash_due=order.payable) if is_paid_at_door else body
