"""Wrong passwords make a person wait: ever longer, never for ever, and only from that address.

Kept in the database, so that it holds however many processes serve. See
docs/decisions/095-guessing-is-slow.md.
"""

import math
from dataclasses import dataclass

import asyncpg

from server.refusals import TooMany

FREE = 5
FIRST_PAUSE_S = 5
LONGEST_PAUSE_S = 900
# Somebody who stopped guessing for that long starts with five free attempts again.
FORGOTTEN = "1 hour"
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who tries to sign in, known or not, and from where."""

    username: str
    address: str

    @property
    def key(self) -> tuple[str, str]:
        """The row of this attempt; one per name and address."""
        return self.username.strip().lower()[:LONGEST_NAME], self.address


def pause_after(failures: int) -> int:
    """Seconds until the next attempt: none after 4 wrong ones, 5 after 5, twice that after 6."""
    if failures < FREE:
        return 0
    return int(min(FIRST_PAUSE_S * 2 ** min(failures - FREE, 20), LONGEST_PAUSE_S))


async def refuse_paused(connection: asyncpg.Connection, attempt: Attempt) -> None:
    """Raise `TooMany` (TOO_MANY_ATTEMPTS) while this name has to wait at this address."""
    left = await connection.fetchval(
        """SELECT extract(epoch FROM not_before - now())::float8 FROM sign_in_failures
           WHERE username = $1 AND address = $2 AND not_before > now()""",
        *attempt.key,
    )
    if left is not None:
        raise TooMany(
            "TOO_MANY_ATTEMPTS",
            f"Too many wrong passwords: try again in {math.ceil(left)} seconds.",
            retry_after=math.ceil(left),
        )


async def note_failure(connection: asyncpg.Connection, attempt: Attempt) -> None:
    """Count a wrong password, from which the next pause follows."""
    async with connection.transaction():
        failures = await connection.fetchval(
            f"""INSERT INTO sign_in_failures AS f VALUES ($1, $2, 1, now(), now())
                ON CONFLICT (username, address) DO UPDATE SET
                    failures = CASE WHEN f.last_at < now() - interval '{FORGOTTEN}' THEN 1
                                    ELSE f.failures + 1 END,
                    last_at = now()
                RETURNING failures""",
            *attempt.key,
        )
        await connection.execute(
            """UPDATE sign_in_failures SET not_before = now() + make_interval(secs => $3)
               WHERE username = $1 AND address = $2""",
            *(*attempt.key, float(pause_after(failures))),
        )


async def forget_failures(connection: asyncpg.Connection, attempt: Attempt) -> None:
    """The right password came: nothing is held against the name any more."""
    await connection.execute(
        "DELETE FROM sign_in_failures WHERE username = $1 AND address = $2", *attempt.key
    )
