"""Places of addresses, and drives between them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.customers import Zone
from app.domain.districts import DISTRICTS
from app.wire.dispatch import Location, PlacePrecision
from server.dispatch_operations.fleet import DEFAULTS
from server.dispatch_operations.matrix import drives
from server.dispatch_operations.places import Point, locate, nearest_area
from server.dispatch_operations.travel import Leg, Spot, distance_m, leg
from tests.server.dispatch_operations.problems import WAREHOUSE, spot


def test_every_district_has_a_middle_that_is_its_own() -> None:
    areas = [county + name for county, names in DISTRICTS.items() for name in names]
    places = {area: locate(area + "中山路1號") for area in areas}
    assert {place.precision for place in places.values()} == {PlacePrecision.DISTRICT}
    assert all(p.point is not None and nearest_area(p.point) == a for a, p in places.items())


@pytest.mark.parametrize(
    ("address", "area", "zone"),
    [
        ("台北市信義區信義路五段7號", "台北市信義區", Zone.NORTH),
        ("110臺北市信義區信義路五段7號", "台北市信義區", Zone.NORTH),
        ("台北縣板橋市文化路一段1號", "新北市板橋區", Zone.NORTH),
        ("南投縣信義鄉明德街1號", "南投縣信義鄉", Zone.REMOTE),
    ],
)
def test_an_address_is_in_the_middle_of_its_district(address: str, area: str, zone: Zone) -> None:
    place = locate(address)
    assert (place.area, place.zone, place.precision) == (area, zone, PlacePrecision.DISTRICT)


@pytest.mark.parametrize("address", ["", "信義路五段7號", "台北市信義路五段7號", "???"])
def test_without_county_and_district_there_is_no_place(address: str) -> None:
    assert (locate(address).point, locate(address).precision) == (None, PlacePrecision.UNKNOWN)


def test_a_pin_beats_the_address_and_knows_its_district() -> None:
    pin = Location(latitude=Decimal("22.6273"), longitude=Decimal("120.3014"))
    place = locate("台北市信義區信義路五段7號", pin)
    assert (place.precision, place.zone) == (PlacePrecision.EXACT, Zone.SOUTH)
    assert place.area.startswith("高雄市")


def test_the_globe_is_measured_in_metres() -> None:
    taipei, kaohsiung = Point(25.0478, 121.5170), Point(22.6394, 120.3025)
    assert distance_m(taipei, kaohsiung) == pytest.approx(294_500, rel=0.005)


def known_by_district(address: str, at: Spot = WAREHOUSE, zone: Zone = Zone.NORTH) -> Spot:
    return Spot(at.point, zone, is_exact=False, address=address)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (spot(0), spot(1), Leg(1350, 221)),
        (spot(1), spot(0), Leg(1350, 221)),
        (known_by_district("A路1號"), known_by_district("A路2號"), Leg(700, 115)),
        (known_by_district("A路1號"), spot(0), Leg(700, 115)),
        (known_by_district("A路1號"), known_by_district("A路1號"), Leg(0, 0)),
        (spot(0), Spot(spot(1).point, Zone.REMOTE), Leg(1350, 221)),
        (
            Spot(spot(0).point, Zone.REMOTE),
            Spot(spot(1).point, Zone.REMOTE),
            Leg(1350, 139),
        ),
    ],
)
def test_a_drive_takes_a_detour_at_the_slower_zones_speed(
    start: Spot, end: Spot, expected: Leg
) -> None:
    found = leg(start, end, DEFAULTS)
    assert found.metres == pytest.approx(expected.metres, abs=2)
    assert found.seconds == pytest.approx(expected.seconds, abs=1)


@given(
    st.lists(
        st.builds(
            Spot,
            st.builds(Point, st.floats(21.9, 25.3), st.floats(119.3, 122.0)),
            st.sampled_from(Zone),
            st.booleans(),
            st.sampled_from(["", "A路1號", "B路2號"]),
        ),
        max_size=6,
    )
)
def test_all_drives_at_once_are_the_same_as_one_by_one(spots: list[Spot]) -> None:
    metres, seconds = drives(spots, DEFAULTS)
    for row, start in enumerate(spots):
        for column, end in enumerate(spots):
            single = Leg(0, 0) if row == column else leg(start, end, DEFAULTS)
            assert metres[row][column] == pytest.approx(single.metres, abs=1)
            assert seconds[row][column] == pytest.approx(single.seconds, abs=1)
