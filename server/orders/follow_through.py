"""What follows from an order, owed in the transaction of the fact.

See docs/rules/order-follow-through.md.
"""

import asyncpg

from app.domain.orders import OrderStatus
from app.wire.customers import CustomerBody
from app.wire.enums import CreditOperation, MetricType, StockOperation
from app.wire.orders import OrderBody
from server.orders import obligations
from server.orders.statistics import owed_statistics
from server.orders.stored import StoredOrder
from server.outbox.owing import Owed, owe
from server.reference.customers import customer_bodies


async def confirmed(connection: asyncpg.Connection, body: OrderBody, buyer: CustomerBody) -> None:
    """An order stands: stock, delivery, invoice, what is due without one, figures."""
    calls = [
        obligations.stock(body, StockOperation.RESERVE),
        obligations.submission(body, buyer),
        *_due(body, buyer),
        obligations.metric(body, buyer, MetricType.ORDER_CREATED),
    ]
    text = obligations.confirmation(body)
    await owe(connection, calls if text is None else [*calls, text])


async def held(connection: asyncpg.Connection, body: OrderBody) -> None:
    """A confirmed order turns out to have no credit: nothing may follow from it for now."""
    await owe(
        connection,
        [
            obligations.stock(body, StockOperation.RELEASE),
            obligations.withdrawal(body),
            obligations.invoice_cancellation(body, "ORDER_HELD", "credit"),
            obligations.receivable_cancellation(body),
            *await _uncounted(connection, body),
        ],
    )


async def invoiced(
    connection: asyncpg.Connection, body: OrderBody, buyer: CustomerBody, invoice_id: str
) -> None:
    """The order has its invoice: its amount is due."""
    claim = obligations.receivable(body, buyer, invoice_id)
    await owe(connection, [] if claim is None else [claim])


async def replaced(connection: asyncpg.Connection, order: StoredOrder) -> None:
    """A confirmed or failed revision gives way to a newer one, which is dispatched in its place.

    Its credit is released by whoever asks for the newer one's (`reservation.py`).
    """
    body = order.body
    calls = await _uncounted(connection, body)
    if order.status is not OrderStatus.FAILED:
        calls += [
            obligations.stock(body, StockOperation.RELEASE),
            obligations.invoice_cancellation(body, "ORDER_CHANGED", body.clerk),
            obligations.receivable_cancellation(body),
        ]
    await owe(connection, calls)


async def completed(connection: asyncpg.Connection, body: OrderBody, buyer: CustomerBody) -> None:
    """The order was delivered."""
    calls = []
    if obligations.reserves_credit(body):
        calls.append(obligations.credit(body, CreditOperation.USE))
    calls += [
        obligations.stock(body, StockOperation.CONSUME),
        obligations.metric(body, buyer, MetricType.ORDER_COMPLETED),
        await owed_statistics(connection, body.customer_id),
    ]
    await owe(connection, calls)


async def failed(connection: asyncpg.Connection, body: OrderBody, buyer: CustomerBody) -> None:
    """The order could not be delivered: everything but the delivery is taken back."""
    await owe(
        connection,
        [
            *_undone(body, "DELIVERY_FAILED", "dispatch"),
            obligations.metric(body, buyer, MetricType.ORDER_FAILED),
        ],
    )


async def cancelled(connection: asyncpg.Connection, order: StoredOrder, by: str) -> None:
    """The order is not wanted any more; one that failed has been taken back before."""
    body = order.body
    calls = [obligations.withdrawal(body)]
    if order.status is not OrderStatus.FAILED:
        calls += _undone(body, "ORDER_CANCELLED", by)
    found = await customer_bodies(connection, [body.customer_id])
    if found:
        buyer = found[body.customer_id][1]
        calls.append(obligations.metric(body, buyer, MetricType.ORDER_CANCELLED))
    await owe(connection, calls)


def _undone(body: OrderBody, reason: str, by: str) -> list[Owed]:
    calls = []
    if obligations.reserves_credit(body):
        calls.append(obligations.credit(body, CreditOperation.RELEASE))
    return [
        *calls,
        obligations.stock(body, StockOperation.RELEASE),
        obligations.invoice_cancellation(body, reason, by),
        obligations.receivable_cancellation(body),
    ]


async def _uncounted(connection: asyncpg.Connection, body: OrderBody) -> list[Owed]:
    """The order is not to be in the figures any more as it was counted."""
    found = await customer_bodies(connection, [body.customer_id])
    buyers = [buyer for _, buyer in found.values()]
    return [obligations.metric(body, buyer, MetricType.ORDER_CREATED, -1) for buyer in buyers]


def _due(body: OrderBody, buyer: CustomerBody) -> list[Owed]:
    calls = []
    if body.invoice_sales > 0:
        calls.append(obligations.invoice(body, buyer))
    rest = obligations.receivable(body, buyer, None)
    return [*calls, rest] if rest is not None else calls
