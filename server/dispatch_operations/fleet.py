"""Drivers, vehicles and the settings of planning, as they are kept."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import asyncpg

from app.domain.customers import Zone
from app.wire.codec import decode, encode
from app.wire.dispatch import Location
from app.wire.fleet import DispatchSettings, Driver, Vehicle
from server.database.rows import upsert
from server.dispatch_operations.places import Point
from server.refusals import Malformed

# A shop that has said nothing yet: a warehouse west of Taipei, city traffic.
DEFAULTS = DispatchSettings(
    warehouse=Location(latitude=Decimal("25.0263"), longitude=Decimal("121.4582")),
    speed_kmh={
        Zone.NORTH: Decimal(22),
        Zone.CENTRAL: Decimal(28),
        Zone.SOUTH: Decimal(28),
        Zone.REMOTE: Decimal(35),
    },
    detour_factor=Decimal("1.35"),
    stop_minutes=4,
    cylinder_minutes=2,
    loading_minutes=20,
    trips=3,
    plan_seconds=Decimal(2),
)
LONGEST_PLAN_S = 60
_AREA = "An area is a county or a county with its district, as 台北市 or 台北市信義區."


async def settings(connection: asyncpg.Connection) -> DispatchSettings:
    """What plans are computed with; defaults until somebody has said otherwise."""
    body = await connection.fetchval("SELECT body FROM dispatch_settings WHERE k = 1")
    return DEFAULTS if body is None else decode(DispatchSettings, body)


async def save_settings(connection: asyncpg.Connection, wanted: DispatchSettings) -> None:
    """Replace the settings; raises `Malformed`."""
    _check_settings(wanted)
    await connection.execute(
        """INSERT INTO dispatch_settings (k, body) VALUES (1, $1)
           ON CONFLICT (k) DO UPDATE SET body = excluded.body""",
        encode(wanted).decode(),
    )


async def vehicles(connection: asyncpg.Connection) -> tuple[Vehicle, ...]:
    """All vehicles by their number plate."""
    rows = await connection.fetch("SELECT * FROM dispatch_vehicles ORDER BY vehicle_id")
    return tuple(Vehicle(**dict(row)) for row in rows)


async def save_vehicles(connection: asyncpg.Connection, wanted: Sequence[Vehicle]) -> None:
    """Create or replace vehicles; raises `Malformed`."""
    _check_once([one.vehicle_id for one in wanted])
    for one in wanted:
        if one.capacity_kg <= 0:
            raise Malformed("CAPACITY", "A vehicle carries at least one kilogram.")
    await upsert(connection, "dispatch_vehicles", ["vehicle_id"], [_row(v) for v in wanted])


async def drivers(connection: asyncpg.Connection) -> tuple[Driver, ...]:
    """All drivers by their number."""
    rows = await connection.fetch("SELECT * FROM dispatch_drivers ORDER BY driver_id")
    return tuple(_driver(row) for row in rows)


async def save_drivers(connection: asyncpg.Connection, wanted: Sequence[Driver]) -> None:
    """Create or replace drivers; raises `Malformed` (an unknown vehicle among others)."""
    _check_once([one.driver_id for one in wanted])
    known = {one.vehicle_id for one in await vehicles(connection)}
    for one in wanted:
        _check_driver(one)
        if one.vehicle_id not in known:
            raise Malformed("UNKNOWN_VEHICLE", f"There is no vehicle {one.vehicle_id}.")
    await upsert(connection, "dispatch_drivers", ["driver_id"], [_row(d) for d in wanted])


def is_on_shift(driver: Driver, day: date) -> bool:
    """Whether the driver works on that day."""
    works = day.isoweekday() in driver.weekdays and day not in driver.days_off
    return driver.is_active and works


def _row(message: Driver | Vehicle) -> dict[str, object]:
    return {name: getattr(message, name) for name in message.__struct_fields__}


def _driver(row: asyncpg.Record) -> Driver:
    lists = {name: tuple(row[name]) for name in ("weekdays", "days_off", "areas")}
    return Driver(**(dict(row) | lists))


def _check_once(identities: Sequence[str]) -> None:
    for identity in identities:
        _check_id(identity)
    if len(set(identities)) != len(identities):
        raise Malformed("TWICE", "The same number stands twice in the list.")


def _check_id(identity: str) -> None:
    if not 1 <= len(identity) <= 40 or identity != identity.strip() or "/" in identity:
        raise Malformed("ID", "A number has 1 to 40 characters, and neither blanks around nor '/'.")


def _check_driver(driver: Driver) -> None:
    if driver.shift_start.tzinfo or driver.shift_end.tzinfo:
        raise Malformed("SHIFT", "A shift is given in Taipei's time, without a zone.")
    if driver.shift_start >= driver.shift_end:
        raise Malformed("SHIFT", "A shift begins before it ends, on the same day.")
    if set(driver.weekdays) - set(range(1, 8)):
        raise Malformed("WEEKDAYS", "Weekdays run from 1 (Monday) to 7 (Sunday).")
    if any(len(area) < 3 for area in driver.areas):
        raise Malformed("AREA", _AREA)


def _check_settings(wanted: DispatchSettings) -> None:
    check_point(wanted.warehouse)
    if set(wanted.speed_kmh) != set(Zone) or not all(
        5 <= speed <= 120 for speed in wanted.speed_kmh.values()
    ):
        raise Malformed("SPEED", "Each zone has a speed between 5 and 120 km/h.")
    if not 1 <= wanted.detour_factor <= 3:
        raise Malformed("DETOUR", "Roads are 1 to 3 times as long as the straight line.")
    minutes = (wanted.stop_minutes, wanted.cylinder_minutes, wanted.loading_minutes)
    if not all(0 <= one <= 240 for one in minutes) or not 1 <= wanted.trips <= 10:
        raise Malformed("MINUTES", "Minutes are between 0 and 240, trips between 1 and 10.")
    if not Decimal("0.1") <= wanted.plan_seconds <= LONGEST_PLAN_S:
        raise Malformed("PLAN_SECONDS", f"A plan thinks for 0.1 to {LONGEST_PLAN_S} seconds.")


def check_point(place: Location) -> Point:
    """A point of this earth that lies in or around Taiwan; raises `Malformed`."""
    if not (20 <= place.latitude <= 27 and 117 <= place.longitude <= 124):
        raise Malformed("PLACE", "Latitude and longitude in degrees, within Taiwan.")
    return Point(float(place.latitude), float(place.longitude))
