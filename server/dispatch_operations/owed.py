"""What Dispatch Operations owes its neighbours: statuses to Order Sales, cash to the accounts."""

from app.domain.hours import business_date
from app.domain.orders import PaymentMethod
from app.wire.accounts import PaymentCollection
from app.wire.codec import Instant
from app.wire.dispatch import DispatchStatusUpdate, DispatchStop, StatusReport
from app.wire.enums import DispatchStatus
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed

STATUS = "dispatch-status"
PAYMENT = "payment"


def assigned(order_id: str, stop: DispatchStop, at: Instant) -> Owed:
    """Order Sales learns who brings the order, and when."""
    update = DispatchStatusUpdate(
        status=DispatchStatus.ASSIGNED,
        driver_id=stop.driver_id,
        timestamp=at,
        dispatch_id=stop.dispatch_id,
        vehicle_id=stop.vehicle_id,
        route_sequence=stop.sequence,
        estimated_arrival=stop.estimated_arrival,
    )
    return _status(order_id, update)


def reported(order_id: str, report: StatusReport, stop: DispatchStop | None) -> Owed:
    """Order Sales learns how far the driver is."""
    update = DispatchStatusUpdate(
        status=report.status,
        driver_id=report.driver_id,
        timestamp=report.timestamp,
        location=report.location,
        notes=report.notes,
        dispatch_id=stop.dispatch_id if stop else "",
        vehicle_id=stop.vehicle_id if stop else "",
        route_sequence=stop.sequence if stop else None,
        estimated_arrival=stop.estimated_arrival if stop else None,
        empties=report.empties,
        residual_kg=report.residual_kg,
        cash_collected=report.cash_collected,
    )
    return _status(order_id, update)


def collected(order_id: str, report: StatusReport) -> Owed:
    """Account Management learns of cash; an order is paid to its driver once."""
    day = business_date(report.timestamp)
    body = PaymentCollection(
        order_id=order_id,
        payment_method=PaymentMethod.CASH,
        amount_collected=report.cash_collected,
        collected_by=report.driver_id,
        collection_date=report.timestamp,
        reference_number=f"CASH-{day:%Y%m%d}-{order_id}",
    )
    return Owed(
        Neighbour.ACCOUNTS,
        "POST",
        "/internal/accounts/payments",
        body,
        lane=f"dispatch cash {order_id}",
        order_id=order_id,
        operation=PAYMENT,
    )


def _status(order_id: str, update: DispatchStatusUpdate) -> Owed:
    return Owed(
        Neighbour.ORDER_SALES,
        "POST",
        f"/internal/orders/{order_id}/dispatch-status",
        update,
        lane=f"dispatch {order_id}",
        order_id=order_id,
        operation=STATUS,
    )
