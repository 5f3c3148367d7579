"""The timetable: each due moment once, whoever is there; failures are noted and tried again."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pgqueuer.db import AsyncpgPoolDriver
from pgqueuer.models import CronExpressionEntrypoint
from pgqueuer.queries import Queries
from pgqueuer.types import CronEntrypoint, CronExpression

from app.transport.clocks import Clock
from app.transport.errors import Unreachable
from app.wire.codec import decode
from app.wire.schedules import Schedules, ScheduleState
from server.jobs.queue import JobQueue
from server.jobs.schedules import Scheduled, Timetable, standings
from server.operation.status import read_status
from server.parts import Parts
from server.timetable import SCHEDULES

JOB = "schedule/prices"
TWO_IN_TAIPEI = datetime(2024, 1, 25, 18, tzinfo=UTC)


@dataclass
class Office:
    """An entry that counts its runs, a clock that stands still, and the parts of a server."""

    parts: Parts
    at: datetime = TWO_IN_TAIPEI + timedelta(minutes=5)
    runs: int = 0
    hangs: bool = False
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    troubles: list[BaseException] = field(default_factory=list)
    entry: Scheduled = field(init=False)
    timetable: Timetable = field(init=False)

    def __post_init__(self) -> None:
        self.entry = Scheduled("prices", "0 18 * * *", self._run)
        clock = Clock(now=lambda: self.at, chance=lambda: 0.5)
        self.timetable = Timetable(self.parts, [self.entry], clock)

    async def _run(self, _parts: Parts) -> None:
        self.runs += 1
        self.begun.set()
        if self.hangs:
            await asyncio.Event().wait()
        if self.troubles:
            raise self.troubles.pop()

    async def until_done(self) -> None:
        """Wait until the last due moment is dealt with."""
        async with asyncio.timeout(20):
            while (await self.standing()).outcome != "done":  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)

    async def standing(self) -> ScheduleState:
        (state,) = await standings(self.parts.pool, [self.entry], self.at)
        return state


@pytest.fixture
def office(app: FastAPI) -> Office:
    return Office(app.state.parts)


def test_two_in_the_morning_in_taipei_is_six_in_the_evening_utc_the_day_before() -> None:
    prices = Scheduled("prices", "0 18 * * *", _nothing)
    assert prices.due_before(TWO_IN_TAIPEI) == TWO_IN_TAIPEI
    assert prices.due_before(TWO_IN_TAIPEI - timedelta(seconds=1)) == TWO_IN_TAIPEI - timedelta(1)
    assert prices.due_after(TWO_IN_TAIPEI) == TWO_IN_TAIPEI + timedelta(1)


def test_the_documented_times_are_in_the_timetable() -> None:
    crons = {entry.name: entry.cron for entry in SCHEDULES}
    assert crons["customer-statistics"] == "0 * * * *"
    assert crons["catalogue-refresh"] == "0 */4 * * *"
    assert crons["pricing"] == "0 18 * * *"  # 02:00 in Taipei
    assert crons["report-aggregation"] == "0 19 * * *"  # 03:00 in Taipei
    assert {"overdue-check", "reconciliation", "tidy-up"} <= set(crons)


async def test_a_due_moment_is_dealt_with_once(office: Office) -> None:
    assert await office.timetable.run("prices") is None
    assert await office.timetable.run("prices") is None
    assert office.runs == 1
    office.at += timedelta(days=1)
    await office.timetable.run("prices")
    assert office.runs == 2


async def test_moments_that_nobody_was_there_for_are_made_up_for_once(office: Office) -> None:
    await office.timetable.run("prices")
    office.at += timedelta(days=9)
    for _ in range(3):
        await office.timetable.run("prices")
    assert office.runs == 2


async def test_a_failure_is_noted_and_tried_again_later_and_later(office: Office) -> None:
    office.troubles = [Unreachable("gone")] * 3
    pauses = [await office.timetable.run("prices") for _ in range(3)]
    assert pauses == sorted(p for p in pauses if p)
    state = await office.standing()
    assert (state.outcome, state.attempts) == ("failed", 3)
    assert "UNREACHABLE" in state.last_error
    assert await office.timetable.run("prices") is None
    state = await office.standing()
    assert (state.outcome, state.last_error, state.done_at) == ("done", "", office.at)


async def test_a_mistake_in_a_run_is_noted_like_any_other_failure(office: Office) -> None:
    office.troubles = [ZeroDivisionError("oops")]
    assert await office.timetable.run("prices") is not None
    assert (await office.standing()).last_error == "ZeroDivisionError: oops"


async def test_what_is_not_done_is_late_after_a_quarter_of_an_hour(office: Office) -> None:
    office.troubles = [Unreachable("gone")]
    await office.timetable.run("prices")
    assert not (await office.standing()).is_late
    office.at += timedelta(minutes=11)
    assert (await office.standing()).is_late
    await office.timetable.run("prices")
    assert not (await office.standing()).is_late


async def test_a_run_that_was_killed_is_done_again(office: Office) -> None:
    office.troubles = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        await office.timetable.run("prices")
    assert (await office.standing()).outcome == "running"
    assert await office.timetable.run("prices") is None
    assert (await office.standing()).outcome == "done"


async def test_two_servers_on_one_database_run_a_missed_moment_once(office: Office) -> None:
    pool = office.parts.pool
    servers = [queue_of(office, office.timetable) for _ in range(2)]
    await miss(office)
    async with running(servers):
        await office.until_done()
    assert office.runs == 1
    assert await pool.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", JOB) == 0
    assert await pool.fetchval(
        "SELECT next_run > now() FROM pgqueuer_schedules WHERE entrypoint = $1", JOB
    )


async def test_a_failed_run_is_tried_again_by_the_queue(office: Office) -> None:
    office.troubles = [Unreachable("gone")]
    quick = Clock(now=lambda: office.at, chance=lambda: 0.0)
    queue = queue_of(office, Timetable(office.parts, [office.entry], quick))
    await miss(office)
    async with running([queue]):
        await office.until_done()
    assert (office.runs, (await office.standing()).attempts) == (2, 2)


async def test_a_run_that_the_end_of_a_server_cuts_short_is_done_by_the_next(
    office: Office,
) -> None:
    office.hangs = True
    first = queue_of(office, office.timetable)
    await miss(office)
    async with running([first], patience=0.05):
        await office.begun.wait()
    assert (await office.standing()).outcome == "running"
    office.hangs = False
    async with running([queue_of(office, office.timetable)]):
        await office.until_done()
    assert office.runs == 2


async def test_the_timetable_is_there_for_everybody_to_read(clerk: httpx.AsyncClient) -> None:
    answered = await clerk.get("/internal/schedules")
    found = decode(Schedules, answered.content).schedules
    assert [entry.name for entry in found] == [entry.name for entry in SCHEDULES]
    assert all(not entry.is_late for entry in found)
    hourly = next(entry for entry in found if entry.name == "customer-statistics")
    assert timedelta() < hourly.next_at - datetime.now(UTC) <= timedelta(hours=1)


async def test_what_is_late_is_said_by_the_health_page_and_the_status(
    office: Office, clerk: httpx.AsyncClient, tmp_path: Path
) -> None:
    pool = office.parts.pool
    await pool.execute(
        """INSERT INTO schedule_runs (name, due_at, outcome, attempts, last_error, started_at)
           VALUES ('pricing', $1, 'failed', 7, 'UNREACHABLE: gone', $1)""",
        datetime.now(UTC) - timedelta(days=2),
    )
    health = (await clerk.get("/internal/health/integrations")).json()
    assert health["late_schedules"] == ["pricing"]
    async with pool.acquire() as connection:
        status = await read_status(connection, tmp_path)
    assert ("failed", "pricing: UNREACHABLE: gone") in status.lines(datetime.now(UTC))


def queue_of(office: Office, timetable: Timetable) -> JobQueue:
    """The queue of one server process."""
    queue = JobQueue(office.parts.pool, _deliver)
    timetable.join(queue)
    return queue


async def miss(office: Office) -> None:
    """It was due yesterday, when no server was there."""
    key = CronExpressionEntrypoint(CronEntrypoint(JOB), CronExpression(office.entry.cron))
    queries = Queries(AsyncpgPoolDriver(office.parts.pool))
    await queries.insert_schedule({key: timedelta(days=-1)})


@asynccontextmanager
async def running(servers: Sequence[JobQueue], patience: float = 5) -> AsyncIterator[None]:
    """The queues of several server processes at work."""
    tasks = [asyncio.create_task(queue.run()) for queue in servers]
    try:
        yield
    finally:
        for queue, working in zip(servers, tasks, strict=True):
            await queue.end(working, patience)
        await asyncio.gather(*tasks)


async def _deliver(_lane: str) -> None:
    """Nothing is owed."""


async def _nothing(_parts: Parts) -> None:
    """Nothing happens."""
