"""How far each copy goes, and which process keeps it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.refusals import Conflict

MIRRORED = (Neighbour.CUSTOMERS, Neighbour.DATA)
LEASE = timedelta(seconds=10)
FEED, PATHS = "feed", "paths"
_COLUMNS = """protocol, epoch, pos, complete_at,
              pulled_at IS NULL OR pulled_at < wanted_at AS is_wanted"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One copy: how it is kept (`feed`, `paths`, or not known yet) and up to where it goes."""

    neighbour: Neighbour
    protocol: str
    epoch: int
    pos: int
    complete_at: datetime | None
    is_wanted: bool

    @property
    def is_filled(self) -> bool:
        """Whether the copy was whole once."""
        return self.complete_at is not None


async def open_mirrors(connection: asyncpg.Connection, lines: Lines) -> None:
    """Note which neighbours are remote; a copy from elsewhere begins anew, one of ours ends."""
    remote = {name: str(lines[name].client.base_url) for name in MIRRORED if lines.is_remote(name)}
    await connection.execute(
        "DELETE FROM mirrors WHERE neighbour <> ALL($1)", [name.value for name in remote]
    )
    if Neighbour.CUSTOMERS not in remote:
        await connection.execute("DELETE FROM mirrored_customers")
    for name, url in remote.items():
        await connection.execute(
            """INSERT INTO mirrors AS m (neighbour, url) VALUES ($1, $2)
               ON CONFLICT (neighbour) DO UPDATE
               SET url = $2, protocol = '', epoch = 0, pos = 0, complete_at = NULL,
                   wanted_at = now()
               WHERE m.url <> $2""",
            *(name.value, url),
        )


async def check_kept_here(connection: asyncpg.Connection, neighbour: Neighbour) -> None:
    """Raise `Conflict` while these tables are the copy of what another server keeps."""
    url = await connection.fetchval("SELECT url FROM mirrors WHERE neighbour = $1", neighbour.value)
    if url is not None:
        raise Conflict("KEPT_ELSEWHERE", f"{url} keeps these books; make the change there.")


async def read_standing(pool: asyncpg.Pool, neighbour: Neighbour) -> Standing | None:
    """The copy as it stands; None when it is not kept any more."""
    row = await pool.fetchrow(f"SELECT {_COLUMNS} FROM mirrors WHERE neighbour = $1", neighbour)
    return None if row is None else _standing(neighbour, row)


async def take_lease(pool: asyncpg.Pool, neighbour: Neighbour, holder: UUID) -> Standing | None:
    """The copy, if this process may keep it for the next 10 s; else another one does."""
    row = await pool.fetchrow(
        f"""UPDATE mirrors SET holder = $2, lease_until = now() + $3
            WHERE neighbour = $1 AND (holder = $2 OR lease_until < now()) RETURNING {_COLUMNS}""",
        *(neighbour.value, holder, LEASE),
    )
    return None if row is None else _standing(neighbour, row)


async def ask_for_all(connection: asyncpg.Connection, neighbour: Neighbour) -> None:
    """Have the whole copy fetched again soon, by whichever process keeps it."""
    await connection.execute(
        "UPDATE mirrors SET wanted_at = clock_timestamp() WHERE neighbour = $1", neighbour.value
    )


async def note_protocol(pool: asyncpg.Pool, neighbour: Neighbour, protocol: str) -> None:
    """Remember how the neighbour can be followed."""
    await pool.execute(
        "UPDATE mirrors SET protocol = $2 WHERE neighbour = $1", neighbour.value, protocol
    )


async def move_cursor(
    connection: asyncpg.Connection, standing: Standing, epoch: int, pos: int
) -> bool:
    """Go on to a position, if the copy still is where `standing` says; whether it did."""
    moved = await connection.fetchval(
        """UPDATE mirrors SET epoch = $4, pos = $5
           WHERE neighbour = $1 AND epoch = $2 AND pos = $3 RETURNING 1""",
        *(standing.neighbour.value, standing.epoch, standing.pos, epoch, pos),
    )
    return moved is not None


async def note_complete(
    connection: asyncpg.Connection, neighbour: Neighbour, at: datetime, *, pulled: bool = False
) -> None:
    """The copy was whole at that moment; with `pulled`, because all of it was fetched."""
    await connection.execute(
        """UPDATE mirrors SET complete_at = greatest(complete_at, $2),
                  pulled_at = CASE WHEN $3 THEN $2 ELSE pulled_at END
           WHERE neighbour = $1""",
        *(neighbour.value, at, pulled),
    )


def _standing(neighbour: Neighbour, row: asyncpg.Record) -> Standing:
    return Standing(
        neighbour=neighbour,
        protocol=row["protocol"],
        epoch=row["epoch"],
        pos=row["pos"],
        complete_at=row["complete_at"],
        is_wanted=row["is_wanted"],
    )
