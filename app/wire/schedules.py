"""The server's timetable (addition to the spec's Batch Sync Schedule)."""

from app.wire.codec import Instant, Message


class ScheduleState(Message, frozen=True, kw_only=True):
    """One entry: `cron` in UTC, `outcome` done, failed, running, or empty before the first run.

    `attempts` are those of the last due moment. `is_late` says that it is overdue by a quarter of
    an hour; `last_error` is for the administrator.
    """

    name: str
    cron: str
    outcome: str
    attempts: int
    last_error: str
    started_at: Instant | None
    done_at: Instant | None
    next_at: Instant
    is_late: bool


class Schedules(Message, frozen=True, kw_only=True):
    """`GET /internal/schedules`."""

    schedules: tuple[ScheduleState, ...]
