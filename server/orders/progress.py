"""What the neighbours report about an order: delivery, invoice, payment.

Reports come late, twice and out of order; the same one again changes nothing.
"""

import asyncpg

from app.domain.orders import OrderStatus, can_become
from app.wire.accounts import PaymentStatusUpdate
from app.wire.customers import CustomerBody
from app.wire.dispatch import DispatchStatusUpdate
from app.wire.enums import DispatchStatus
from app.wire.invoices import InvoiceGenerated
from app.wire.orders import OrderBody
from server.orders import follow_through, stored
from server.orders.stored import StoredOrder
from server.reference.customers import customer_bodies
from server.refusals import Conflict

REACHES = {
    DispatchStatus.ASSIGNED: OrderStatus.DISPATCHED,
    DispatchStatus.EN_ROUTE: OrderStatus.EN_ROUTE,
    DispatchStatus.ARRIVED: OrderStatus.ARRIVED,
    DispatchStatus.COMPLETED: OrderStatus.COMPLETED,
    DispatchStatus.FAILED: OrderStatus.FAILED,
}


async def delivery_reported(
    connection: asyncpg.Connection, order_id: str, report: DispatchStatusUpdate
) -> None:
    """Take note of how far a delivery is, and let follow what follows; spec: `dispatch-status`.

    Raises `NotFound`; `Conflict` (ORDER_HELD, ORDER_CANCELLED) when it is not to be delivered.
    """
    order = await stored.lock_number(connection, order_id)
    reached = REACHES[report.status]
    if order.status in {OrderStatus.HELD, OrderStatus.CANCELLED}:
        raise Conflict(
            f"ORDER_{order.status}",
            f"Order {order_id} is {order.status}: do not deliver it.",
        )
    if order.status is reached or can_become(order.status, reached):
        await _note_delivery(connection, order.body, report)
    if can_become(order.status, reached):
        await stored.set_status(connection, order.body.order_uid, reached)
        await _follow(connection, order.body, reached)


async def invoice_reported(
    connection: asyncpg.Connection, order_id: str, report: InvoiceGenerated
) -> None:
    """Take note of an order's invoice; spec: `invoice-generated`. Raises `NotFound`.

    The invoice of a revision that has been replaced, or of an order that has been taken back,
    is void already: it is not noted.
    """
    order = await stored.lock_number(connection, order_id)
    is_present = report.revision in {None, order.body.revision}
    if not is_present or order.status in {OrderStatus.CANCELLED, OrderStatus.FAILED}:
        return
    known = await connection.fetchval(
        "SELECT invoice_id FROM order_invoices WHERE order_uid = $1", order.body.order_uid
    )
    await connection.execute(
        """INSERT INTO order_invoices (order_uid, order_id, invoice_id, invoice_number,
               invoice_date, pdf_url, qr_code, submission_status)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (order_uid) DO UPDATE SET (invoice_id, invoice_number, invoice_date,
               pdf_url, qr_code, submission_status, reported_at) = ROW(excluded.invoice_id,
               excluded.invoice_number, excluded.invoice_date, excluded.pdf_url, excluded.qr_code,
               excluded.submission_status, now())
           WHERE (order_invoices.invoice_id, order_invoices.submission_status,
                  order_invoices.qr_code)
               <> (excluded.invoice_id, excluded.submission_status, excluded.qr_code)""",
        *(order.body.order_uid, order_id, report.invoice_id, report.invoice_number),
        *(report.invoice_date, report.pdf_url, report.qr_code, report.submission_status.value),
    )
    if known != report.invoice_id:
        buyer = await _buyer(connection, order)
        await follow_through.invoiced(connection, order.body, buyer, report.invoice_id)


async def payment_reported(
    connection: asyncpg.Connection, order_id: str, report: PaymentStatusUpdate
) -> None:
    """Take note of what has been paid; spec: `payment-status`. Raises `NotFound`."""
    order = await stored.lock_number(connection, order_id)
    method = None if report.payment_method is None else report.payment_method.value
    await connection.execute(
        """INSERT INTO order_payments AS known (order_uid, order_id, customer_id, payment_status,
               paid_amount, paid_date, payment_method, receipt_number)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
           ON CONFLICT (order_uid) DO UPDATE SET (payment_status, paid_amount, paid_date,
               payment_method, receipt_number, reported_at) = ROW(excluded.payment_status,
               excluded.paid_amount, excluded.paid_date, excluded.payment_method,
               excluded.receipt_number, now())
           WHERE (known.payment_status, known.paid_amount, known.receipt_number)
               IS DISTINCT FROM
               (excluded.payment_status, excluded.paid_amount, excluded.receipt_number)""",
        *(order.body.order_uid, order_id, order.body.customer_id, report.payment_status.value),
        *(int(report.paid_amount), report.paid_date, method, report.receipt_number or ""),
    )


async def _note_delivery(
    connection: asyncpg.Connection, body: OrderBody, report: DispatchStatusUpdate
) -> None:
    place = report.location
    await connection.execute(
        """INSERT INTO order_deliveries AS known (order_uid, order_id, status, driver_id, notes,
               reported_at, latitude, longitude, dispatch_id, vehicle_id, route_sequence,
               estimated_arrival)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
           ON CONFLICT (order_uid) DO UPDATE SET
               status = excluded.status, driver_id = excluded.driver_id, notes = excluded.notes,
               reported_at = excluded.reported_at,
               latitude = coalesce(excluded.latitude, known.latitude),
               longitude = coalesce(excluded.longitude, known.longitude),
               dispatch_id = coalesce(nullif(excluded.dispatch_id, ''), known.dispatch_id),
               vehicle_id = coalesce(nullif(excluded.vehicle_id, ''), known.vehicle_id),
               route_sequence = coalesce(excluded.route_sequence, known.route_sequence),
               estimated_arrival = coalesce(excluded.estimated_arrival, known.estimated_arrival)
           WHERE known.reported_at < excluded.reported_at OR known.status <> excluded.status""",
        *(body.order_uid, body.order_id, report.status.value, report.driver_id, report.notes),
        *(report.timestamp, place and place.latitude, place and place.longitude),
        *(report.dispatch_id, report.vehicle_id, report.route_sequence),
        report.estimated_arrival,
    )


async def _follow(connection: asyncpg.Connection, body: OrderBody, reached: OrderStatus) -> None:
    if reached not in {OrderStatus.COMPLETED, OrderStatus.FAILED}:
        return
    found = await customer_bodies(connection, [body.customer_id])
    buyer = found[body.customer_id][1]
    if reached is OrderStatus.COMPLETED:
        await follow_through.completed(connection, body, buyer)
    else:
        await follow_through.failed(connection, body, buyer)


async def _buyer(connection: asyncpg.Connection, order: StoredOrder) -> CustomerBody:
    found = await customer_bodies(connection, [order.body.customer_id])
    buyer: CustomerBody = found[order.body.customer_id][1]
    return buyer
