"""What the answer to an owed call means for the order that it was about."""

from collections.abc import Mapping

import asyncpg
import structlog

from app.domain.orders import OrderStatus
from app.wire.codec import decode
from app.wire.customers import CreditUpdate
from server.mirror.paths import note_answer
from server.orders import follow_through, stored
from server.orders.obligations import RESERVE_CREDIT
from server.outbox.delivery import Consequence, Settled

_log = structlog.get_logger()


async def _account_moved(connection: asyncpg.Connection, settled: Settled) -> None:
    """What became of the account is known to the copy before the feed tells it."""
    if settled.refusal is None:
        customer_id = await connection.fetchval(
            "SELECT customer_id FROM orders WHERE order_id = $1 AND NOT number_is_taken",
            settled.order_id,
        )
        await note_answer(connection, customer_id, settled.answer.encode())


async def _credit_answered(connection: asyncpg.Connection, settled: Settled) -> None:
    """A reservation that could not be asked for in time and is refused now holds the order."""
    if settled.refusal is None:
        await _account_moved(connection, settled)
        return
    order = await stored.lock_number(connection, settled.order_id)
    revision = decode(CreditUpdate, settled.body).revision
    if order.status is not OrderStatus.CONFIRMED or order.body.revision != revision:
        _log.warning("an order went out without credit", order=settled.order_id)
        return
    await stored.set_status(connection, order.body.order_uid, OrderStatus.HELD, "CREDIT")
    await follow_through.held(connection, order.body)


CONSEQUENCES: Mapping[str, Consequence] = {
    RESERVE_CREDIT: _credit_answered,
    "credit.release": _account_moved,
    "credit.use": _account_moved,
}
