"""Every call that leaves the process, noted in the audit log just after it happened.

See docs/decisions/096-the-audit-log-is-a-chain.md.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable

import asyncpg
import structlog

from app.transport.clocks import SYSTEM_CLOCK
from app.transport.metrics import Exchange, Metrics
from server.operation import correlation
from server.operation.audit import Action, AuditEntry, note

GATHER_S = 0.2
RECOVERY_S = 2.0
MOST_WAITING = 10_000
# Looking for news several times a second; summed up once a minute.
POLLING = frozenset({"mirror"})
SUMMED_S = 60.0
BATCH = 500
DATABASE_TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
_log = structlog.get_logger()


class CallLog:
    """Gathers calls without ever making a caller wait; `run` writes them down in batches."""

    def __init__(self, pool: asyncpg.Pool, most_waiting: int = MOST_WAITING) -> None:
        self._pool = pool
        self._most = most_waiting
        self._waiting: deque[AuditEntry] = deque()
        self._polls: Counter[tuple[str, str, str]] = Counter()
        self._summed_at = SYSTEM_CLOCK.monotonic()
        self._lost = 0
        self._filled = asyncio.Event()

    def follow(self, integration: str, metrics: Metrics) -> Callable[[], None]:
        """Note every exchange with this integration; the result ends that."""
        return metrics.listen(lambda exchange: self.add(integration, exchange))

    def add(self, integration: str, exchange: Exchange) -> None:
        """Remember one call for writing."""
        if exchange.operation in POLLING:
            self._polls[integration, exchange.operation, _outcome(exchange)] += 1
        else:
            self.put(_entry(integration, exchange))

    def put(self, entry: AuditEntry) -> None:
        """Remember an entry for writing; beyond the bound it is only counted."""
        if len(self._waiting) >= self._most:
            self._lost += 1
            return
        self._waiting.append(entry)
        self._filled.set()

    async def run(self) -> None:
        """Write until cancelled; outlives a database that is away for a while."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SUMMED_S):
                    await self._filled.wait()
            await asyncio.sleep(GATHER_S)
            try:
                if SYSTEM_CLOCK.monotonic() - self._summed_at >= SUMMED_S:
                    self.sum_up()
                await self.flush()
            except DATABASE_TROUBLE as error:
                _log.warning("calls can not be audited", error=type(error).__name__)
                await asyncio.sleep(RECOVERY_S)

    def sum_up(self) -> None:
        """Turn what was only counted into entries."""
        self._summed_at = SYSTEM_CLOCK.monotonic()
        for (integration, operation, outcome), calls in self._polls.items():
            entry = AuditEntry(
                Action.CALLED,
                integration,
                outcome=outcome,
                detail={"operation": operation, "calls": calls},
            )
            self.put(entry)
        self._polls.clear()

    async def flush(self) -> None:
        """Write down all that has gathered; what can not be written stays. `DATABASE_TROUBLE`."""
        while self._waiting:
            entries = [self._waiting[i] for i in range(min(BATCH, len(self._waiting)))]
            lost = self._lost
            if lost:
                entries.append(AuditEntry(Action.CALLS_LOST, "all", detail={"calls": lost}))
            async with self._pool.acquire() as connection:
                await note(connection, *entries)
            self._lost -= lost
            for _ in range(len(entries) - bool(lost)):
                self._waiting.popleft()
        self._filled.clear()


def _entry(integration: str, exchange: Exchange) -> AuditEntry:
    return AuditEntry(
        action=Action.CALLED,
        target=integration,
        outcome=_outcome(exchange),
        detail={"operation": exchange.operation, "ms": round(exchange.seconds * 1000)},
        correlation=correlation.current(),
    )


def _outcome(exchange: Exchange) -> str:
    return f"HTTP {exchange.status}" if exchange.error is None else exchange.error.code
