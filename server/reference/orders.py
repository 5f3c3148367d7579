"""Orders with the status that they have now, and what the neighbours reported about them."""

from collections.abc import Sequence
from decimal import Decimal

import asyncpg
from msgspec.structs import replace

from app.domain.orders import OrderStatus, PaymentMethod
from app.wire.accounts import OrderPayment
from app.wire.codec import decode
from app.wire.dispatch import Location, OrderDelivery
from app.wire.enums import DispatchStatus, PaymentStatus, SubmissionStatus
from app.wire.invoices import OrderInvoice
from app.wire.orders import OrderBody


async def order_bodies(
    connection: asyncpg.Connection, uids: Sequence[str]
) -> dict[str, tuple[int, OrderBody]]:
    """Version and body, with the status of now, of each of these orders that exists."""
    rows = await connection.fetch(
        "SELECT order_uid, body, status, revision, version FROM orders "
        "WHERE order_uid = ANY($1::text[]::uuid[])",
        uids,
    )
    return {
        str(row["order_uid"]): (
            row["version"],
            replace(
                decode(OrderBody, row["body"]),
                status=OrderStatus(row["status"]),
                revision=row["revision"],
            ),
        )
        for row in rows
    }


async def delivery_bodies(
    connection: asyncpg.Connection, uids: Sequence[str]
) -> dict[str, tuple[int, OrderDelivery]]:
    """Version and delivery of each of these orders that Dispatch has reported on."""
    rows = await connection.fetch(_of_orders("order_deliveries"), uids)
    return {str(row["order_uid"]): (row["version"], _delivery(row)) for row in rows}


async def payment_bodies(
    connection: asyncpg.Connection, uids: Sequence[str]
) -> dict[str, tuple[int, OrderPayment]]:
    """Version and payment state of each of these orders that Accounts has reported on."""
    rows = await connection.fetch(_of_orders("order_payments"), uids)
    return {str(row["order_uid"]): (row["version"], _payment(row)) for row in rows}


async def invoice_bodies(
    connection: asyncpg.Connection, uids: Sequence[str]
) -> dict[str, tuple[int, OrderInvoice]]:
    """Version and invoice of each of these orders that has one."""
    rows = await connection.fetch(_of_orders("order_invoices"), uids)
    return {str(row["order_uid"]): (row["version"], _invoice(row)) for row in rows}


def _of_orders(table: str) -> str:
    return f"SELECT * FROM {table} WHERE order_uid = ANY($1::text[]::uuid[])"


def _delivery(row: asyncpg.Record) -> OrderDelivery:
    latitude, longitude = row["latitude"], row["longitude"]
    is_placed = latitude is not None and longitude is not None
    return OrderDelivery(
        order_uid=row["order_uid"],
        order_id=row["order_id"],
        status=DispatchStatus(row["status"]),
        dispatch_id=row["dispatch_id"],
        driver_id=row["driver_id"],
        vehicle_id=row["vehicle_id"],
        route_sequence=row["route_sequence"],
        estimated_arrival=row["estimated_arrival"],
        location=Location(latitude=latitude, longitude=longitude) if is_placed else None,
        notes=row["notes"],
        reported_at=row["reported_at"],
    )


def _payment(row: asyncpg.Record) -> OrderPayment:
    method = row["payment_method"]
    return OrderPayment(
        order_uid=row["order_uid"],
        order_id=row["order_id"],
        customer_id=row["customer_id"],
        payment_status=PaymentStatus(row["payment_status"]),
        paid_amount=Decimal(row["paid_amount"]),
        paid_date=row["paid_date"],
        payment_method=None if method is None else PaymentMethod(method),
        receipt_number=row["receipt_number"],
        reported_at=row["reported_at"],
    )


def _invoice(row: asyncpg.Record) -> OrderInvoice:
    return OrderInvoice(
        order_uid=row["order_uid"],
        order_id=row["order_id"],
        invoice_id=row["invoice_id"],
        invoice_number=row["invoice_number"],
        invoice_date=row["invoice_date"],
        pdf_url=row["pdf_url"],
        qr_code=row["qr_code"],
        submission_status=SubmissionStatus(row["submission_status"]),
        reported_at=row["reported_at"],
    )
