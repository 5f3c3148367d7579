"""How far and how long from one place to the next; the one place that a maps gateway replaces.

See docs/rules/travel.md.
"""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from app.domain.addresses import zone_of
from app.domain.customers import Zone
from app.wire.dispatch import DispatchOrderState, Location, PlacePrecision
from app.wire.fleet import DispatchSettings
from server.dispatch_operations.places import Point, nearest_area

EARTH_M = 6_371_000.0
WITHIN_DISTRICT_M = 700.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A point with what travelling to it depends on; equal addresses are one place."""

    point: Point
    zone: Zone
    is_exact: bool = True
    address: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One drive: metres of road, and seconds."""

    metres: int
    seconds: int


def spot_at(location: Location) -> Spot:
    """The spot of an exact location; its zone is that of the nearest district."""
    point = Point(float(location.latitude), float(location.longitude))
    return Spot(point, zone_of(nearest_area(point)) or Zone.NORTH)


def spot_of(known: DispatchOrderState) -> Spot | None:
    """Where an order goes; None when nobody knows."""
    if known.place is None:
        return None
    return Spot(
        Point(float(known.place.latitude), float(known.place.longitude)),
        zone_of(known.area) or Zone.NORTH,
        known.precision is PlacePrecision.EXACT,
        known.order.delivery_address,
    )


def leg(start: Spot, end: Spot, settings: DispatchSettings) -> Leg:
    """The drive from one spot to the next.

    Between two addresses of which only the district is known it is at least a drive within it.
    """
    if start is end or (start.address and start.address == end.address):
        return Leg(0, 0)
    straight = distance_m(start.point, end.point) * float(settings.detour_factor)
    metres = straight if start.is_exact and end.is_exact else max(straight, WITHIN_DISTRICT_M)
    speed = min(settings.speed_kmh[start.zone], settings.speed_kmh[end.zone])
    return Leg(round(metres), round(metres * 3.6 / float(speed)))


def distance_m(a: Point, b: Point) -> float:
    """Metres on the globe between two points (haversine)."""
    phi_a, phi_b = radians(a.latitude), radians(b.latitude)
    half_phi = (phi_b - phi_a) / 2
    half_lambda = radians(b.longitude - a.longitude) / 2
    chord = sin(half_phi) ** 2 + cos(phi_a) * cos(phi_b) * sin(half_lambda) ** 2
    return 2 * EARTH_M * asin(sqrt(min(1.0, chord)))
