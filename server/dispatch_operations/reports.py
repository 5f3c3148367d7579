"""Drivers say how far they are; reports may come late, twice and in any order.

See docs/rules/dispatch.md.
"""

from datetime import UTC, datetime, timedelta

import asyncpg

from app.domain.money import whole
from app.wire.codec import encode
from app.wire.dispatch import (
    DeliveryState,
    DispatchOrderState,
    StatusReceipt,
    StatusReport,
)
from app.wire.enums import DispatchStatus
from server.dispatch_operations import owed
from server.dispatch_operations.fleet import check_point
from server.dispatch_operations.stored import locked_order
from server.outbox.owing import owe
from server.refusals import Conflict, Malformed, NotFound

CLOCKS_APART = timedelta(minutes=10)
MOST_RESIDUAL_KG = 1000
_RANK = {
    DeliveryState.WAITING: 0,
    DeliveryState.ASSIGNED: 1,
    DeliveryState.EN_ROUTE: 2,
    DeliveryState.ARRIVED: 3,
    DeliveryState.COMPLETED: 4,
    DeliveryState.FAILED: 4,
}


async def report(
    connection: asyncpg.Connection, order_id: str, said: StatusReport
) -> StatusReceipt:
    """Note a report, and apply it when it leads forward; what was applied is owed on.

    Raises `NotFound`, `Malformed`, and `Conflict` when it contradicts how the delivery ended.
    """
    await _check(connection, said)
    known = await locked_order(connection, order_id)
    if await _was_heard(connection, order_id, said):
        return StatusReceipt(order_id=order_id, state=known.state, applied=False)
    applied = _leads_on(known, said)
    await _note(connection, order_id, said, applied=applied)
    if not applied:
        return StatusReceipt(order_id=order_id, state=known.state, applied=False)
    await _apply(connection, known, said)
    calls = [owed.reported(order_id, said, known.stop)]
    if said.status is DispatchStatus.COMPLETED and said.cash_collected > 0:
        calls.append(owed.collected(order_id, said))
    await owe(connection, calls)
    return StatusReceipt(order_id=order_id, state=DeliveryState(said.status.value), applied=True)


async def _check(connection: asyncpg.Connection, said: StatusReport) -> None:
    if said.status is DispatchStatus.ASSIGNED:
        raise Malformed("STATUS", "ASSIGNED is no report of a driver: assign the order.")
    if said.timestamp > datetime.now(UTC) + CLOCKS_APART:
        raise Malformed("TIMESTAMP", "That has not happened yet: set the telephone's clock.")
    if said.cash_collected < 0 or said.cash_collected != whole(said.cash_collected):
        raise Malformed("CASH", "Cash is whole 元, and not less than none.")
    if not 0 <= said.residual_kg <= MOST_RESIDUAL_KG:
        raise Malformed("RESIDUAL", "Residual gas is weighed in kilograms, 0 or more.")
    if any(item.quantity <= 0 for item in said.empties):
        raise Malformed("EMPTIES", "An entry of empties counts at least one cylinder.")
    if said.status is DispatchStatus.FAILED and not said.notes.strip():
        raise Malformed("REASON", "Say in `notes` why the delivery failed.")
    if said.location is not None:
        check_point(said.location)
    if not await connection.fetchval(
        "SELECT 1 FROM dispatch_drivers WHERE driver_id = $1", said.driver_id
    ):
        raise NotFound("UNKNOWN_DRIVER", f"There is no driver {said.driver_id}.")


async def _was_heard(connection: asyncpg.Connection, order_id: str, said: StatusReport) -> bool:
    found = await connection.fetchval(
        """SELECT 1 FROM dispatch_reports WHERE order_id = $1 AND status = $2 AND driver_id = $3
           AND reported_at = $4""",
        *(order_id, said.status.value, said.driver_id, said.timestamp),
    )
    return found is not None


def _leads_on(known: DispatchOrderState, said: StatusReport) -> bool:
    """Whether the report tells something new; late news of an earlier stage does not."""
    wanted = DeliveryState(said.status.value)
    if known.state is DeliveryState.CANCELLED:
        if wanted is DeliveryState.COMPLETED:
            raise Conflict("ORDER_CANCELLED", "The order was withdrawn: call the office.")
        return False
    if _contradicts(known, said, wanted):
        raise Conflict(
            f"ALREADY_{known.state}", f"The delivery has ended as {known.state}: call the office."
        )
    if _RANK[wanted] <= _RANK[known.state]:
        return False
    if wanted is DeliveryState.COMPLETED:
        return True  # whoever brought it: the gas is there
    if known.state is DeliveryState.ASSIGNED and _is_of_earlier_attempt(known, said):
        return False
    if known.stop is None or known.stop.driver_id != said.driver_id:
        if known.stop is None:
            raise Conflict("NOT_ASSIGNED", "The order is in nobody's tour: assign it first.")
        raise Conflict("OTHER_DRIVER", f"The order is in the tour of {known.stop.driver_id}.")
    return True


def _is_of_earlier_attempt(known: DispatchOrderState, said: StatusReport) -> bool:
    """An order that failed and was assigned again remembers when it failed."""
    return known.reported_at is not None and said.timestamp <= known.reported_at


def _contradicts(known: DispatchOrderState, said: StatusReport, wanted: DeliveryState) -> bool:
    """One end after the other end; an older one has only come late."""
    ends = (DeliveryState.COMPLETED, DeliveryState.FAILED)
    is_other_end = known.state in ends and wanted in ends and wanted is not known.state
    return is_other_end and (known.reported_at is None or said.timestamp >= known.reported_at)


async def _note(
    connection: asyncpg.Connection, order_id: str, said: StatusReport, *, applied: bool
) -> None:
    await connection.execute(
        """INSERT INTO dispatch_reports (order_id, status, driver_id, reported_at, body, applied)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        *(order_id, said.status.value, said.driver_id, said.timestamp),
        *(encode(said).decode(), applied),
    )


async def _apply(
    connection: asyncpg.Connection, known: DispatchOrderState, said: StatusReport
) -> None:
    await connection.execute(
        """UPDATE dispatch_orders SET state = $2, reason = NULL, reported_at = $3, notes = $4,
                  empties = $5, residual_kg = $6, cash_collected = $7
           WHERE order_id = $1""",
        *(known.order.order_id, said.status.value, said.timestamp, said.notes),
        *(encode(said.empties).decode(), said.residual_kg, int(said.cash_collected)),
    )
