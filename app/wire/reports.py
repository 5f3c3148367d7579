"""Reports (spec, internal module 6)."""

from datetime import date
from decimal import Decimal

from app.domain.customers import CustomerType, Zone
from app.domain.orders import PaymentMethod
from app.wire.codec import Instant, Message
from app.wire.enums import MetricType


class DailySummary(Message, frozen=True, kw_only=True):
    """`summary` of a day; the success rate is 0 to 1."""

    total_orders: int
    total_revenue: Decimal
    total_cylinders: int
    cancelled_orders: int
    delivery_success_rate: Decimal


class OrdersFigure(Message, frozen=True, kw_only=True):
    """Orders and revenue of a zone or of a kind of customer."""

    orders: int
    revenue: Decimal


class ProductFigure(Message, frozen=True, kw_only=True):
    """Pieces and revenue of a product."""

    quantity: int
    revenue: Decimal


class DailyOrders(Message, frozen=True, kw_only=True):
    """`POST /internal/reports/daily-orders`."""

    report_date: date
    summary: DailySummary
    by_zone: dict[Zone, OrdersFigure]
    by_product: dict[str, ProductFigure]
    by_customer_type: dict[CustomerType, OrdersFigure]


class MetricDimensions(Message, frozen=True, kw_only=True):
    """By what a metric may be grouped."""

    zone: Zone
    customer_type: CustomerType
    product_category: str
    payment_method: PaymentMethod


class MetricValues(Message, frozen=True, kw_only=True):
    """What one metric adds to the sums."""

    order_count: int
    revenue: Decimal
    cylinder_count: int


class Metric(Message, frozen=True, kw_only=True):
    """`POST /internal/reports/metrics`: one fact as it happens."""

    metric_type: MetricType
    timestamp: Instant
    dimensions: MetricDimensions
    values: MetricValues
