"""Planning a day: read it, solve it in another process, write down what came out.

See docs/decisions/100-pyvrp.md and 101-planning-beside-the-day.md.
"""

import asyncio
import time
from collections.abc import Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from multiprocessing import active_children, get_context

import asyncpg

from app.wire.dispatch import (
    DayPlan,
    DispatchOrderState,
    DispatchStop,
    UnassignedOrder,
    UnassignedReason,
)
from server.dispatch_operations import owed
from server.dispatch_operations.day import FIXED, Day, Effort, instant_of, read_day
from server.dispatch_operations.problem import Plan, PlannedStop, Problem
from server.dispatch_operations.routes import routes
from server.dispatch_operations.solver import solve
from server.dispatch_operations.stored import lock_day, orders_of
from server.outbox.owing import Owed, owe
from server.refusals import Conflict

LONGEST_WAIT_S = 120
NEWS_AFTER_S = 600


def solver_process() -> Executor:
    """A process of its own: the solver computes without a pause, and requests must not wait."""
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))


async def plan_day(pool: asyncpg.Pool, day: date, effort: Effort, now: datetime) -> DayPlan:
    """Plan what is open on a day, assign it, and owe the news; raises `Conflict` (PLANNING).

    Stops under way and locked ones stay; orders that change meanwhile are left as they are.
    """
    started = time.monotonic()
    await _claim(pool, day)
    try:
        async with pool.acquire() as connection:
            read = await read_day(connection, day, now, effort)
        plan = await _solve(read.problem)
        async with pool.acquire() as connection, connection.transaction():
            await lock_day(connection, day)
            unassigned = await _Writer(connection, read, plan).write()
            tours = await routes(connection, day)
    finally:
        await asyncio.shield(_release(pool, day))
    seconds = Decimal(time.monotonic() - started).quantize(Decimal("0.01"))
    return DayPlan(routes=tours.routes, unassigned=unassigned, seed=effort.seed, seconds=seconds)


async def _solve(problem: Problem) -> Plan:
    if not problem.tasks:
        return Plan((), {})
    before = set(active_children())
    apart = solver_process()
    try:
        return await asyncio.get_running_loop().run_in_executor(apart, solve, problem)
    except asyncio.CancelledError:
        for child in set(active_children()) - before:
            child.terminate()  # nobody waits for the plan any more
        raise
    finally:
        apart.shutdown(wait=False, cancel_futures=True)


async def _claim(pool: asyncpg.Pool, day: date) -> None:
    claimed = await pool.fetchval(
        """INSERT INTO dispatch_plans (delivery_date, busy_until)
           VALUES ($1, now() + make_interval(secs => $2))
           ON CONFLICT (delivery_date) DO UPDATE SET busy_until = excluded.busy_until
           WHERE dispatch_plans.busy_until IS NULL OR dispatch_plans.busy_until < now()
           RETURNING 1""",
        *(day, LONGEST_WAIT_S),
    )
    if claimed is None:
        raise Conflict("PLANNING", f"{day} is being planned right now: wait for that plan.")


