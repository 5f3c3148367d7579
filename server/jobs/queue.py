"""Our port to PgQueuer: putting jobs in within a transaction, and running them."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta

import asyncpg
import structlog
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.errors import PgqException, RetryRequested
from pgqueuer.models import Job, Schedule
from pgqueuer.queries import Queries

DELIVER = "deliver"
BATCH = 10
MOST_AT_ONCE = 20
TAKEN_OVER_AFTER_S = 10
POLL_S = 5.0
RECOVERY_S = 0.5
TRIED_AGAIN_AFTER_S = 2.0
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError, PgqException)
_log = structlog.get_logger()
Handler = Callable[[str], Coroutine[None, None, float | None]]


async def enqueue_deliveries(connection: asyncpg.Connection, lanes: Sequence[str]) -> None:
    """Queue the delivery of these lanes, in the caller's transaction."""
    await Queries(AsyncpgDriver(connection)).enqueue(
        [DELIVER] * len(lanes), [lane.encode() for lane in lanes], [0] * len(lanes)
    )


class JobQueue:
    """Runs the queue's jobs in this process; several processes share one queue.

    A job of a process that was killed is run again by another one after ten seconds.
    """

    def __init__(self, pool: asyncpg.Pool, deliver: Handler) -> None:
        self._pool = pool
        self._handlers: dict[str, tuple[Handler, int]] = {DELIVER: (deliver, 0)}
        self._crons: dict[str, str] = {}
        self._pgq: PgQueuer | None = None
        self._running: set[asyncio.Future[float | None]] = set()
        self._is_stopping = False
        self._is_ending = False

    def at(self, cron: str, name: str, work: Handler) -> None:
        """Do this job by the clock (UTC), once at a time in all processes; before `run`."""
        self._handlers[name] = (work, 1)
        self._crons[name] = cron

    async def run(self) -> None:
        """Work until `end`; outlives a database that is away for a while."""
        is_in_trouble = False
        while not self._is_stopping:
            try:
                self._pgq = self._assembled()
                await self._pgq.run(
                    batch_size=BATCH,
                    max_concurrent_tasks=MOST_AT_ONCE,
                    dequeue_timeout=timedelta(seconds=POLL_S),
                    heartbeat_timeout=timedelta(seconds=TAKEN_OVER_AFTER_S),
                    shutdown_on_listener_failure=True,
                )
            except TROUBLE as error:
                if not is_in_trouble:
                    _log.warning("the job queue can not be read", error=type(error).__name__)
                is_in_trouble = True
                await asyncio.sleep(RECOVERY_S)

    async def end(self, working: asyncio.Task[None], patience: float) -> None:
        """Take no further jobs; those that do not end within `patience` s go back to the queue.

        `working` is the task of `run`.
        """
        self._is_stopping = True
        if self._pgq is not None:
            self._pgq.shutdown.set()
        await asyncio.wait([working], timeout=patience)
        self._is_ending = True
        for delivery in self._running:
            delivery.cancel()
        await asyncio.wait([working], timeout=patience)

    def _assembled(self) -> PgQueuer:
        """PgQueuer with all jobs; it can be run once only."""
        pgq = PgQueuer.from_asyncpg_pool(self._pool)
        for name, (work, most_at_once) in self._handlers.items():
            self._handle(pgq, name, work, most_at_once)
        for name, cron in self._crons.items():
            _enqueue_at(pgq, name, cron)
        return pgq

    def _handle(self, pgq: PgQueuer, name: str, work: Handler, most_at_once: int) -> None:
        @pgq.entrypoint(name, concurrency_limit=most_at_once)
        async def run(job: Job) -> None:
            try:
                pause = await self._run(work((job.payload or b"").decode()))
            except TROUBLE as error:
                # PgQueuer would throw the job away, and what it was about would wait for ever.
                _log.warning("a job is tried again", job=name, error=type(error).__name__)
                pause = TRIED_AGAIN_AFTER_S
            if pause is not None:
                raise RetryRequested(timedelta(seconds=pause))

    async def _run(self, delivery: Coroutine[None, None, float | None]) -> float | None:
        task = asyncio.ensure_future(delivery)
        self._running.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self._is_ending:
                return 0.0  # PgQueuer would take a cancelled job for a finished one
            raise
        finally:
            self._running.discard(task)


def _enqueue_at(pgq: PgQueuer, name: str, cron: str) -> None:
    @pgq.schedule(name, cron)
    async def due(_schedule: Schedule) -> None:
        await pgq.qm.queries.enqueue(name, None, dedupe_key=name, on_conflict="skip")
