"""The day's tours by PyVRP, run in a process of its own. See docs/decisions/100-pyvrp.md.

What the solver proposes is driven once more by `schedule`, so that no window, capacity or shift is
ever broken, however little time there was to think.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.wire.dispatch import UnassignedReason
from server.dispatch_operations import vrp
from server.dispatch_operations.problem import Plan, Problem, Task, Tour, Van
from server.dispatch_operations.schedule import Drive, Trips, drive

URGENT_WITHIN_S = 2 * 3600


def solve(problem: Problem) -> Plan:
    """Tours for the problem's tasks; runs for `problem.seconds` or less."""
    left_out = {t.order_id: r for t in problem.tasks if (r := _hopeless(problem, t)) is not None}
    hopeful = tuple(task for task in problem.tasks if task.order_id not in left_out)
    tours, dropped = _tours(problem, [_hurried(problem, task) for task in hopeful])
    if any(task.is_urgent for task in dropped):
        # Not all urgent ones can come first: what counts then is that they come in their slot.
        tours, dropped = _tours(problem, hopeful)
    tours, dropped = _with_locked(problem, tours, dropped)
    left_out |= {task.order_id: _why(problem, tours, task) for task in dropped}
    return Plan(tuple(tours.values()), left_out)


def _tours(problem: Problem, tasks: Sequence[Task]) -> tuple[dict[str, Tour], list[Task]]:
    """Tours by driver, and the tasks that found no place."""
    tours: dict[str, Tour] = {}
    missing = {task.order_id: task for task in tasks}
    for van, starts_at, trips in vrp.routes(replace(problem, tasks=tuple(tasks))):
        tour, _ = drive(problem, van, starts_at, trips)
        if tour.stops:
            tours[van.driver_id] = tour
        for stop in tour.stops:
            missing.pop(stop.order_id)
    return tours, list(missing.values())


def _hurried(problem: Problem, task: Task) -> Task:
    """An urgent order comes first: within two hours of its slot's begin, or of now."""
    if not task.is_urgent:
        return task
    first = min((van.starts_at for van in problem.vans), default=0)
    return replace(task, latest=min(task.latest, max(task.earliest, first) + URGENT_WITHIN_S))


def _with_locked(
    problem: Problem, tours: Mapping[str, Tour], dropped: Sequence[Task]
) -> tuple[dict[str, Tour], list[Task]]:
    """Locked tasks that found no place stay with their driver all the same: at the end, late."""
    locked = [task for task in dropped if task.locked_to]
    if not locked:
        return dict(tours), list(dropped)
    tasks = {task.order_id: task for task in problem.tasks}
    changed = dict(tours)
    for van in problem.vans:
        mine = [task for task in locked if task.locked_to == van.driver_id]
        if mine:
            trips = [[tasks[s.order_id] for s in trip] for trip in _trips(tours.get(van.driver_id))]
            changed[van.driver_id], _ = drive(problem, van, van.starts_at, [*trips, mine])
    placed = {stop.order_id for tour in changed.values() for stop in tour.stops}
    return changed, [task for task in dropped if task.order_id not in placed]


def _trips(tour: Tour | None) -> list[list[vrp.PlannedStop]]:
    trips: dict[int, list[vrp.PlannedStop]] = {}
    for stop in tour.stops if tour else ():
        trips.setdefault(stop.trip, []).append(stop)
    return list(trips.values())


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


def _why(problem: Problem, tours: Mapping[str, Tour], task: Task) -> UnassignedReason:
    """Full vehicles or busy drivers."""
    tasks = {one.order_id: one for one in problem.tasks}
    for van in problem.vans:
        tour = tours.get(van.driver_id)
        last = tour.stops[-1].trip if tour else van.trip
        loaded = sum(
            tasks[s.order_id].weight_kg for s in (tour.stops if tour else ()) if s.trip == last
        )
        loaded += van.loaded_kg if last == van.trip else 0
        if last < problem.settings.trips or loaded + task.weight_kg <= van.capacity_kg:
            return UnassignedReason.NO_TIME
    return UnassignedReason.NO_CAPACITY


__all__ = ["Trips", "solve"]
