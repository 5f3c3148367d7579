"""Dispatch Operations (spec, internal module 3)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from app.domain.orders import Priority, TimeSlot
from app.wire.codec import Instant, Message
from app.wire.enums import DispatchStatus


class DispatchProduct(Message, frozen=True, kw_only=True):
    """One entry of `products`; `weight_kg` is the weight of all pieces."""

    product_id: str
    quantity: int
    weight_kg: int


class DispatchOrder(Message, frozen=True, kw_only=True):
    """One order to be delivered."""

    order_id: str
    customer_id: str
    delivery_address: str
    time_slot: TimeSlot
    priority: Priority
    products: tuple[DispatchProduct, ...]
    special_instructions: str
    contact_phone: str


class DispatchSubmission(Message, frozen=True, kw_only=True):
    """`POST /internal/dispatch/orders`: the orders of one delivery day."""

    delivery_date: date
    orders: tuple[DispatchOrder, ...]


class DispatchAssignment(Message, frozen=True, kw_only=True):
    """`PUT /internal/dispatch/orders/{order_id}/assign`."""

    dispatch_id: str
    driver_id: str
    vehicle_id: str
    route_sequence: int
    estimated_arrival: Instant


class Location(Message, frozen=True, kw_only=True):
    """A point in WGS 84 degrees."""

    latitude: Decimal
    longitude: Decimal


class DispatchStatusUpdate(Message, frozen=True, kw_only=True):
    """`POST /internal/orders/{order_id}/dispatch-status` (from Dispatch Operations)."""

    status: DispatchStatus
    driver_id: str
    timestamp: Instant
    location: Location | None = None
    notes: str = ""


class RouteStop(Message, frozen=True, kw_only=True):
    """One stop of a route, counted from 1."""

    sequence: int
    order_id: str
    estimated_arrival: Instant


class Route(Message, frozen=True, kw_only=True):
    """The day's tour of one driver."""

    driver_id: str
    vehicle_id: str
    total_stops: int
    total_distance_km: Decimal
    estimated_duration_mins: int
    orders: tuple[RouteStop, ...]


class Routes(Message, frozen=True, kw_only=True):
    """`GET /internal/dispatch/routes/{date}`."""

    routes: tuple[Route, ...]


class TrackedLocation(Message, frozen=True, kw_only=True):
    """Where a driver is: WGS 84 degrees, accuracy in metres, heading in degrees from north."""

    latitude: Decimal
    longitude: Decimal
    accuracy: Decimal
    speed_kmh: Decimal
    heading: Decimal


class DriverLocationUpdated(Message, frozen=True, kw_only=True):
    """`driver.location.updated`; the latest one wins, none is kept."""

    driver_id: str
    order_id: str
    location: TrackedLocation
    timestamp: Instant


class DeliveryState(Message, frozen=True, kw_only=True):
    """How an order's delivery stands, as Dispatch Operations last reported it (feed entity)."""

    order_uid: UUID
    order_id: str
    status: DispatchStatus
    dispatch_id: str = ""
    driver_id: str = ""
    vehicle_id: str = ""
    route_sequence: int | None = None
    estimated_arrival: Instant | None = None
    location: Location | None = None
    notes: str = ""
    reported_at: Instant


class DeliveryStatusChanged(Message, frozen=True, kw_only=True):
    """`delivery.status.changed`; the statuses are equal when only the rest changed (the ETA)."""

    order_id: str
    old_status: DispatchStatus | None
    new_status: DispatchStatus
    driver_id: str
    timestamp: Instant
