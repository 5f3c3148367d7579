"""Delivering what is owed: a lane's calls in order, each until it has a definite answer."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import asyncpg
import structlog

from app.transport.backoff import Backoff
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import Unreachable
from server.neighbours.lines import Call, Lines
from server.neighbours.names import Neighbour
from server.neighbours.refusals import NeighbourRefused
from server.operation.correlation import correlated

BUSY_S = 0.2
# A neighbour that is back has everything within half a minute; its breaker keeps storms off.
PATIENCE = Backoff(first=1.0, largest=30.0, floor=0.5)
_GAP = re.compile(r"\{(\w+)\}")
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Settled:
    """A call that has its definite answer: what it was about, and the refusal if it was refused."""

    operation: str
    order_id: str
    body: str
    answer: str = ""
    refusal: NeighbourRefused | None = None


Consequence = Callable[[asyncpg.Connection, Settled], Awaitable[None]]


class Deliverer:
    """Delivers lanes; `consequences` are called by operation in the transaction that settles."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        lines: Lines,
        consequences: Mapping[str, Consequence],
        settled: Callable[[], None],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._pool = pool
        self._lines = lines
        self._consequences = consequences
        self._settled = settled
        self._clock = clock

    async def deliver(self, lane: str) -> float | None:
        """Deliver what the lane owes; None when nothing is left, else seconds to wait."""
        while True:
            async with self._pool.acquire() as connection, connection.transaction():
                if not await _lock(connection, lane):
                    return BUSY_S
                row = await connection.fetchrow(
                    "SELECT * FROM outbox WHERE lane = $1 AND state = 'owed' ORDER BY n LIMIT 1",
                    lane,
                )
                pause = None
                if row is not None:
                    with correlated(row["correlation"]):
                        pause = await self._attempt(connection, row)
            if row is None or pause is not None:
                return pause
            self._settled()

    async def _attempt(self, connection: asyncpg.Connection, row: asyncpg.Record) -> float | None:
        """Send one call and write down how it went; seconds to wait when there was no answer."""
        if Neighbour(row["neighbour"]) not in self._lines:
            await _settle(connection, row["n"], "withdrawn", "")  # a gateway nobody has set up
            return None
        path = await _whole_path(connection, row)
        if path is None:
            await _settle(connection, row["n"], "withdrawn", "")
            return None
        try:
            answer = await self._lines.send(_call(row, path))
        except Unreachable as error:
            return await self._postpone(connection, row, error)
        except NeighbourRefused as refusal:
            await self._refuse(connection, row, refusal)
            return None
        await _settle(connection, row["n"], "delivered", answer.decode())
        await self._follow(connection, _settled(row, answer=answer.decode()))
        return None

    async def _postpone(
        self, connection: asyncpg.Connection, row: asyncpg.Record, error: Unreachable
    ) -> float:
        pause = error.retry_after or PATIENCE.delay(row["attempts"], self._clock.chance())
        if row["attempts"] == 0:
            _log.warning("a call is owed", operation=row["operation"], error=error.code)
        await connection.execute(
            """UPDATE outbox SET attempts = attempts + 1, last_error = $2,
                      first_error = CASE first_error WHEN '' THEN $2 ELSE first_error END,
                      next_at = now() + make_interval(secs => $3)
               WHERE n = $1""",
            *(row["n"], str(error), pause),
        )
        return pause

    async def _refuse(
        self, connection: asyncpg.Connection, row: asyncpg.Record, refusal: NeighbourRefused
    ) -> None:
        _log.warning("a call was refused", operation=row["operation"], code=refusal.problem)
        await connection.execute(
            "UPDATE outbox SET last_error = $2 WHERE n = $1", *(row["n"], str(refusal))
        )
        await _settle(connection, row["n"], "refused", "")
        await self._follow(connection, _settled(row, refusal=refusal))

    async def _follow(self, connection: asyncpg.Connection, settled: Settled) -> None:
        consequence = self._consequences.get(settled.operation)
        if consequence is not None:
            await consequence(connection, settled)


async def _lock(connection: asyncpg.Connection, lane: str) -> bool:
    got: bool = await connection.fetchval(
        "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1))", lane
    )
    return got


async def _whole_path(connection: asyncpg.Connection, row: asyncpg.Record) -> str | None:
    """The path with its gap filled from the answer that the lane's earlier call got.

    None when that call was refused or withdrawn: then there is nothing to speak of any more.
    """
    gap = _GAP.search(row["path"])
    if gap is None:
        return str(row["path"])
    answers = await connection.fetch(
        """SELECT answer FROM outbox WHERE lane = $1 AND n < $2 AND state = 'delivered'
           AND answer <> '' ORDER BY n DESC""",
        *(row["lane"], row["n"]),
    )
    known = (json.loads(earlier["answer"]).get(gap[1]) for earlier in answers)
    found = next((value for value in known if value), None)
    return None if found is None else _GAP.sub(str(found), row["path"])


async def _settle(connection: asyncpg.Connection, n: int, state: str, answer: str) -> None:
    await connection.execute(
        "UPDATE outbox SET state = $2, answer = $3, settled_at = now() WHERE n = $1",
        *(n, state, answer),
    )


def _call(row: asyncpg.Record, path: str) -> Call:
    return Call(
        neighbour=Neighbour(row["neighbour"]),
        method=row["method"],
        path=path,
        body=row["body"].encode(),
        key=str(row["key"]),
        correlation=row["correlation"],
        operation=row["operation"],
    )


def _settled(
    row: asyncpg.Record, answer: str = "", refusal: NeighbourRefused | None = None
) -> Settled:
    return Settled(row["operation"], row["order_id"], row["body"], answer, refusal)
