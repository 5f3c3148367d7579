"""What Order Sales tells the metrics feed of Reports about an order; see docs/rules/metrics.md."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.customers import CustomerType
from app.wire.enums import MetricType
from app.wire.orders import OrderBody
from app.wire.reports import Metric, MetricDimensions, MetricValues
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed

OPERATION = "metric"
CYLINDERS = "STANDARD"
ACCESSORIES = "ACCESSORIES"


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact of an order's life, when it happened, and what kind of customer it is about."""

    kind: MetricType
    at: datetime
    customer_type: CustomerType


def metric(order: OrderBody, fact: Happened, sign: int = 1) -> Metric:
    """The fact with the order's figures; `sign` -1 takes back what an older revision counted."""
    cylinders = sum(line.quantity for line in order.lines if line.weight_kg > 0)
    return Metric(
        metric_type=fact.kind,
        timestamp=fact.at,
        dimensions=MetricDimensions(
            zone=order.zone,
            customer_type=fact.customer_type,
            product_category=CYLINDERS if cylinders else ACCESSORIES,
            payment_method=order.payment_method,
        ),
        values=MetricValues(
            order_count=sign,
            revenue=(order.goods + order.tax) * sign,
            cylinder_count=cylinders * sign,
        ),
        metric_id=_identity(order, fact, sign),
    )


def owed_metric(order: OrderBody, fact: Happened) -> Owed:
    """The call that reports one fact."""
    return _owed(order, metric(order, fact))


def owed_change(before: OrderBody, after: OrderBody, fact: Happened) -> tuple[Owed, Owed]:
    """The calls that replace what an older revision counted; `fact` is ORDER_CREATED."""
    return _owed(before, metric(before, fact, -1)), _owed(after, metric(after, fact))


def _owed(order: OrderBody, body: Metric) -> Owed:
    return Owed(
        neighbour=Neighbour.REPORTS,
        method="POST",
        path="/internal/reports/metrics",
        body=body,
        lane=f"metrics/{order.order_uid}",
        order_id=order.order_id,
        operation=OPERATION,
    )


def _identity(order: OrderBody, fact: Happened, sign: int) -> str:
    """The same for a repetition of the fact; a delivery may fail on several days."""
    day = f"/{order.delivery_date}" if fact.kind is MetricType.ORDER_FAILED else ""
    back = "/back" if sign < 0 else ""
    return f"{order.order_uid}/{order.revision}/{fact.kind}{day}{back}"
