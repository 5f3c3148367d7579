"""Where an address is, without asking anybody: the pin it came with, or its district's middle.

The middles are medians of the districts' villages, from the Ministry of the Interior's open data
(see resources/geography/SOURCE.md). See docs/rules/travel.md.
"""

import csv
import io
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from math import cos, radians

from app.domain.addresses import split_address, zone_of
from app.domain.customers import Zone
from app.wire.dispatch import Location, PlacePrecision


@dataclass(frozen=True, slots=True)
class Point:
    """WGS 84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of an address; `area` is county and district in today's names."""

    point: Point | None
    precision: PlacePrecision
    zone: Zone | None
    area: str


def locate(address: str, pin: Location | None = None) -> Place:
    """The place of an address; a pin beats what the address says."""
    if pin is not None:
        exact = Point(float(pin.latitude), float(pin.longitude))
        area = nearest_area(exact)
        return Place(exact, PlacePrecision.EXACT, zone_of(area), area)
    parts = split_address(address)
    area, zone = parts.county + parts.district, zone_of(address)
    middle = _centres().get(area)
    precision = PlacePrecision.UNKNOWN if middle is None else PlacePrecision.DISTRICT
    return Place(middle, precision, zone, area)


@lru_cache(maxsize=4096)
def nearest_area(point: Point) -> str:
    """County and district whose middle is nearest to a point."""
    shrink = cos(radians(point.latitude))  # a degree eastward is shorter than one northward

    def apart(middle: Point) -> float:
        east = (middle.longitude - point.longitude) * shrink
        return east**2 + (middle.latitude - point.latitude) ** 2

    centres = _centres()
    return min(centres, key=lambda area: apart(centres[area]))


@cache
def _centres() -> dict[str, Point]:
    text = (files("resources") / "geography" / "district_centres.csv").read_text("utf-8")
    return {
        row["county"] + row["district"]: Point(float(row["latitude"]), float(row["longitude"]))
        for row in csv.DictReader(io.StringIO(text))
    }
