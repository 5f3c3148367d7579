"""Reports (spec, internal module 6)."""

from datetime import date
from decimal import Decimal

from app.domain.customers import CustomerType, Zone
from app.domain.orders import PaymentMethod
from app.wire.codec import Instant, Message
from app.wire.enums import MetricType


class DailySummary(Message, frozen=True, kw_only=True):
    """`summary` of a day; the success rate is 0 to 1. The deliveries behind it are additions."""

    total_orders: int
    total_revenue: Decimal
    total_cylinders: int
    cancelled_orders: int
    delivery_success_rate: Decimal
    deliveries_completed: int = 0
    deliveries_failed: int = 0


class OrdersFigure(Message, frozen=True, kw_only=True):
    """Orders and revenue of a zone or of a kind of customer."""

    orders: int
    revenue: Decimal


class ProductFigure(Message, frozen=True, kw_only=True):
    """Pieces and revenue of a product."""

    quantity: int
    revenue: Decimal


class DailyOrders(Message, frozen=True, kw_only=True):
    """`POST /internal/reports/daily-orders`; see docs/rules/daily-summary.md.

    `computed_at` is an addition: of two summaries of a day the one computed later counts, in
    whatever order they arrive; without it a summary counts from when it arrives.
    """

    report_date: date
    summary: DailySummary
    by_zone: dict[Zone, OrdersFigure]
    by_product: dict[str, ProductFigure]
    by_customer_type: dict[CustomerType, OrdersFigure]
    computed_at: Instant | None = None


class DailyReport(DailyOrders, frozen=True, kw_only=True):
    """A day's summary as Reports keeps it (addition): its version, and when it came in."""

    version: int
    received_at: Instant


class DailyReports(Message, frozen=True, kw_only=True):
    """Summaries of several days, or all versions of one (addition)."""

    reports: tuple[DailyReport, ...]


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
    """`POST /internal/reports/metrics`: one fact as it happens.

    `metric_id` is an addition: the fact's identity, where no `Idempotency-Key` says it.
    """

    metric_type: MetricType
    timestamp: Instant
    dimensions: MetricDimensions
    values: MetricValues
    metric_id: str = ""


class LiveSums(Message, frozen=True, kw_only=True):
    """What a day's metrics add up to (addition); orders and revenue less what was cancelled."""

    orders: int = 0
    revenue: Decimal = Decimal(0)
    cylinders: int = 0
    created: int = 0
    completed: int = 0
    cancelled: int = 0
    failed: int = 0


class LiveFigures(Message, frozen=True, kw_only=True):
    """`GET /internal/reports/live` (addition): today so far, and how old the newest fact is.

    `age_seconds` is None while nothing has come in today.
    """

    report_date: date
    server_time: Instant
    age_seconds: int | None
    totals: LiveSums
    delivery_success_rate: Decimal
    by_zone: dict[Zone, LiveSums]
    by_customer_type: dict[CustomerType, LiveSums]
    by_product_category: dict[str, LiveSums]
    by_payment_method: dict[PaymentMethod, LiveSums]


class HourCounts(Message, frozen=True, kw_only=True):
    """One hour of a day, without money; `hour` is when it begins."""

    hour: Instant
    created: int
    completed: int
    cancelled: int
    failed: int
    cylinders: int


class HourlyCounts(Message, frozen=True, kw_only=True):
    """`GET /internal/reports/hourly/{date}` (addition): the 24 hours of a Taipei day."""

    report_date: date
    hours: tuple[HourCounts, ...]
