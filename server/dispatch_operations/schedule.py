"""When a van is where: the same arithmetic for plans, checks and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from server.dispatch_operations.problem import PlannedStop, Problem, Task, Tour, Van
from server.dispatch_operations.travel import Spot, leg

Trips = Sequence[Sequence[Task]]


@dataclass
class Drive:
    """A van on its way through the day; `add` and `reload` move it on."""

    problem: Problem
    van: Van
    now: int
    at: Spot = field(init=False)
    load_kg: int = field(init=False)
    trip: int = field(init=False)
    metres: int = 0
    stops: list[PlannedStop] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.at, self.load_kg, self.trip = self.van.begins, self.van.loaded_kg, self.van.trip

    def fits(self, task: Task) -> bool:
        """Whether capacity, the order's window and the driver's shift allow it as the next stop."""
        arrival = self._arrival(task)
        back = leg(task.spot, self.problem.warehouse, self.problem.settings).seconds
        return (
            self.load_kg + task.weight_kg <= self.van.capacity_kg
            and arrival <= task.latest
            and arrival + task.service_s + back <= self.van.ends_at
        )

    def add(self, task: Task) -> None:
        """Drive there, wait for the window, serve."""
        arrival = self._arrival(task)
        self.metres += leg(self.at, task.spot, self.problem.settings).metres
        self.at, self.now = task.spot, arrival + task.service_s
        self.load_kg += task.weight_kg
        self.stops.append(PlannedStop(task.order_id, self.trip, arrival))

    def reload(self) -> None:
        """Return to the warehouse and load for the next trip."""
        self._return()
        self.now += self.problem.settings.loading_minutes * 60
        self.load_kg, self.trip = 0, self.trip + 1

    def tour(self) -> Tour:
        """The day as driven, with the way home."""
        self._return()
        return Tour(self.van.driver_id, tuple(self.stops), self.metres, self.now)

    def _arrival(self, task: Task) -> int:
        drive = leg(self.at, task.spot, self.problem.settings)
        return max(self.now + drive.seconds, task.earliest)

    def _return(self) -> None:
        home = leg(self.at, self.problem.warehouse, self.problem.settings)
        self.metres += home.metres
        self.now += home.seconds
        self.at = self.problem.warehouse


def drive(problem: Problem, van: Van, starts_at: int, trips: Trips) -> Tour:
    """The tour that serves these trips; tasks that do not fit into it after all are missing.

    A task that a dispatcher locked to this driver is served in any case, if need be late.
    """
    under_way = Drive(problem, van, max(starts_at, van.starts_at))
    for number, trip in enumerate(trips):
        if number and (under_way.stops or under_way.van.loaded_kg):
            under_way.reload()
        for task in trip:
            if under_way.fits(task) or task.locked_to == van.driver_id:
                under_way.add(task)
    return under_way.tour()
