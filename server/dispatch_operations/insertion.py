"""The cheapest place for one more order in tours that stand already."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.dispatch_operations.problem import Problem, Task, Tour, Van
from server.dispatch_operations.schedule import drive


@dataclass(frozen=True, slots=True)
class Insertion:
    """A tour with the order in it, and what that costs: metres more than before."""

    driver_id: str
    tour: Tour
    metres: int


def cheapest(problem: Problem, tours: Mapping[str, Tour], task: Task) -> Insertion | None:
    """Where the order costs least and nobody else is left out for it; None when nowhere."""
    tasks = {one.order_id: one for one in problem.tasks}
    found = [
        place
        for van in problem.vans
        if not task.locked_to or task.locked_to == van.driver_id
        for place in _places(problem, van, trips_of(van, tours.get(van.driver_id), tasks), task)
    ]
    return min(found, key=lambda place: place.metres, default=None)


def trips_of(van: Van, tour: Tour | None, tasks: Mapping[str, Task]) -> list[list[Task]]:
    """A tour's tasks by trip, from the van's present trip on."""
    stops = tour.stops if tour else ()
    last = stops[-1].trip if stops else van.trip
    trips: list[list[Task]] = [[] for _ in range(van.trip, last + 1)]
    for stop in stops:
        trips[stop.trip - van.trip].append(tasks[stop.order_id])
    return trips


def _places(problem: Problem, van: Van, trips: list[list[Task]], task: Task) -> Iterator[Insertion]:
    served = sum(len(trip) for trip in trips)
    before = drive(problem, van, van.starts_at, trips).metres if served else 0
    for changed in _with(trips, task, may_grow=van.trip - 1 + len(trips) < problem.settings.trips):
        tour = drive(problem, van, van.starts_at, changed)
        if len(tour.stops) == served + 1:
            yield Insertion(van.driver_id, tour, tour.metres - before)


def _with(trips: list[list[Task]], task: Task, *, may_grow: bool) -> Iterator[list[list[Task]]]:
    """The trips with the task at every place there is, a further trip's among them."""
    for number, trip in enumerate(trips):
        for place in range(len(trip) + 1):
            longer = [*trip[:place], task, *trip[place:]]
            yield [*trips[:number], longer, *trips[number + 1 :]]
    if may_grow:
        yield [*trips, [task]]
