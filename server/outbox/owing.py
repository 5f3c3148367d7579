"""Writing down what is owed, in the transaction of the fact that it reports."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import structlog

from app.wire.codec import Message, encode
from server.jobs.queue import enqueue_deliveries
from server.neighbours.lines import Call
from server.neighbours.names import Neighbour


@dataclass(frozen=True, slots=True)
class Owed:
    """One call: calls of a lane are delivered in order, each until it has a definite answer.

    `operation` names it for consequences and figures; a `{…}` in `path` is filled in on delivery.
    """

    neighbour: Neighbour
    method: str
    path: str
    body: Message | None
    lane: str
    order_id: str = ""
    operation: str = ""

    def call(self, *, deadline: float, retries: int) -> Call:
        """The same call, to be made now and only for an answer now."""
        body = b"" if self.body is None else encode(self.body)
        return Call(
            self.neighbour,
            self.method,
            self.path,
            body,
            operation=self.operation,
            deadline=deadline,
            retries=retries,
        )


async def owe(connection: asyncpg.Connection, calls: Sequence[Owed]) -> None:
    """Write the calls and queue their delivery; both happen if and only if the caller commits."""
    if not calls:
        return
    correlation = structlog.contextvars.get_contextvars().get("correlation_id", "")
    await connection.executemany(
        """INSERT INTO outbox (lane, neighbour, operation, order_id, method, path, body,
                               correlation)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        [
            (
                *(call.lane, call.neighbour.value, call.operation or call.neighbour.value),
                *(call.order_id, call.method, call.path),
                *("" if call.body is None else encode(call.body).decode(), correlation),
            )
            for call in calls
        ],
    )
    await enqueue_deliveries(connection, sorted({call.lane for call in calls}))


async def withdraw(connection: asyncpg.Connection, order_id: str, operation: str) -> int:
    """Take back calls of an order that nobody has delivered yet; how many there were."""
    done = await connection.execute(
        """UPDATE outbox SET state = 'withdrawn', settled_at = now()
           WHERE order_id = $1 AND operation = $2 AND state = 'owed'""",
        *(order_id, operation),
    )
    return int(done.rpartition(" ")[2])
