"""Drivers, vehicles and settings of Dispatch Operations; all of it is an addition to the spec."""

from datetime import date, time
from decimal import Decimal

from app.domain.customers import Zone
from app.wire.codec import Message
from app.wire.dispatch import Location


class Vehicle(Message, frozen=True, kw_only=True):
    """A truck; `capacity_kg` counts kilograms of gas, as `weight_kg` of an order does."""

    vehicle_id: str
    name: str
    capacity_kg: int
    is_active: bool = True


class Vehicles(Message, frozen=True, kw_only=True):
    """`GET /internal/dispatch/vehicles` (addition)."""

    vehicles: tuple[Vehicle, ...]


class Driver(Message, frozen=True, kw_only=True):
    """A driver: the shift (Asia/Taipei) of these `weekdays` (1 Monday to 7 Sunday).

    `areas` are counties or districts that this driver prefers, as 台北市 or 台北市信義區.
    """

    driver_id: str
    name: str
    phone: str
    vehicle_id: str
    shift_start: time
    shift_end: time
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    days_off: tuple[date, ...] = ()
    areas: tuple[str, ...] = ()
    is_active: bool = True


class Drivers(Message, frozen=True, kw_only=True):
    """`GET /internal/dispatch/drivers` (addition)."""

    drivers: tuple[Driver, ...]


class DispatchSettings(Message, frozen=True, kw_only=True):
    """`GET/PUT /internal/dispatch/settings` (addition): what plans are computed with.

    Speeds in km/h; roads are `detour_factor` longer than the straight line; at the door
    `stop_minutes` and `cylinder_minutes` per cylinder; at the warehouse `loading_minutes` between
    the at most `trips` of a driver; a plan may think for `plan_seconds`.
    """

    warehouse: Location
    speed_kmh: dict[Zone, Decimal]
    detour_factor: Decimal
    stop_minutes: int
    cylinder_minutes: int
    loading_minutes: int
    trips: int
    plan_seconds: Decimal
