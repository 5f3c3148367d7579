"""Dispatch Operations (spec, internal module 3): orders of a day and tours.

Additions to the spec: reading, withdrawing and pinning orders, drivers' reports, planning.
Drivers, vehicles and positions are in `server.http.fleet`.
"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from app.wire.dispatch import (
    DayPlan,
    DispatchAssignment,
    DispatchOrders,
    DispatchOrderState,
    DispatchSubmission,
    OrderPlace,
    Routes,
    StatusReceipt,
    StatusReport,
)
from app.wire.registers import Role
from server.database.shop import snapshot_of
from server.dispatch_operations import assigning, reports, stored, submission
from server.dispatch_operations.day import Effort
from server.dispatch_operations.fleet import LONGEST_PLAN_S
from server.dispatch_operations.planning import plan_day
from server.dispatch_operations.routes import routes as tours
from server.http.access import DISPATCHERS, EVERYBODY, Allowed
from server.http.days import Day
from server.http.messages import answer, documented, reader
from server.http.samples import ASSIGNMENT, ROUTES, STATUS_REPORT, SUBMISSION
from server.parts import parts_of

router = APIRouter(prefix="/internal/dispatch", tags=["Dispatch Operations"])
reading = [Depends(Allowed(*EVERYBODY, Role.SERVICE))]
writing = [Depends(Allowed(*DISPATCHERS, Role.SERVICE))]
ALL = (401, 403, 404, 409, 422)


@router.post(
    "/orders",
    summary="Submit the orders of a day",
    dependencies=writing,
    **documented(
        DispatchOrders,
        reads=DispatchSubmission,
        errors=(401, 403, 409, 422),
        examples={"body": SUBMISSION},
    ),
)
async def submit(
    request: Request, body: Annotated[DispatchSubmission, Depends(reader(DispatchSubmission))]
) -> Response:
    """Take in one or many orders of a delivery day, all of them or none.

    Repeatable: the same order again changes nothing, a higher `revision` replaces it, another
    day moves it, an older revision is ignored. 409 `UNDER_WAY`, `ALREADY_COMPLETED`.
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        states = await submission.submit(connection, body)
    return answer(DispatchOrders(orders=states))


@router.get(
    "/orders",
    summary="The orders of a day",
    dependencies=reading,
    **documented(DispatchOrders),
)
async def orders(
    request: Request,
    day: Annotated[Day, Query(alias="date", description="The delivery day.")],
) -> Response:
    """Every order of the day with its state, place and stop (addition), for board and map."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(DispatchOrders(orders=await stored.orders_of(connection, day)))


@router.delete(
    "/orders/{order_id}",
    summary="Withdraw an order",
    dependencies=writing,
    **documented(DispatchOrderState, errors=ALL),
)
async def withdraw(request: Request, order_id: str) -> Response:
    """Take an order out of its day and tour (addition); repeatable.

    409 `ARRIVED`, `ALREADY_COMPLETED`: then it is too late.
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        return answer(await submission.withdraw(connection, order_id))


@router.put(
    "/orders/{order_id}/place",
    summary="Pin an order on the map",
    dependencies=writing,
    **documented(DispatchOrderState, reads=OrderPlace, errors=ALL),
)
async def pin(
    request: Request, order_id: str, body: Annotated[OrderPlace, Depends(reader(OrderPlace))]
) -> Response:
    """Say where the address is (addition); the pin stays as long as the address does."""
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        return answer(await submission.pin(connection, order_id, body))


@router.put(
    "/orders/{order_id}/assign",
    summary="Assign an order to a driver",
    dependencies=writing,
    **documented(
        DispatchOrderState, reads=DispatchAssignment, errors=ALL, examples={"body": ASSIGNMENT}
    ),
)
async def assign(
    request: Request,
    order_id: str,
    body: Annotated[DispatchAssignment, Depends(reader(DispatchAssignment))],
) -> Response:
    """Put the order into a tour and lock it there; later stops move back by one.

    409 `OFF_SHIFT`, `VEHICLE_OUT`, `VEHICLE_TAKEN`, `OTHER_VEHICLE`, `TOO_HEAVY`, `OVERLOADED`,
    `PASSED`, `ORDER_…`; 422 `SEQUENCE`, `OTHER_DAY`. Order Sales is told ASSIGNED.
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        return answer(await assigning.assign(connection, order_id, body))


@router.delete(
    "/orders/{order_id}/assign",
    summary="Take an order out of its tour",
    dependencies=writing,
    **documented(DispatchOrderState, errors=ALL),
)
async def unassign(request: Request, order_id: str) -> Response:
    """The order waits again (addition); repeatable. 409 `ORDER_…` when it is under way."""
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        return answer(await assigning.unassign(connection, order_id))


@router.post(
    "/orders/{order_id}/status",
    summary="Report how far a delivery is",
    dependencies=writing,
    **documented(StatusReceipt, reads=StatusReport, errors=ALL, examples={"body": STATUS_REPORT}),
)
async def report(
    request: Request, order_id: str, body: Annotated[StatusReport, Depends(reader(StatusReport))]
) -> Response:
    """A driver's report (addition): EN_ROUTE, ARRIVED, COMPLETED or FAILED.

    Late, repeated and reordered reports are answered with `applied` false and the state of now.
    409 `OTHER_DRIVER`, `NOT_ASSIGNED`, `ORDER_CANCELLED`, `ALREADY_…`: call the office.
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        return answer(await reports.report(connection, order_id, body))


@router.get(
    "/routes/{date}",
    summary="The tours of a day",
    dependencies=reading,
    **documented(Routes, examples={"answer": ROUTES}),
)
async def read_routes(request: Request, day: Annotated[Day, Path(alias="date")]) -> Response:
    """One tour per driver with its stops in order, kilometres and minutes."""
    async with snapshot_of(parts_of(request).pool) as connection:
        return answer(await tours(connection, day))


@router.post(
    "/routes/{date}/plan",
    summary="Plan the tours of a day",
    dependencies=writing,
    **documented(DayPlan, errors=(401, 403, 409, 422)),
)
async def plan(
    request: Request,
    day: Annotated[Day, Path(alias="date")],
    seed: Annotated[int, Query(ge=0, lt=2**31, description="The same seed, the same plan.")] = 0,
    seconds: Annotated[
        float | None, Query(ge=0.1, le=LONGEST_PLAN_S, description="Else as in the settings.")
    ] = None,
) -> Response:
    """Assign the day's open orders to drivers (addition): capacity, slots, shifts, few kilometres.

    Stops under way and locked ones stay. Who does not fit is left out with a reason. Order Sales
    is told ASSIGNED. 409 `PLANNING` while another plan of the day is being computed.
    """
    parts = parts_of(request)
    return answer(await plan_day(parts.pool, day, Effort(seed, seconds), datetime.now(UTC)))
