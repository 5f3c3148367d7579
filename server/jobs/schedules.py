"""What happens by the clock; the list itself is `server/timetable.py`.

PgQueuer decides which process is due and remembers the moment across restarts; each due moment
then runs as a job, with a diary of our own. See docs/decisions/108-the-timetable-keeps-a-diary.md.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
import structlog
from croniter import croniter

from app.transport.backoff import OUTER
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.wire.schedules import ScheduleState
from server.jobs.queue import Handler, JobQueue
from server.parts import Parts

LATE_AFTER = timedelta(minutes=15)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One entry of the timetable; `cron` is in UTC (Taipei is UTC+8 all year).

    `run` may be repeated at any time; whatever it raises is noted, and it is tried again.
    """

    name: str
    cron: str
    run: Callable[[Parts], Awaitable[None]]

    def due_before(self, now: datetime) -> datetime:
        """The last moment at which it was due, up to and including now."""
        just_after = now.astimezone(UTC) + timedelta(microseconds=1)
        moment: datetime = croniter(self.cron, just_after).get_prev(datetime)
        return moment

    def due_after(self, now: datetime) -> datetime:
        """The next moment at which it is due."""
        moment: datetime = croniter(self.cron, now.astimezone(UTC)).get_next(datetime)
        return moment


class Timetable:
    """Runs each due moment of each entry once, whatever the number of server processes.

    A moment that nobody was there for is made up for once, at the next start.
    """

    def __init__(
        self, parts: Parts, entries: Sequence[Scheduled], clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._parts = parts
        self._entries = {entry.name: entry for entry in entries}
        self._clock = clock

    def join(self, queue: JobQueue) -> None:
        """Have this process's queue take part; to be called before it runs."""
        for entry in self._entries.values():
            queue.at(entry.cron, f"schedule/{entry.name}", self._work(entry.name))

    async def run(self, name: str) -> float | None:
        """Run an entry for its last due moment, if that was not done; seconds until the next try.

        None when there is nothing to try again.
        """
        entry = self._entries[name]
        due = entry.due_before(self._clock.now())
        attempts = await self._begin(name, due)
        if attempts is None:
            return None
        error = ""
        try:
            await entry.run(self._parts)
        except Exception as problem:  # noqa: BLE001 - whatever ended a run stands in its diary
            error = f"{type(problem).__name__}: {problem}"
            _log.exception("a scheduled run failed", schedule=name, attempt=attempts)
        await self._end(name, due, error)
        return OUTER.delay(attempts, self._clock.chance()) if error else None

    def _work(self, name: str) -> Handler:
        async def work(_payload: str) -> float | None:
            return await self.run(name)

        return work

    async def _begin(self, name: str, due: datetime) -> int | None:
        """Note that the moment is being dealt with: which attempt it is, None when it is done."""
        attempts: int | None = await self._parts.pool.fetchval(
            """INSERT INTO schedule_runs AS r (name, due_at, outcome, attempts, started_at)
               VALUES ($1, $2, 'running', 1, $3)
               ON CONFLICT (name) DO UPDATE SET due_at = $2, outcome = 'running', started_at = $3,
                   ended_at = NULL,
                   attempts = CASE WHEN r.due_at = $2 THEN r.attempts + 1 ELSE 1 END
               WHERE r.due_at < $2 OR (r.due_at = $2 AND r.outcome <> 'done')
               RETURNING attempts""",
            *(name, due, self._clock.now()),
        )
        return attempts

    async def _end(self, name: str, due: datetime, error: str) -> None:
        now = self._clock.now()
        await self._parts.pool.execute(
            """UPDATE schedule_runs SET outcome = $3, last_error = $4, ended_at = $5,
                   done_at = CASE $3 WHEN 'done' THEN $5 ELSE done_at END
               WHERE name = $1 AND due_at = $2""",
            *(name, due, "failed" if error else "done", error, now),
        )


async def standings(
    connection: asyncpg.Connection, entries: Sequence[Scheduled], now: datetime
) -> tuple[ScheduleState, ...]:
    """How each entry is doing, in the order of the timetable."""
    rows = {row["name"]: row for row in await connection.fetch("SELECT * FROM schedule_runs")}
    return tuple(_standing(entry, rows.get(entry.name), now) for entry in entries)


async def last_done(connection: asyncpg.Connection, name: str) -> datetime | None:
    """When an entry was done last; None before its first run."""
    done_at: datetime | None = await connection.fetchval(
        "SELECT done_at FROM schedule_runs WHERE name = $1", name
    )
    return done_at


def _standing(entry: Scheduled, row: asyncpg.Record | None, now: datetime) -> ScheduleState:
    due = entry.due_before(now)
    is_done = row is None or (row["outcome"] == "done" and row["due_at"] >= due)
    known = dict(row or {})
    return ScheduleState(
        name=entry.name,
        cron=entry.cron,
        outcome=known.get("outcome", ""),
        attempts=known.get("attempts", 0),
        last_error=known.get("last_error", ""),
        started_at=known.get("started_at"),
        done_at=known.get("done_at"),
        next_at=entry.due_after(now),
        is_late=not is_done and now - due > LATE_AFTER,
    )
