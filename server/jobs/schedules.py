"""What happens by the clock: a name, when, and what; the list itself is `server/timetable.py`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.parts import Parts


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One entry of the timetable; `cron` is in UTC (Taipei is UTC+8 all year)."""

    name: str
    cron: str
    run: Callable[[Parts], Awaitable[None]]
