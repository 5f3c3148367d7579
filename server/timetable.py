"""The documented timetable of the server (spec, Batch Sync Schedule); wired in `server/app.py`."""

from server.jobs.schedules import Scheduled

SCHEDULES: tuple[Scheduled, ...] = ()
