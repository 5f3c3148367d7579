"""An order with everything that is known about it."""

import asyncpg

from app.wire.orders import OrderReport
from server.reference.orders import delivery_bodies, invoice_bodies, order_bodies, payment_bodies
from server.refusals import NotFound


async def report(connection: asyncpg.Connection, order_id: str) -> OrderReport:
    """The order with this printed number, as it stands; raises `NotFound`."""
    uid = await connection.fetchval(
        "SELECT order_uid::text FROM orders WHERE order_id = $1 AND NOT number_is_taken", order_id
    )
    if uid is None:
        raise NotFound("UNKNOWN_ORDER", f"There is no order {order_id}.")
    reason = await connection.fetchval(
        "SELECT hold_reason FROM orders WHERE order_uid = $1::text::uuid", uid
    )
    deliveries = await delivery_bodies(connection, [uid])
    payments = await payment_bodies(connection, [uid])
    invoices = await invoice_bodies(connection, [uid])
    return OrderReport(
        order=(await order_bodies(connection, [uid]))[uid][1],
        hold_reason=reason,
        delivery=deliveries[uid][1] if uid in deliveries else None,
        payment=payments[uid][1] if uid in payments else None,
        invoice=invoices[uid][1] if uid in invoices else None,
    )