async def _release(pool: asyncpg.Pool, day: date) -> None:
    await pool.execute("UPDATE dispatch_plans SET busy_until = NULL WHERE delivery_date = $1", day)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the plan puts an order."""

    driver_id: str
    vehicle_id: str
    planned: PlannedStop


class _Writer:
    """Writes a plan down; the day is locked."""

    def __init__(self, connection: asyncpg.Connection, read: Day, plan: Plan) -> None:
        self._connection = connection
        self._read = read
        self._plan = plan
        self._now = datetime.now(UTC)

    async def write(self) -> tuple[UnassignedOrder, ...]:
        """Stops, states and what is owed; the orders that are left out."""
        present = {o.order.order_id: o for o in await orders_of(self._connection, self._read.day)}
        unchanged = {
            order_id
            for order_id, before in self._read.open_orders.items()
            if order_id in present and _is_unchanged(before, present[order_id])
        }
        stops = self._stops(present, unchanged)
        left_out = {
            order_id: reason
            for order_id, reason in (self._read.unplaced | self._plan.left_out).items()
            if order_id in unchanged
        }
        await self._store(stops, left_out)
        await owe(self._connection, self._news(present, stops))
        return tuple(UnassignedOrder(order_id=i, reason=r) for i, r in sorted(left_out.items()))

    def _stops(
        self, present: Mapping[str, DispatchOrderState], unchanged: set[str]
    ) -> dict[str, DispatchStop]:
        """The new stops; each tour goes on behind what stays as it is."""
        vehicles = {van.driver_id: van.vehicle_id for van in self._read.problem.vans}
        staying = [o for i, o in present.items() if o.stop is not None and i not in unchanged]
        locked = {(i, o.stop.driver_id) for i, o in present.items() if o.stop and o.stop.is_locked}
        names = self._dispatch_ids(present)
        stops: dict[str, DispatchStop] = {}
        for tour in self._plan.tours:
            mine = [o.stop for o in staying if o.stop and o.stop.driver_id == tour.driver_id]
            sequence = max((stop.sequence for stop in mine), default=0)
            for planned in tour.stops:
                if planned.order_id not in unchanged:
                    continue
                sequence += 1
                stops[planned.order_id] = DispatchStop(
                    dispatch_id=names[tour.driver_id],
                    driver_id=tour.driver_id,
                    vehicle_id=mine[0].vehicle_id if mine else vehicles[tour.driver_id],
                    sequence=sequence,
                    trip=planned.trip,
                    estimated_arrival=instant_of(self._read.day, planned.arrival).astimezone(UTC),
                    is_locked=(planned.order_id, tour.driver_id) in locked,
                )
        return stops

    def _dispatch_ids(self, present: Mapping[str, DispatchOrderState]) -> dict[str, str]:
        """One number per driver and day; a driver who has one keeps it."""
        known = {o.stop.driver_id: o.stop.dispatch_id for o in present.values() if o.stop}
        taken = set(known.values())
        free = (
            name
            for number in range(1, 1000 + len(taken))
            if (name := f"D-{self._read.day:%Y%m%d}-{number:03}") not in taken
        )
        for tour in self._plan.tours:
            if tour.driver_id not in known:
                known[tour.driver_id] = next(free)
        return known

    async def _store(
        self, stops: Mapping[str, DispatchStop], left_out: Mapping[str, UnassignedReason]
    ) -> None:
        await self._connection.execute(
            "DELETE FROM dispatch_stops WHERE order_id = ANY($1)", [*stops, *left_out]
        )
        await self._connection.executemany(
            """INSERT INTO dispatch_stops (order_id, delivery_date, driver_id, vehicle_id,
                   dispatch_id, sequence, trip, estimated_arrival, is_locked, assigned_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
            [
                (
                    *(order_id, self._read.day, stop.driver_id, stop.vehicle_id, stop.dispatch_id),
                    *(stop.sequence, stop.trip, stop.estimated_arrival, stop.is_locked, self._now),
                )
                for order_id, stop in stops.items()
            ],
        )
        await self._connection.execute(
            """UPDATE dispatch_orders SET state = 'ASSIGNED', reason = NULL
               WHERE order_id = ANY($1) AND (state, reason) IS DISTINCT FROM ('ASSIGNED', NULL)""",
            list(stops),
        )
        await self._connection.execute(
            """UPDATE dispatch_orders SET state = 'WAITING', reason = why.reason
               FROM unnest($1::text[], $2::text[]) AS why (order_id, reason)
               WHERE dispatch_orders.order_id = why.order_id""",
            *(list(left_out), [reason.value for reason in left_out.values()]),
        )
        await self._connection.execute(
            """UPDATE dispatch_plans SET planned_at = $2, seed = $3, planned = $4, unassigned = $5
               WHERE delivery_date = $1""",
            *(self._read.day, self._now, self._read.problem.seed, len(stops), len(left_out)),
        )

    def _news(
        self, present: Mapping[str, DispatchOrderState], stops: Mapping[str, DispatchStop]
    ) -> list[Owed]:
        return [
            owed.assigned(order_id, stop, self._now)
            for order_id, stop in stops.items()
            if _is_news(present[order_id].stop, stop)
        ]


def _is_unchanged(before: DispatchOrderState, now: DispatchOrderState) -> bool:
    return now.state not in FIXED and (before.version, before.stop) == (now.version, now.stop)


def _is_news(before: DispatchStop | None, now: DispatchStop) -> bool:
    """Another driver or vehicle, or an arrival that moved by ten minutes or more."""
    if before is None or (before.driver_id, before.vehicle_id) != (now.driver_id, now.vehicle_id):
        return True
    moved = (before.estimated_arrival - now.estimated_arrival).total_seconds()
    return abs(moved) >= NEWS_AFTER_S
