"""The day's tours by PyVRP, run in a process of its own. See docs/decisions/100-pyvrp.md.

What the solver proposes is driven once more by `schedule`, so that no window, capacity or shift is
ever broken, however little time there was to think.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.wire.dispatch import UnassignedReason
from server.dispatch_operations.insertion import cheapest, trips_of
from server.dispatch_operations.problem import Plan, Problem, Task, Tour, Van
from server.dispatch_operations.schedule import Drive, drive

URGENT_WITHIN_S = 2 * 3600


def solve(problem: Problem) -> Plan:
    """Tours for the problem's tasks; thinks for about `problem.seconds` or less.

    Twice that when not all urgent orders could come first: the search starts over without that.
    Orders that found no place are tried one by one for as long again.
    """
    left_out = {t.order_id: r for t in problem.tasks if (r := _hopeless(problem, t)) is not None}
    hopeful = [task for task in problem.tasks if task.order_id not in left_out]
    tours, missing = _tours(problem, [_hurried(problem, task) for task in hopeful])
    if any(task.is_urgent for task in missing):
        tours, missing = _tours(problem, hopeful)
    tours, missing = _inserted(problem, tours, missing)
    tours, missing = _with_locked(problem, tours, missing)
    return Plan(tuple(tours.values()), left_out | _reasons(problem, tours, missing))


def _tours(problem: Problem, tasks: Sequence[Task]) -> tuple[dict[str, Tour], list[Task]]:
    """Tours by driver, and the tasks that found no place."""
    # The solver takes as long to import as the rest of the server, and runs elsewhere.
    from server.dispatch_operations import vrp

    tours: dict[str, Tour] = {}
    for van, starts_at, trips in vrp.routes(replace(problem, tasks=tuple(tasks))):
        tour = drive(problem, van, starts_at, trips)
        if tour.stops:
            tours[van.driver_id] = tour
    return tours, _missing(tours, tasks)


def _missing(tours: Mapping[str, Tour], tasks: Sequence[Task]) -> list[Task]:
    placed = {stop.order_id for tour in tours.values() for stop in tour.stops}
    return [task for task in tasks if task.order_id not in placed]


def _hurried(problem: Problem, task: Task) -> Task:
    """An urgent order comes first: within two hours of its slot's begin, or of now."""
    if not task.is_urgent or not problem.vans:
        return task
    first = max(task.earliest, min(van.starts_at for van in problem.vans))
    return replace(task, latest=min(task.latest, first + URGENT_WITHIN_S))


def _inserted(
    problem: Problem, tours: Mapping[str, Tour], missing: Sequence[Task]
) -> tuple[dict[str, Tour], list[Task]]:
    """What the solver overlooked in its short time goes where it costs least."""
    changed, ends = dict(tours), time.monotonic() + problem.seconds
    for task in sorted(missing, key=lambda task: (not task.locked_to, not task.is_urgent)):
        if time.monotonic() > ends:
            break
        place = cheapest(problem, changed, task)
        if place is not None:
            changed[place.driver_id] = place.tour
    return changed, _missing(changed, missing)


def _with_locked(
    problem: Problem, tours: Mapping[str, Tour], missing: Sequence[Task]
) -> tuple[dict[str, Tour], list[Task]]:
    """Locked tasks that found no place stay with their driver all the same: at the end, late."""
    tasks = {task.order_id: task for task in problem.tasks}
    changed = dict(tours)
    for van in problem.vans:
        mine = [task for task in missing if task.locked_to == van.driver_id]
        if not mine:
            continue
        trips = trips_of(van, changed.get(van.driver_id), tasks)
        trips[-1] += mine
        changed[van.driver_id] = drive(problem, van, van.starts_at, trips)
    return changed, _missing(changed, missing)


def _hopeless(problem: Problem, task: Task) -> UnassignedReason | None:
    """Why nobody could bring this order even if it were the only one."""
    if not problem.vans:
        return UnassignedReason.NO_DRIVERS
    if task.locked_to:
        return None
    if task.weight_kg > max(van.capacity_kg for van in problem.vans):
        return UnassignedReason.TOO_HEAVY
    if task.latest < min(van.starts_at for van in problem.vans):
        return UnassignedReason.SLOT_PASSED
    if any(_alone(problem, van, task) for van in problem.vans):
        return None
    return UnassignedReason.OUT_OF_REACH


def _alone(problem: Problem, van: Van, task: Task) -> bool:
    at_once = Drive(problem, van, van.starts_at)
    if at_once.fits(task):
        return True
    if van.trip >= problem.settings.trips:
        return False
    at_once.reload()
    return at_once.fits(task)


def _reasons(
    problem: Problem, tours: Mapping[str, Tour], missing: Sequence[Task]
) -> dict[str, UnassignedReason]:
    """Why each of these found no place: full vehicles, or busy drivers."""
    tasks = {task.order_id: task for task in problem.tasks}
    room = max((_room(problem, van, tours, tasks) for van in problem.vans), default=0)
    full, busy = UnassignedReason.NO_CAPACITY, UnassignedReason.NO_TIME
    return {task.order_id: busy if task.weight_kg <= room else full for task in missing}


def _room(problem: Problem, van: Van, tours: Mapping[str, Tour], tasks: Mapping[str, Task]) -> int:
    """Kilograms that the van could still take on one of its trips."""
    trips = trips_of(van, tours.get(van.driver_id), tasks)
    if van.trip - 1 + len(trips) < problem.settings.trips:
        return van.capacity_kg
    loads = [sum(task.weight_kg for task in trip) for trip in trips]
    loads[0] += van.loaded_kg
    return van.capacity_kg - min(loads)
