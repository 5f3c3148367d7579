"""Orders summed up by day, in a few questions for any span of days.

Which orders count, and on which day: docs/rules/daily-summary.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import asyncpg

from app.domain.customers import CustomerType, Zone
from app.domain.orders import OrderStatus

STANDING = (
    OrderStatus.CONFIRMED,
    OrderStatus.DISPATCHED,
    OrderStatus.EN_ROUTE,
    OrderStatus.ARRIVED,
    OrderStatus.COMPLETED,
    OrderStatus.FAILED,
)
_ORDERS = """
    SELECT order_date AS day, zone, coalesce(customer_type, 'RESIDENTIAL') AS customer_type,
           count(*) FILTER (WHERE o.status <> 'CANCELLED') AS orders,
           count(*) FILTER (WHERE o.status = 'CANCELLED') AS cancelled,
           coalesce(sum(revenue) FILTER (WHERE o.status <> 'CANCELLED'), 0)::bigint AS revenue
    FROM orders o LEFT JOIN customers USING (customer_id)
    WHERE order_date BETWEEN $1 AND $2 AND (o.status = ANY($3) OR o.status = 'CANCELLED')
    GROUP BY order_date, zone, coalesce(customer_type, 'RESIDENTIAL') ORDER BY 1, 2, 3"""
_PRODUCTS = """
    SELECT order_date AS day, product_id, sum(quantity) AS quantity,
           sum(amount)::bigint AS revenue,
           coalesce(sum(quantity) FILTER (WHERE l.weight_kg > 0), 0) AS cylinders
    FROM orders JOIN order_lines l USING (order_uid)
    WHERE order_date BETWEEN $1 AND $2 AND status = ANY($3)
    GROUP BY order_date, product_id ORDER BY 1, 2"""
_DELIVERIES = """
    SELECT delivery_date AS day, count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
           count(*) FILTER (WHERE status = 'FAILED') AS failed
    FROM orders
    WHERE delivery_date BETWEEN $1 AND $2 AND status IN ('COMPLETED', 'FAILED')
    GROUP BY delivery_date ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class OrdersSum:
    """Orders of a day, a zone and a kind of customer; `revenue` in whole 元."""

    day: date
    zone: Zone
    customer_type: CustomerType
    orders: int
    cancelled: int
    revenue: int


@dataclass(frozen=True, slots=True)
class ProductSum:
    """Pieces of a product ordered on a day; `revenue` is the lines' amounts, in whole 元."""

    day: date
    product_id: str
    quantity: int
    revenue: int
    cylinders: int


@dataclass(frozen=True, slots=True)
class DeliveriesSum:
    """How the deliveries that were due on a day ended."""

    day: date
    completed: int
    failed: int


@dataclass(frozen=True, slots=True)
class DaySums:
    """What a summary is made of."""

    orders: Sequence[OrdersSum]
    products: Sequence[ProductSum]
    deliveries: Sequence[DeliveriesSum]


async def day_sums(connection: asyncpg.Connection, first: date, last: date) -> DaySums:
    """The sums of every day of a span; `connection` should read as of one moment.

    A customer who is not known counts as residential.
    """
    standing = [status.value for status in STANDING]
    span = (first, last)
    return DaySums(
        orders=[_orders(row) for row in await connection.fetch(_ORDERS, *span, standing)],
        products=[
            ProductSum(**dict(row)) for row in await connection.fetch(_PRODUCTS, *span, standing)
        ],
        deliveries=[
            DeliveriesSum(**dict(row)) for row in await connection.fetch(_DELIVERIES, *span)
        ],
    )


def _orders(row: asyncpg.Record) -> OrdersSum:
    return OrdersSum(
        day=row["day"],
        zone=Zone(row["zone"]),
        customer_type=CustomerType(row["customer_type"]),
        orders=row["orders"],
        cancelled=row["cancelled"],
        revenue=row["revenue"],
    )
