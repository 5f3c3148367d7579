"""Our port to PgQueuer: putting jobs in within a transaction, and running them."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.db import AsyncpgDriver
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job, Schedule
from pgqueuer.queries import Queries

DELIVER = "deliver"
BATCH = 10
MOST_AT_ONCE = 20
TAKEN_OVER_AFTER_S = 10
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
        self.pgq = PgQueuer.from_asyncpg_pool(pool)
        self._running: set[asyncio.Future[float | None]] = set()
        self._is_ending = False

        self._handle(DELIVER, deliver, 0)

    def at(self, cron: str, name: str, work: Handler) -> None:
        """Do this job by the clock (UTC), once at a time in all processes; before `run`."""
        self._handle(name, work, 1)

        @self.pgq.schedule(name, cron)
        async def due(_schedule: Schedule) -> None:
            await self.pgq.qm.queries.enqueue(name, None, dedupe_key=name, on_conflict="skip")

    async def run(self) -> None:
        """Work until `stop`."""
        await self.pgq.run(
            batch_size=BATCH,
            max_concurrent_tasks=MOST_AT_ONCE,
            dequeue_timeout=timedelta(seconds=5),
            heartbeat_timeout=timedelta(seconds=TAKEN_OVER_AFTER_S),
        )

    async def end(self, working: asyncio.Task[None], patience: float) -> None:
        """Take no further jobs; those that do not end within `patience` s go back to the queue.

        `working` is the task of `run`.
        """
        self.pgq.shutdown.set()
        await asyncio.wait([working], timeout=patience)
        self._is_ending = True
        for delivery in self._running:
            delivery.cancel()
        await asyncio.wait([working], timeout=patience)

    def _handle(self, name: str, work: Handler, most_at_once: int) -> None:
        @self.pgq.entrypoint(name, concurrency_limit=most_at_once)
        async def run(job: Job) -> None:
            pause = await self._run(work((job.payload or b"").decode()))
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
