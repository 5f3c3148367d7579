"""A day of 100 stops and 8 vehicles: the planner against a driver who always takes the nearest."""

import asyncio
import time
from collections.abc import Sequence
from random import Random
from statistics import mean

from app.domain.hours import SLOT_TIMES
from bench.commands import command
from bench.figures import Figure, Size
from bench.shops import Offices
from server.dispatch_operations.fleet import DEFAULTS
from server.dispatch_operations.places import Point, locate
from server.dispatch_operations.problem import Plan, Problem, Task, Van
from server.dispatch_operations.schedule import Drive
from server.dispatch_operations.solver import solve
from server.dispatch_operations.travel import Spot, leg, spot_at

DISTRICTS = (
    *("台北市信義區", "台北市大安區", "台北市中山區", "台北市萬華區", "台北市士林區"),
    *("台北市內湖區", "新北市板橋區", "新北市三重區", "新北市中和區", "新北市新莊區"),
)
STOPS, VANS = 100, 8
SPREAD_DEGREES = 0.01  # about a kilometre around the middle of a district
HOUR = 3600


async def measure(size: Size, _offices: Offices) -> list[Figure]:
    """Kilometres per day, and seconds per plan against the time that the settings allow."""
    days = range(max(1, size.rounds // 40))
    stops = STOPS if size.rounds > 2 else 12
    measured = [await asyncio.to_thread(_day, seed, stops) for seed in days]
    ours, peer, seconds = (mean(column) for column in zip(*measured, strict=True))
    name = f"tours of {stops} stops, {VANS} vehicles"
    return [
        Figure(f"{name}: distance", ours, "nearest next", peer, "km"),
        Figure(f"{name}: time to plan", seconds, "budget", float(DEFAULTS.plan_seconds), "s"),
    ]


def _day(seed: int, stops: int) -> tuple[float, float, float]:
    """Kilometres of the plan and of the peer, and the seconds that the plan took."""
    posed = _problem(Random(seed), stops)
    started = time.perf_counter()
    plan = solve(posed)
    took = time.perf_counter() - started
    metres, served = _nearest_next(posed)
    planned = sum(len(tour.stops) for tour in plan.tours)
    if planned < served:
        raise RuntimeError(f"the planner serves {planned} stops, its peer {served}")
    return _kilometres(plan), metres / 1000, took


def _kilometres(plan: Plan) -> float:
    return sum(tour.metres for tour in plan.tours) / 1000


def _problem(draw: Random, stops: int) -> Problem:
    tasks = tuple(_task(draw, number) for number in range(stops))
    warehouse = spot_at(DEFAULTS.warehouse)
    vans = tuple(_van(number, warehouse) for number in range(VANS))
    seconds = float(DEFAULTS.plan_seconds)
    return Problem(warehouse, tasks, vans, DEFAULTS, seed=1, seconds=seconds)


def _task(draw: Random, number: int) -> Task:
    place = locate(draw.choice(DISTRICTS))
    assert place.point is not None
    assert place.zone is not None
    point = Point(
        place.point.latitude + draw.gauss(0, SPREAD_DEGREES),
        place.point.longitude + draw.gauss(0, SPREAD_DEGREES),
    )
    begins, ends = draw.choices(list(SLOT_TIMES.values()), (5, 4, 1))[0]
    cylinders = draw.choice((1, 1, 2, 2, 2, 3, 4, 6))
    service = 60 * (DEFAULTS.stop_minutes + DEFAULTS.cylinder_minutes * cylinders)
    earliest, latest = begins.hour * HOUR, ends.hour * HOUR
    return Task(f"O{number}", Spot(point, place.zone), 20 * cylinders, service, earliest, latest)


def _van(number: int, warehouse: Spot) -> Van:
    is_early = number < VANS * 5 // 8
    shift = (7.5, 17.0) if is_early else (11.5, 21.5)
    starts, ends = (int(hour * HOUR) for hour in shift)
    return Van(f"D{number}", f"V{number}", 1200, warehouse, starts, ends)


def _nearest_next(posed: Problem) -> tuple[int, int]:
    """Metres and stops of drivers who always go on to where they can serve soonest."""
    left, metres, served = list(posed.tasks), 0, 0
    for van in posed.vans:
        under_way = Drive(posed, van, van.starts_at)
        while (task := _soonest(under_way, left)) is not None:
            under_way.add(task)
            left.remove(task)
        tour = under_way.tour()
        metres, served = metres + tour.metres, served + len(tour.stops)
    return metres, served


def _soonest(under_way: Drive, left: Sequence[Task]) -> Task | None:
    def reached(task: Task) -> tuple[int, int]:
        drive = leg(under_way.at, task.spot, under_way.problem.settings)
        return max(under_way.now + drive.seconds, task.earliest), drive.metres

    return min((task for task in left if under_way.fits(task)), key=reached, default=None)


if __name__ == "__main__":
    command(__doc__, measure)
