"""Where drivers are: the newest position of each is kept, older ones are not (readings)."""

from datetime import UTC, datetime, timedelta

import asyncpg

from app.wire.codec import decode, encode
from app.wire.dispatch import (
    DriverLocations,
    DriverLocationUpdated,
    Location,
    LocationReport,
    TrackedLocation,
)
from server.dispatch_operations.fleet import check_point
from server.refusals import Malformed, NotFound

CLOCKS_APART = timedelta(minutes=2)
LEAST_INTERVAL = timedelta(seconds=1)


async def note(
    connection: asyncpg.Connection, driver_id: str, said: LocationReport
) -> DriverLocationUpdated | None:
    """Keep a position; None when a newer one is known or the last one is not a second old.

    Raises `NotFound` or `Malformed`.
    """
    _check(said)
    known = await connection.fetchval(
        "SELECT 1 FROM dispatch_drivers WHERE driver_id = $1", driver_id
    )
    if known is None:
        raise NotFound("UNKNOWN_DRIVER", f"There is no driver {driver_id}.")
    news = DriverLocationUpdated(
        driver_id=driver_id,
        order_id=said.order_id,
        location=said.location,
        timestamp=said.timestamp,
    )
    kept = await connection.fetchval(
        """INSERT INTO driver_locations (driver_id, body, seen_at) VALUES ($1, $2, $3)
           ON CONFLICT (driver_id) DO UPDATE SET body = excluded.body, seen_at = excluded.seen_at
           WHERE driver_locations.seen_at <= excluded.seen_at - $4::interval RETURNING 1""",
        *(driver_id, encode(news).decode(), said.timestamp, LEAST_INTERVAL),
    )
    return news if kept else None


async def newest(connection: asyncpg.Connection, driver_id: str) -> DriverLocationUpdated:
    """The position that is kept of a driver who has sent one."""
    body = await connection.fetchval(
        "SELECT body FROM driver_locations WHERE driver_id = $1", driver_id
    )
    return decode(DriverLocationUpdated, body)


async def seen(connection: asyncpg.Connection) -> DriverLocations:
    """The newest position of every driver who ever sent one."""
    rows = await connection.fetch("SELECT body FROM driver_locations ORDER BY driver_id")
    return DriverLocations(
        drivers=tuple(decode(DriverLocationUpdated, row["body"]) for row in rows)
    )


def _check(said: LocationReport) -> None:
    here: TrackedLocation = said.location
    check_point(Location(latitude=here.latitude, longitude=here.longitude))
    if said.timestamp > datetime.now(UTC) + CLOCKS_APART:
        raise Malformed("TIMESTAMP", "That has not happened yet: set the telephone's clock.")
    if here.accuracy < 0 or here.speed_kmh < 0 or not 0 <= here.heading <= 360:
        raise Malformed("MOVEMENT", "Accuracy and speed are 0 or more, a heading is 0 to 360.")
    if len(said.order_id) > 40:
        raise Malformed("ORDER_ID", "An order number has at most 40 characters.")
