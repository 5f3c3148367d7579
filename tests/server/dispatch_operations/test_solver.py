"""Plans: every order once, nothing broken, and the right reason for what is left out."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.wire.dispatch import UnassignedReason
from server.dispatch_operations.problem import Plan, Problem, Task, Van
from server.dispatch_operations.solver import solve
from tests.server.dispatch_operations.problems import (
    AFTERNOON,
    EVENING,
    HOUR,
    MORNING,
    mistakes,
    problem,
    spot,
    task,
    van,
)

kilometres = st.floats(-25, 25).map(lambda x: round(x, 2))
spots = st.builds(spot, kilometres, kilometres)
slots = st.sampled_from([MORNING, AFTERNOON, EVENING])
areas = st.sampled_from([(), ("台北市",), ("台北市信義區", "新北市")])


@st.composite
def tasks(draw: st.DrawFn) -> list[Task]:
    count = draw(st.integers(0, 14))
    return [
        task(
            f"O{number}",
            draw(slots),
            spot=draw(spots),
            weight_kg=draw(st.integers(0, 450)),
            service_s=draw(st.integers(0, 2400)),
            is_urgent=draw(st.booleans()),
            area=draw(st.sampled_from(["", "台北市信義區", "新北市板橋區", "基隆市仁愛區"])),
        )
        for number in range(count)
    ]


@st.composite
def vans(draw: st.DrawFn) -> list[Van]:
    found = []
    for number in range(draw(st.integers(0, 4))):
        starts = draw(st.integers(6 * HOUR, 16 * HOUR))
        capacity = draw(st.integers(100, 800))
        found.append(
            van(
                f"D{number}",
                begins=draw(spots),
                starts_at=starts,
                ends_at=starts + draw(st.integers(HOUR, 9 * HOUR)),
                capacity_kg=capacity,
                loaded_kg=draw(st.integers(0, capacity)),
                trip=draw(st.integers(1, 3)),
                areas=draw(areas),
            )
        )
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tasks(), vans())
def test_every_order_is_in_one_tour_or_left_out_and_nothing_is_broken(
    wanted: list[Task], fleet: list[Van]
) -> None:
    posed = problem(wanted, fleet, seconds=0.05)
    assert mistakes(posed, solve(posed)) == []


@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_however_short_the_time_nothing_is_broken(seconds: float) -> None:
    crowd = [task(f"O{n}", spot=spot(n % 7, n % 5), weight_kg=30 + n) for n in range(40)]
    posed = problem(crowd, [van(f"D{n}", capacity_kg=300) for n in range(3)], seconds)
    assert mistakes(posed, solve(posed)) == []


def reason(plan: Plan, order_id: str = "O1") -> UnassignedReason | None:
    return plan.left_out.get(order_id)


@pytest.mark.parametrize(
    ("wanted", "fleet", "expected"),
    [
        ([task()], [van()], None),
        ([task()], [], UnassignedReason.NO_DRIVERS),
        ([task(weight_kg=401)], [van()], UnassignedReason.TOO_HEAVY),
        ([task(weight_kg=400)], [van()], None),
        ([task(slot=MORNING)], [van(starts_at=12 * HOUR + 1)], UnassignedReason.SLOT_PASSED),
        ([task(slot=MORNING)], [van(starts_at=12 * HOUR - 60)], UnassignedReason.OUT_OF_REACH),
        ([task(slot=EVENING)], [van(ends_at=18 * HOUR)], UnassignedReason.OUT_OF_REACH),
        ([task(spot=spot(200))], [van()], UnassignedReason.OUT_OF_REACH),
        ([task()], [van(loaded_kg=380)], None),
        ([task()], [van(loaded_kg=380, trip=3)], UnassignedReason.OUT_OF_REACH),
    ],
)
def test_one_order_is_planned_or_left_out_for_its_reason(
    wanted: list[Task], fleet: list[Van], expected: UnassignedReason | None
) -> None:
    assert reason(solve(problem(wanted, fleet))) == expected


def test_what_exceeds_all_trips_is_left_out_for_capacity() -> None:
    plan = solve(problem([task(f"O{n}", weight_kg=100) for n in range(5)], [van()], trips=1))
    assert list(plan.left_out.values()) == [UnassignedReason.NO_CAPACITY]


def test_what_exceeds_the_hours_is_left_out_for_time() -> None:
    slow = [task(f"O{n}", MORNING, service_s=2 * HOUR) for n in range(4)]
    plan = solve(problem(slow, [van()]))
    assert list(plan.left_out.values()) == [UnassignedReason.NO_TIME]


def test_a_driver_returns_to_load_for_another_trip() -> None:
    posed = problem([task(f"O{n}", weight_kg=150) for n in range(6)], [van()])
    plan = solve(posed)
    assert mistakes(posed, plan) == []
    assert [stop.trip for stop in plan.tours[0].stops] == [1, 1, 2, 2, 3, 3]


def test_urgent_orders_are_not_left_out_for_normal_ones() -> None:
    crowd = [task(f"N{n}", weight_kg=100) for n in range(6)]
    urgent = [task(f"U{n}", weight_kg=100, is_urgent=True, spot=spot(-9)) for n in range(3)]
    plan = solve(problem(crowd + urgent, [van()], trips=1))
    assert {"U0", "U1", "U2"} & plan.left_out.keys() == set()
    assert len(plan.left_out) == 5


def test_an_urgent_order_comes_within_two_hours_of_its_slot() -> None:
    crowd = [task(f"N{n}", spot=spot(1, n / 3), service_s=1200) for n in range(12)]
    urgent = task("U", is_urgent=True, spot=spot(-8, -8))
    posed = problem([*crowd, urgent], [van()])
    plan = solve(posed)
    arrival = next(s.arrival for s in plan.tours[0].stops if s.order_id == "U")
    assert mistakes(posed, plan) == []
    assert arrival <= 14 * HOUR


def test_when_not_all_urgent_ones_can_come_first_they_come_within_their_slot() -> None:
    urgent = [task(f"U{n}", is_urgent=True, service_s=HOUR) for n in range(5)]
    posed = problem(urgent, [van()])
    plan = solve(posed)
    assert (mistakes(posed, plan), plan.left_out) == ([], {})


def test_a_locked_order_goes_with_its_driver() -> None:
    fleet = [van("D0"), van("D1"), van("D2")]
    near = [task(f"O{n}", spot=spot(2, n), locked_to=f"D{n % 3}") for n in range(9)]
    posed = problem([*near, task("free", spot=spot(2, 2))], fleet)
    plan = solve(posed)
    assert (mistakes(posed, plan), plan.left_out) == ([], {})


def test_a_locked_order_that_no_longer_fits_stays_with_its_driver_late() -> None:
    posed = problem(
        [task("late", MORNING, locked_to="D0"), task("free", EVENING)],
        [van("D0", starts_at=13 * HOUR), van("D1")],
    )
    plan = solve(posed)
    tours = {tour.driver_id: [stop.order_id for stop in tour.stops] for tour in plan.tours}
    assert "late" in tours["D0"]
    assert plan.left_out == {}


def test_a_driver_prefers_the_own_districts() -> None:
    east, west = "台北市信義區", "新北市板橋區"
    crowd = [
        task(f"{area}{n}", area=area, spot=spot(2, side), weight_kg=130)
        for area, side in ((east, 3), (west, -3))
        for n in range(3)
    ]
    fleet = [van("east", areas=(east,)), van("west", areas=(west,))]
    plan = solve(problem(crowd, fleet, trips=1))
    by_driver = {tour.driver_id: {s.order_id[:6] for s in tour.stops} for tour in plan.tours}
    assert by_driver == {"east": {east}, "west": {west}}


def test_the_same_seed_gives_the_same_plan_when_the_search_ends_by_itself() -> None:
    crowd = [task(f"O{n}", spot=spot(n % 4, n % 3)) for n in range(8)]
    posed = replace(problem(crowd, [van("D0"), van("D1")]), seconds=30.0)
    assert solve(posed) == solve(posed)


def test_nothing_to_do_is_an_empty_plan() -> None:
    posed: Problem = problem([], [van()])
    assert solve(posed) == Plan((), {})
