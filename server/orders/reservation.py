"""The credit of an order, asked for before it is stored: the answer decides whether it is held.

Spec, Customer Management: real-time, synchronous. See docs/rules/order-follow-through.md.
"""

from dataclasses import dataclass

import asyncpg
import structlog

from app.domain.orders import OrderStatus
from app.transport.errors import Unreachable
from app.wire.enums import CreditOperation
from app.wire.orders import OrderBody
from server.mirror.paths import freshen_customer, keep_answer
from server.neighbours.lines import Lines
from server.neighbours.refusals import NeighbourRefused
from server.orders import obligations, stored
from server.orders.stored import CHANGEABLE, StoredOrder
from server.outbox.owing import Owed
from server.reference.customers import customer_bodies
from server.security.users import may_override

BUDGET_S = 1.5
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reservation:
    """What became of the question: reserved, refused with a code, or nobody could be asked.

    `owed` is what could not be said to Customer Management now and has to be said later.
    """

    is_reserved: bool = False
    refusal: str = ""
    is_unknown: bool = False
    is_overridden: bool = False
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    release: Owed | None
    reserve: Owed | None
    is_overridden: bool


async def reserve(pool: asyncpg.Pool, lines: Lines, body: OrderBody) -> Reservation:
    """Have the order's credit reserved, after giving back what an earlier revision held.

    Repeating it changes nothing: the ledger is idempotent on order, operation and revision.
    """
    await freshen_customer(pool, lines, body.customer_id)
    async with pool.acquire() as connection:
        plan = await _plan(connection, body)
    # No connection is held while the neighbour, who may be built in, needs one.
    try:
        if plan.release is not None:
            await _release(lines, plan.release)
        if plan.reserve is not None:
            answer = await _send(lines, plan.reserve)
            await keep_answer(pool, lines, body.customer_id, answer)
    except NeighbourRefused as refusal:
        return Reservation(refusal=refusal.problem)
    except Unreachable:
        owed = tuple(call for call in (plan.release, plan.reserve) if call is not None)
        return Reservation(
            is_unknown=plan.reserve is not None, is_overridden=plan.is_overridden, owed=owed
        )
    return Reservation(is_reserved=plan.reserve is not None, is_overridden=plan.is_overridden)


async def _plan(connection: asyncpg.Connection, body: OrderBody) -> _Plan:
    known = await stored.find_order(connection, body.order_uid)
    is_settled = known is not None and (
        known.body.revision >= body.revision or known.status not in CHANGEABLE
    )
    if is_settled:
        return _Plan(None, None, is_overridden=False)
    release = None
    if known is not None and _holds_credit(known):
        release = obligations.credit(known.body, CreditOperation.RELEASE)
    if not obligations.reserves_credit(body) or not await _is_plausible(connection, body):
        return _Plan(release, None, is_overridden=False)
    overrides = await _overrides(connection, body)
    approver = body.credit.override_by if overrides else ""
    wanted = obligations.credit(body, CreditOperation.RESERVE, approver)
    return _Plan(release, wanted, is_overridden=overrides)


def _holds_credit(order: StoredOrder) -> bool:
    return order.status is OrderStatus.CONFIRMED and obligations.reserves_credit(order.body)


async def _is_plausible(connection: asyncpg.Connection, body: OrderBody) -> bool:
    """Whether the order can be confirmed at all; otherwise it is held and reserves nothing."""
    customers = await customer_bodies(connection, [body.customer_id])
    return bool(customers) and not await stored.number_taken(connection, body)


async def _overrides(connection: asyncpg.Connection, body: OrderBody) -> bool:
    approver = body.credit.override_by
    return approver not in {"", body.clerk} and await may_override(connection, approver)


async def _release(lines: Lines, owed: Owed) -> None:
    """Give back; that there was nothing to give back is as good."""
    try:
        await _send(lines, owed)
    except NeighbourRefused as refusal:
        _log.warning("nothing was released", code=refusal.problem)


async def _send(lines: Lines, owed: Owed) -> bytes:
    return await lines.send(owed.call(deadline=BUDGET_S, retries=0))
