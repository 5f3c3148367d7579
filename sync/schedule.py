"""The documented timetable (spec, Batch Sync Schedule); business time is Asia/Taipei."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select

from app.domain.hours import TAIPEI
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import SyncError
from local_db.database import Database
from local_db.errors import StorageRefused
from local_db.tables import PreferenceRow
from sync.feed import Feed
from sync.state import SyncState

PRICES_AT = time(2)
LONGEST_JITTER = 120.0
LOOK_EVERY = 20.0
_PREFIX = "schedule."


class Job(StrEnum):
    """What is brought up to date, in the spec's words."""

    STATISTICS = "statistics"
    CATALOGUE = "catalogue"
    PRICES = "prices"


_PERIODS = {Job.STATISTICS: timedelta(hours=1), Job.CATALOGUE: timedelta(hours=4)}


def last_due(job: Job, now: datetime) -> datetime:
    """The latest moment up to `now` at which the job should have run (aware UTC)."""
    local = now.astimezone(TAIPEI)
    midnight = datetime.combine(local.date(), time(0), TAIPEI)
    if job is Job.PRICES:
        today = datetime.combine(local.date(), PRICES_AT, TAIPEI)
        return (today if today <= local else today - timedelta(days=1)).astimezone(UTC)
    period = _PERIODS[job]
    return (midnight + (local - midnight) // period * period).astimezone(UTC)


def due(now: datetime, last_runs: Mapping[Job, datetime]) -> tuple[Job, ...]:
    """The jobs to run now; however many runs of one were missed, it is due once."""
    return tuple(job for job in Job if job not in last_runs or last_runs[job] < last_due(job, now))


def last_runs(database: Database) -> dict[Job, datetime]:
    """When each job last succeeded; jobs that never did are missing."""
    with database.read() as session:
        rows = session.scalars(
            select(PreferenceRow).where(PreferenceRow.name.in_([f"{_PREFIX}{j}" for j in Job]))
        )
        return {Job(r.name.removeprefix(_PREFIX)): datetime.fromisoformat(r.value) for r in rows}


class Schedule:
    """Runs what is due, once, also what was missed while the program was not running."""

    def __init__(
        self, database: Database, feed: Feed, state: SyncState, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._feed = feed
        self._state = state
        self._clock = clock

    async def run(self) -> None:
        """Look at the timetable for ever; returns never."""
        while True:
            await self.run_due()
            await self._clock.sleep(LOOK_EVERY)

    async def run_due(self) -> tuple[Job, ...]:
        """Run what is due now; the jobs that were done. A failure leaves them due."""
        jobs = due(self._clock.now(), last_runs(self._database))
        if not jobs:
            return ()
        # All counters of all shops keep the same timetable; the office should not feel that.
        await self._clock.sleep(self._clock.chance() * LONGEST_JITTER)
        started = self._clock.now()
        try:
            # One feed carries customers, statistics, products, prices and parameters alike.
            await self._feed.pull()
        except (SyncError, StorageRefused) as error:
            self._state.failed(error)
            return ()
        with self._database.write() as session:
            for job in jobs:
                session.merge(PreferenceRow(name=f"{_PREFIX}{job}", value=started.isoformat()))
        return jobs
