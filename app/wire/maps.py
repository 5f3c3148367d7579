"""Maps in the spec's own profile: geocoding and distance matrix (spec, external system 4).

The spec's distance sample lacks the two `status` fields that the real answers carry; they count
as OK when absent.
"""

from decimal import Decimal

from app.wire.codec import Message

OK = "OK"


class Coordinates(Message, frozen=True, kw_only=True):
    """A point in WGS 84 degrees."""

    lat: Decimal
    lng: Decimal


class Geometry(Message, frozen=True, kw_only=True):
    """Where a geocoded address lies."""

    location: Coordinates


class GeocodeResult(Message, frozen=True, kw_only=True):
    """One match of an address."""

    formatted_address: str
    geometry: Geometry
    place_id: str


class GeocodeAnswer(Message, frozen=True, kw_only=True):
    """Answer of `/maps/api/geocode/json`."""

    results: tuple[GeocodeResult, ...]
    status: str


class Measure(Message, frozen=True, kw_only=True):
    """A distance in metres or a duration in seconds, with the text for people."""

    text: str
    value: int


class DistanceElement(Message, frozen=True, kw_only=True, omit_defaults=True):
    """From one origin to one destination; no figures when `status` is not OK."""

    distance: Measure | None = None
    duration: Measure | None = None
    status: str = OK


class DistanceRow(Message, frozen=True, kw_only=True):
    """From one origin to every destination."""

    elements: tuple[DistanceElement, ...]


class DistanceAnswer(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Answer of `/maps/api/distancematrix/json`."""

    rows: tuple[DistanceRow, ...]
    status: str = OK
