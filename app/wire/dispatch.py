"""Dispatch Operations (spec, internal module 3)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.orders import Priority, TimeSlot
from app.wire.codec import Instant, Message
from app.wire.enums import DispatchStatus


class DispatchProduct(Message, frozen=True, kw_only=True):
    """One entry of `products`; `weight_kg` is the weight of all pieces."""

    product_id: str
    quantity: int
    weight_kg: int


class Location(Message, frozen=True, kw_only=True):
    """A point in WGS 84 degrees."""

    latitude: Decimal
    longitude: Decimal


class DispatchOrder(Message, frozen=True, kw_only=True):
    """One order to be delivered; from `revision` on additions of ours.

    A higher `revision` replaces a lower one; `cash_due` is what the driver collects, in 元;
    `location` is known when somebody has pinned or geocoded the address.
    """

    order_id: str
    customer_id: str
    delivery_address: str
    time_slot: TimeSlot
    priority: Priority
    products: tuple[DispatchProduct, ...]
    special_instructions: str
    contact_phone: str
    revision: int = 1
    customer_name: str = ""
    cash_due: Decimal = Decimal(0)
    location: Location | None = None


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


class ReturnedEmpties(Message, frozen=True, kw_only=True):
    """Empty cylinders of one product that a driver took back."""

    product_id: str
    quantity: int


class DispatchStatusUpdate(Message, frozen=True, kw_only=True):
    """`POST /internal/orders/{order_id}/dispatch-status` (from Dispatch Operations).

    After `notes` additions: ASSIGNED says where in which tour the order is; COMPLETED what came
    back (`residual_kg` of gas weighed, cash in 元); FAILED says why in `notes`.
    """

    status: DispatchStatus
    driver_id: str
    timestamp: Instant
    location: Location | None = None
    notes: str = ""
    dispatch_id: str = ""
    vehicle_id: str = ""
    route_sequence: int | None = None
    estimated_arrival: Instant | None = None
    empties: tuple[ReturnedEmpties, ...] = ()
    residual_kg: Decimal = Decimal(0)
    cash_collected: Decimal = Decimal(0)


class DeliveryState(StrEnum):
    """Where an order stands in Dispatch Operations: the spec's statuses, before and beside them."""

    WAITING = "WAITING"
    ASSIGNED = "ASSIGNED"
    EN_ROUTE = "EN_ROUTE"
    ARRIVED = "ARRIVED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class UnassignedReason(StrEnum):
    """Why a plan left an order out."""

    NO_DRIVERS = "NO_DRIVERS"  # nobody is on shift that day
    UNKNOWN_ADDRESS = "UNKNOWN_ADDRESS"  # not even county and district are known: pin it
    TOO_HEAVY = "TOO_HEAVY"  # more than any vehicle of the day carries
    SLOT_PASSED = "SLOT_PASSED"  # the slot is over, or over before anybody can be there
    OUT_OF_REACH = "OUT_OF_REACH"  # not even a driver with nothing else gets there and back
    NO_CAPACITY = "NO_CAPACITY"  # the vehicles are full
    NO_TIME = "NO_TIME"  # the drivers are busy


class PlacePrecision(StrEnum):
    """How well the place of an address is known."""

    EXACT = "EXACT"  # given with the order, or pinned by a dispatcher
    DISTRICT = "DISTRICT"  # the middle of its district
    UNKNOWN = "UNKNOWN"


class DispatchStop(Message, frozen=True, kw_only=True):
    """Where an order is in a tour; `is_locked` stops stay with their driver when re-planned."""

    dispatch_id: str
    driver_id: str
    vehicle_id: str
    sequence: int
    trip: int
    estimated_arrival: Instant
    is_locked: bool


class DispatchOrderState(Message, frozen=True, kw_only=True):
    """An order with everything that a board or a map shows of it.

    `area` is county and district; `reason` why the last plan left it out.
    """

    order: DispatchOrder
    delivery_date: date
    state: DeliveryState
    weight_kg: int
    place: Location | None
    precision: PlacePrecision
    area: str = ""
    stop: DispatchStop | None = None
    reason: UnassignedReason | None = None
    reported_at: Instant | None = None
    notes: str = ""
    empties: tuple[ReturnedEmpties, ...] = ()
    residual_kg: Decimal = Decimal(0)
    cash_collected: Decimal = Decimal(0)
    version: int = 1


class DispatchOrders(Message, frozen=True, kw_only=True):
    """`GET /internal/dispatch/orders?date=` (addition), and the answer to a submission."""

    orders: tuple[DispatchOrderState, ...]


class OrderPlace(Message, frozen=True, kw_only=True):
    """`PUT /internal/dispatch/orders/{order_id}/place` (addition): a pin set by hand."""

    location: Location


class StatusReport(Message, frozen=True, kw_only=True):
    """`POST /internal/dispatch/orders/{order_id}/status` (addition): a driver says how far it is.

    COMPLETED with `empties`, `residual_kg` weighed and `cash_collected` in 元; FAILED with `notes`.
    """

    status: DispatchStatus
    driver_id: str
    timestamp: Instant
    location: Location | None = None
    notes: str = ""
    empties: tuple[ReturnedEmpties, ...] = ()
    residual_kg: Decimal = Decimal(0)
    cash_collected: Decimal = Decimal(0)


class StatusReceipt(Message, frozen=True, kw_only=True):
    """Answer to a report: the state of now; not `applied` when the report came late or twice."""

    order_id: str
    state: DeliveryState
    applied: bool


class RouteStop(Message, frozen=True, kw_only=True):
    """One stop of a route, counted from 1; after `estimated_arrival` additions."""

    sequence: int
    order_id: str
    estimated_arrival: Instant
    trip: int = 1
    state: DeliveryState = DeliveryState.ASSIGNED
    is_locked: bool = False


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


class UnassignedOrder(Message, frozen=True, kw_only=True):
    """An order that a plan left out, and why."""

    order_id: str
    reason: UnassignedReason


class DayPlan(Message, frozen=True, kw_only=True):
    """`POST /internal/dispatch/routes/{date}/plan` (addition): the new tours and who is left out.

    `seed` repeats the plan as far as the time budget allows the same number of steps.
    """

    routes: tuple[Route, ...]
    unassigned: tuple[UnassignedOrder, ...]
    seed: int
    seconds: Decimal


class TrackedLocation(Message, frozen=True, kw_only=True):
    """Where a driver is: WGS 84 degrees, accuracy in metres, heading in degrees from north."""

    latitude: Decimal
    longitude: Decimal
    accuracy: Decimal
    speed_kmh: Decimal
    heading: Decimal


class LocationReport(Message, frozen=True, kw_only=True):
    """`POST /internal/dispatch/drivers/{driver_id}/location` (addition)."""

    order_id: str
    location: TrackedLocation
    timestamp: Instant


class DriverLocationUpdated(Message, frozen=True, kw_only=True):
    """`driver.location.updated`; the latest one wins, none is kept."""

    driver_id: str
    order_id: str
    location: TrackedLocation
    timestamp: Instant


class OrderDelivery(Message, frozen=True, kw_only=True):
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


class DriverLocations(Message, frozen=True, kw_only=True):
    """`GET /internal/dispatch/locations` (addition): where each driver was seen last."""

    drivers: tuple[DriverLocationUpdated, ...]
