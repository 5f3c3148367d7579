from datetime import UTC, datetime, timedelta

import pytest

from app.domain.hours import TAIPEI
from sync.schedule import Job, due, last_due


def taipei(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("job", "now", "moment"),
    [
        (Job.STATISTICS, taipei(2, 9, 59), taipei(2, 9)),
        (Job.STATISTICS, taipei(2, 10), taipei(2, 10)),
        (Job.CATALOGUE, taipei(2, 11, 59), taipei(2, 8)),
        (Job.CATALOGUE, taipei(2, 12), taipei(2, 12)),
        (Job.CATALOGUE, taipei(2, 0, 30), taipei(2, 0)),
        (Job.PRICES, taipei(2, 1, 59), taipei(1, 2)),
        (Job.PRICES, taipei(2, 2), taipei(2, 2)),
        (Job.PRICES, taipei(2, 23, 59), taipei(2, 2)),
    ],
)
def test_moments_are_taken_from_the_clock_on_the_wall_in_taipei(
    job: Job, now: datetime, moment: datetime
) -> None:
    assert last_due(job, now) == moment
    assert last_due(job, now.astimezone(UTC)) == moment


def test_a_job_that_never_ran_is_due() -> None:
    assert due(taipei(2, 9), {}) == tuple(Job)


def test_nothing_is_due_right_after_a_run() -> None:
    now = taipei(2, 9)
    assert due(now, dict.fromkeys(Job, now)) == ()


def test_missed_runs_are_due_once() -> None:
    runs = dict.fromkeys(Job, taipei(1, 1))
    now = taipei(5, 12)
    assert due(now, runs) == tuple(Job)
    assert due(now + timedelta(minutes=1), dict.fromkeys(Job, now)) == ()


def test_each_job_keeps_its_own_time() -> None:
    runs = dict.fromkeys(Job, taipei(2, 1, 30))
    assert due(taipei(2, 2), runs) == (Job.STATISTICS, Job.PRICES)
    assert due(taipei(2, 1, 45), runs) == ()
