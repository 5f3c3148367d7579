"""What is waiting: calls that are owed to neighbours, and jobs."""

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True, slots=True)
class Waiting:
    """The calls of one integration in one state; `oldest_s` is the age of the oldest."""

    integration: str
    state: str
    depth: int
    oldest_s: float


async def owed_by_integration(connection: asyncpg.Connection) -> tuple[Waiting, ...]:
    """Calls that wait for delivery (`owed`) or for a person (`refused`)."""
    rows = await connection.fetch(
        """SELECT neighbour, state, count(*) AS depth,
                  extract(epoch FROM now() - min(owed_at))::float8 AS oldest
           FROM outbox WHERE state IN ('owed', 'refused') GROUP BY neighbour, state"""
    )
    return tuple(
        Waiting(row["neighbour"], row["state"], row["depth"], max(0.0, row["oldest"]))
        for row in rows
    )


async def jobs_by_state(connection: asyncpg.Connection) -> Mapping[tuple[str, ...], float]:
    """How many jobs there are, by (entrypoint, state)."""
    rows = await connection.fetch(
        "SELECT entrypoint, status::text AS state, count(*) AS jobs FROM pgqueuer GROUP BY 1, 2"
    )
    return {(row["entrypoint"], row["state"]): float(row["jobs"]) for row in rows}
