"""The day's problem in PyVRP's words, and its answer in ours.

Costs are metres; leaving an order out costs more than any detour, an urgent one ten times that, a
locked one a hundred times.
"""

import warnings
from collections.abc import Iterator

import numpy as np
import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxRuntime, MultipleCriteria, NoImprovement

from server.dispatch_operations.matrix import Matrix, drives
from server.dispatch_operations.problem import Problem, Task, Van
from server.dispatch_operations.schedule import Trips
from server.dispatch_operations.travel import Leg, Spot, leg

LEFT_OUT = 3_000_000
URGENT_LEFT_OUT = 10 * LEFT_OUT
LOCKED_LEFT_OUT = 100 * LEFT_OUT
ELSEWHERE_FACTOR = 1.25
FORBIDDEN = Leg(2 * LEFT_OUT, 10 * 86_400)
STEPS_WITHOUT_GAIN = 1500


def routes(problem: Problem) -> Iterator[tuple[Van, int, Trips]]:
    """Van, start in seconds since midnight, and tasks by trip, for each van that drives."""
    if not problem.tasks or not problem.vans:
        return
    stop = MultipleCriteria([MaxRuntime(problem.seconds), NoImprovement(STEPS_WITHOUT_GAIN)])
    with warnings.catch_warnings():
        # A day on which not everything fits is no mistake in the data.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        found = pyvrp.solve(
            _data(problem), stop, seed=problem.seed, collect_stats=False, display=False
        )
    for route in found.best.routes():
        van, trips = problem.vans[route.vehicle_type()], _trips(problem, route)
        if _loads_first(problem, van):
            yield van, van.starts_at, [[], *trips]
        else:
            yield van, route.start_time(), trips


def _trips(problem: Problem, route: pyvrp.Route) -> Trips:
    """Tasks by trip; the first trip is empty when the van loads before anything else."""
    trips: list[list[Task]] = [[]]
    for step in list(route)[1:-1]:
        if step.is_client():
            trips[-1].append(problem.tasks[step.idx])
        else:
            trips.append([])
    return [trip for number, trip in enumerate(trips) if trip or not number]


def _data(problem: Problem) -> pyvrp.ProblemData:
    """Location 0 is the warehouse, then one per task, then one per van that is under way."""
    begins = [van.begins for van in problem.vans]
    spots: list[Spot] = [problem.warehouse, *(task.spot for task in problem.tasks), *begins]
    distances, durations = drives(spots, problem.settings)
    profiles = list(dict.fromkeys(_profile(problem, van) for van in problem.vans))
    shaped = [_shaped(problem, profile, distances, durations) for profile in profiles]
    numbers = {profile: number for number, profile in enumerate(profiles)}
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in spots],
        [_client(number, task) for number, task in enumerate(problem.tasks, 1)],
        _depots(problem),
        [
            _vehicle(problem, number, numbers[_profile(problem, van)])
            for number, van in enumerate(problem.vans)
        ],
        [matrix for matrix, _ in shaped],
        [matrix for _, matrix in shaped],
    )


def _depots(problem: Problem) -> list[pyvrp.Depot]:
    """Home, the same place for reloading in between, and where each van begins."""
    loading = problem.settings.loading_minutes * 60
    first = 1 + len(problem.tasks)
    starts = [pyvrp.Depot(first + number) for number in range(len(problem.vans))]
    return [pyvrp.Depot(0), pyvrp.Depot(0, service_duration=loading), *starts]


def _client(number: int, task: Task) -> pyvrp.Client:
    prize = URGENT_LEFT_OUT if task.is_urgent else LEFT_OUT
    return pyvrp.Client(
        number,
        delivery=[task.weight_kg],
        service_duration=task.service_s,
        tw_early=task.earliest,
        tw_late=max(task.earliest, task.latest),
        prize=LOCKED_LEFT_OUT if task.locked_to else prize,
        required=False,
    )


def _vehicle(problem: Problem, number: int, profile: int) -> pyvrp.VehicleType:
    van = problem.vans[number]
    reloads = max(0, problem.settings.trips - van.trip) if _is_heavy(problem) else 0
    usual = pyvrp.VehicleType(
        capacity=[van.capacity_kg],
        start_depot=2 + number,
        end_depot=0,
        tw_early=van.starts_at,
        tw_late=van.ends_at,
        profile=profile,
        initial_load=[min(van.loaded_kg, van.capacity_kg)],
        reload_depots=[1] if reloads else [],
        max_reloads=reloads,
    )
    if not _loads_first(problem, van):
        return usual
    home = leg(van.begins, problem.warehouse, problem.settings).seconds
    ready = van.starts_at + home + problem.settings.loading_minutes * 60
    return usual.replace(
        start_depot=0,
        tw_early=min(ready, van.ends_at),
        initial_load=[0],
        max_reloads=max(0, reloads - 1),
    )


def _loads_first(problem: Problem, van: Van) -> bool:
    """A van without room for anything drives home first; the solver would not think of it."""
    lightest = min(task.weight_kg for task in problem.tasks)
    return van.capacity_kg - van.loaded_kg < lightest and van.trip < problem.settings.trips


def _is_heavy(problem: Problem) -> bool:
    """Whether second trips are worth thinking of: they make the search a third slower."""
    wanted = sum(task.weight_kg for task in problem.tasks)
    room = sum(max(0, van.capacity_kg - van.loaded_kg) for van in problem.vans)
    return 2 * wanted > room or any(2 * van.loaded_kg > van.capacity_kg for van in problem.vans)


Profile = tuple[tuple[str, ...], str]


def _profile(problem: Problem, van: Van) -> Profile:
    """Vans with the same preferences and no locked orders of their own share their matrices."""
    locks = any(task.locked_to == van.driver_id for task in problem.tasks)
    return van.areas, van.driver_id if locks else ""


def _shaped(
    problem: Problem, profile: Profile, distances: Matrix, durations: Matrix
) -> tuple[Matrix, Matrix]:
    """The matrices with detours into foreign areas made dearer and foreign locks forbidden."""
    areas, driver_id = profile
    distances, durations = distances.copy(), durations.copy()
    for number, task in enumerate(problem.tasks, 1):
        if task.locked_to and task.locked_to != driver_id:
            distances[:, number] = FORBIDDEN.metres
            durations[:, number] = FORBIDDEN.seconds
        elif areas and not any(task.area.startswith(area) for area in areas):
            distances[:, number] = (distances[:, number] * ELSEWHERE_FACTOR).astype(np.int64)
    np.fill_diagonal(distances, 0)
    np.fill_diagonal(durations, 0)
    return distances, durations
