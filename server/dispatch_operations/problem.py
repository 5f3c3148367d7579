"""A day's planning as plain values: what goes to the solver's process, and what comes back.

Times are seconds since midnight in Taipei, weights kilograms of gas.
"""

from dataclasses import dataclass

from app.wire.dispatch import UnassignedReason
from app.wire.fleet import DispatchSettings
from server.dispatch_operations.travel import Spot


@dataclass(frozen=True, slots=True)
class Task:
    """An order to be brought: the driver arrives between `earliest` and `latest`, then serves.

    `locked_to` names the driver that a dispatcher chose.
    """

    order_id: str
    spot: Spot
    weight_kg: int
    service_s: int
    earliest: int
    latest: int
    is_urgent: bool = False
    area: str = ""
    locked_to: str = ""


@dataclass(frozen=True, slots=True)
class Van:
    """A driver with a vehicle, from where and when it is free until it must be back.

    `loaded_kg` of its capacity belongs to stops of the present `trip` that are fixed already.
    """

    driver_id: str
    vehicle_id: str
    capacity_kg: int
    begins: Spot
    starts_at: int
    ends_at: int
    areas: tuple[str, ...] = ()
    loaded_kg: int = 0
    trip: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a plan depends on."""

    warehouse: Spot
    tasks: tuple[Task, ...]
    vans: tuple[Van, ...]
    settings: DispatchSettings
    seed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """An order with its arrival; `trip` counts the returns to the warehouse from 1."""

    order_id: str
    trip: int
    arrival: int


@dataclass(frozen=True, slots=True)
class Tour:
    """What one van does: stops in order, kilometres of road in metres, back at `ends_at`."""

    driver_id: str
    stops: tuple[PlannedStop, ...]
    metres: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Every order of the problem is in one tour, or left out with a reason."""

    tours: tuple[Tour, ...]
    left_out: dict[str, UnassignedReason]
