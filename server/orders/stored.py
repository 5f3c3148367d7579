"""Orders as they were printed, with the status that they have now."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from app.domain.money import to_cents
from app.domain.orders import OrderStatus
from app.wire.codec import decode, encode
from app.wire.orders import OrderBody, OrderCancellation, OrderLineBody
from server.database.rows import insert_new, upsert
from server.refusals import NotFound

SERVER_DEVICE = UUID(int=0)
# An order that nobody has loaded on a truck, or that came back on one.
CHANGEABLE = (OrderStatus.CONFIRMED, OrderStatus.HELD, OrderStatus.FAILED)
_ORDER = "SELECT body, status, revision, hold_reason FROM orders"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the office decided about an order: its status, why it is held, what it would charge."""

    status: OrderStatus
    hold_reason: str = ""
    server_payable: int | None = None
    number_is_taken: bool = False


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order with what was decided about it."""

    body: OrderBody
    status: OrderStatus
    hold_reason: str


async def find_order(connection: asyncpg.Connection, uid: UUID) -> StoredOrder | None:
    """An order as it stands; None when it is not known."""
    return _stored(await connection.fetchrow(f"{_ORDER} WHERE order_uid = $1", uid))


async def lock_order(connection: asyncpg.Connection, uid: UUID) -> StoredOrder | None:
    """An order, locked until the transaction ends; None when it is not known."""
    return _stored(await connection.fetchrow(f"{_ORDER} WHERE order_uid = $1 FOR UPDATE", uid))


async def lock_number(connection: asyncpg.Connection, order_id: str) -> StoredOrder:
    """The order with this printed number, locked; raises `NotFound`."""
    found = _stored(
        await connection.fetchrow(
            f"{_ORDER} WHERE order_id = $1 AND NOT number_is_taken FOR UPDATE", order_id
        )
    )
    if found is None:
        raise NotFound("UNKNOWN_ORDER", f"There is no order {order_id}.")
    return found


async def set_status(
    connection: asyncpg.Connection, uid: UUID, status: OrderStatus, hold_reason: str = ""
) -> None:
    """Write what has become of an order."""
    await connection.execute(
        "UPDATE orders SET status = $2, hold_reason = $3 WHERE order_uid = $1",
        *(uid, status.value, hold_reason),
    )


def _stored(row: asyncpg.Record | None) -> StoredOrder | None:
    if row is None:
        return None
    body = replace(decode(OrderBody, row["body"]), revision=row["revision"])
    return StoredOrder(body, OrderStatus(row["status"]), row["hold_reason"])


async def number_taken(connection: asyncpg.Connection, body: OrderBody) -> bool:
    """Whether another order bears this printed number."""
    found = await connection.fetchval(
        "SELECT 1 FROM orders WHERE order_id = $1 AND order_uid <> $2 AND NOT number_is_taken",
        *(body.order_id, body.order_uid),
    )
    return found is not None


async def save_order(
    connection: asyncpg.Connection, body: OrderBody, device_id: UUID, standing: Standing
) -> None:
    """Write an order and its lines, or replace an earlier revision of it."""
    is_new = await connection.fetchval(
        """INSERT INTO orders (order_uid, order_id, number_is_taken, revision, status, hold_reason,
               customer_id, device_id, order_date, delivery_date, payment_method, payable,
               server_payable, body, taken_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
           ON CONFLICT (order_uid) DO UPDATE SET (order_id, number_is_taken, revision, status,
               hold_reason, customer_id, delivery_date, payment_method, payable, server_payable,
               body) = ROW(excluded.order_id, excluded.number_is_taken, excluded.revision,
               excluded.status, excluded.hold_reason, excluded.customer_id, excluded.delivery_date,
               excluded.payment_method, excluded.payable, excluded.server_payable, excluded.body)
           RETURNING xmax = 0""",
        *(body.order_uid, body.order_id, standing.number_is_taken, body.revision),
        *(standing.status.value, standing.hold_reason, body.customer_id, device_id),
        *(body.order_date, body.delivery_date, body.payment_method.value, int(body.payable)),
        *(standing.server_payable, encode(body).decode(), body.taken_at),
    )
    if not is_new:
        await connection.execute("DELETE FROM order_lines WHERE order_uid = $1", body.order_uid)
    rows = [line_row(body, position, line) for position, line in enumerate(body.lines)]
    await upsert(connection, "order_lines", ["order_uid", "position"], rows)


async def save_past_orders(connection: asyncpg.Connection, bodies: Sequence[OrderBody]) -> None:
    """Write orders that were completed elsewhere: no stock, no credit, nothing to decide."""
    rows = [
        {
            "order_uid": body.order_uid,
            "order_id": body.order_id,
            "revision": body.revision,
            "status": body.status,
            "customer_id": body.customer_id,
            "device_id": SERVER_DEVICE,
            "order_date": body.order_date,
            "delivery_date": body.delivery_date,
            "payment_method": body.payment_method,
            "payable": int(body.payable),
            "body": encode(body).decode(),
            "taken_at": body.taken_at,
        }
        for body in bodies
    ]
    await insert_new(connection, "orders", rows)
    lines = [
        line_row(body, position, line)
        for body in bodies
        for position, line in enumerate(body.lines)
    ]
    await insert_new(connection, "order_lines", lines)


async def save_cancellation(
    connection: asyncpg.Connection, cancellation: OrderCancellation
) -> None:
    """Mark an order as cancelled, with who did it and why."""
    await connection.execute(
        "UPDATE orders SET status = $2, cancellation = $3, hold_reason = '' WHERE order_uid = $1",
        *(cancellation.order_uid, OrderStatus.CANCELLED.value, encode(cancellation).decode()),
    )


def line_row(body: OrderBody, position: int, line: OrderLineBody) -> dict[str, object]:
    """The row of `order_lines`."""
    return {
        "order_uid": body.order_uid,
        "position": position,
        "product_id": line.product_id,
        "description": line.description,
        "quantity": line.quantity,
        "unit_price_cents": to_cents(line.unit_price),
        "amount": int(line.amount),
        "empties": line.empties,
        "deposits": line.deposits,
        "deposit_amount": int(line.deposit_amount),
        "residual_kg": line.residual_kg,
        "residual_credit": int(line.residual_credit),
        "weight_kg": line.weight_kg,
    }
