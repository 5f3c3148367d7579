"""What really happened: both databases asked, not the window."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.composition import Counter
from app.demo.office_process import OfficeProcess
from app.demo.report import TouredOrder
from local_db.tables import OrderRow, OutboxRow, OutboxState


@dataclass(frozen=True, slots=True)
class KeptOrder:
    """An order as the counter's own file holds it."""

    order_uid: UUID
    order_id: str
    payable: int
    on_account: bool


class NotAsExpected(Exception):
    """The two databases, or the papers, do not say what they should; the text says what."""


def kept_orders(counter: Counter) -> tuple[KeptOrder, ...]:
    """Every order in the counter's file, in the order in which they were taken."""
    with counter.database.read() as session:
        rows = session.scalars(select(OrderRow).order_by(OrderRow.taken_at)).all()
        return tuple(
            KeptOrder(
                row.order_uid, row.order_id, int(row.payable), row.payment_method == "MONTHLY"
            )
            for row in rows
        )


def unsent(counter: Counter) -> int:
    """How many messages of the counter's file the office has not acknowledged."""
    done = (OutboxState.ACKED, OutboxState.CONFIRMED)
    with counter.database.read() as session:
        return len(session.scalars(select(OutboxRow).where(OutboxRow.state.not_in(done))).all())


async def compare(counter: Counter, office: OfficeProcess) -> tuple[TouredOrder, ...]:
    """Hold the counter's orders against the office's own database.

    Each must be there once, with the printed total, and hold that much credit if it is on account.
    Raises `NotAsExpected`.
    """
    # A command of its own process takes a second; the window goes on meanwhile.
    known = await asyncio.to_thread(office.ask, "orders")
    found = []
    for order in kept_orders(counter):
        same = [row for row in known if row["order_uid"] == str(order.order_uid)]
        if len(same) != 1:
            raise NotAsExpected(f"{order.order_id} is {len(same)} times at the office")
        (row,) = same
        held = order.payable if order.on_account else 0
        if (row["payable"], row["reserved"]) != (order.payable, held):
            raise NotAsExpected(f"{order.order_id}: the office has {row}, the counter {order}")
        found.append(TouredOrder(order.order_id, order.payable, row["status"]))
    if len({order.order_id for order in found}) != len(found):
        raise NotAsExpected("two orders carry the same number")
    return tuple(found)
