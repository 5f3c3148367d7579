"""Keeps the copies up to date for as long as the server runs; one process at a time does it."""

import asyncio
import time
from collections.abc import Callable
from uuid import uuid4

import asyncpg
import structlog

from app.transport.backoff import Backoff
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import Unreachable
from app.wire.registers import SnapshotManifest
from server.mirror.asking import ask
from server.mirror.bootstrap import BUILDING_S, bootstrap
from server.mirror.following import PAGE, follow
from server.mirror.paths import fetch_wanted, pull_catalogue
from server.mirror.standing import (
    FEED,
    MIRRORED,
    PATHS,
    Standing,
    note_protocol,
    read_standing,
    take_lease,
)
from server.neighbours.lines import Lines
from server.neighbours.names import Neighbour
from server.neighbours.refusals import NeighbourRefused

POLL_S = 0.15
STANDBY_S = 3.0
RENEW_S = 3.0
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
_AGAIN = Backoff(first=0.5, largest=10.0, floor=0.1)
_log = structlog.get_logger()


class Keeper:
    """The copy of one remote neighbour; `changed` is called when registers have news."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        lines: Lines,
        neighbour: Neighbour,
        changed: Callable[[], None],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._pool = pool
        self._lines = lines
        self._neighbour = neighbour
        self._changed = changed
        self._clock = clock
        self._holder = uuid4()
        self._leased_at = -RENEW_S

    async def run(self) -> None:
        """Keep the copy until cancelled; outlives a neighbour or database that is away."""
        failures = 0
        while True:
            try:
                pause = await self._step()
                failures = 0
            except (Unreachable, NeighbourRefused, *TROUBLE) as error:
                if failures == 0:
                    _log.warning("a copy stands still", of=self._neighbour, error=str(error))
                pause = _AGAIN.delay(failures, self._clock.chance())
                failures += 1
            await self._clock.sleep(pause)

    async def _step(self) -> float:
        """Do what is due; seconds until the next look."""
        standing = await self._standing()
        if standing is None:
            return STANDBY_S
        if standing.protocol == "":
            await note_protocol(self._pool, self._neighbour, await self._protocol())
            return 0.0
        if standing.protocol == FEED:
            return await self._follow(standing)
        if await self._fetch_by_paths(standing):
            self._changed()
        return POLL_S

    async def _fetch_by_paths(self, standing: Standing) -> bool:
        """Fetch what was asked for; whether there was anything."""
        if standing.neighbour is Neighbour.CUSTOMERS:
            return await fetch_wanted(self._pool, self._lines) > 0
        if standing.is_wanted:
            await pull_catalogue(self._pool, self._lines)
        return standing.is_wanted

    async def _follow(self, standing: Standing) -> float:
        if not standing.is_filled or standing.is_wanted:
            await bootstrap(self._pool, self._lines, standing, self._changed)
            return 0.0
        try:
            rows = await follow(self._pool, self._lines, standing)
        except NeighbourRefused as refusal:
            if refusal.status not in {409, 410}:
                raise
            _log.info("a copy begins anew", of=self._neighbour, why=refusal.problem)
            await bootstrap(self._pool, self._lines, standing, self._changed)
            return 0.0
        if rows:
            self._changed()
        return 0.0 if rows >= PAGE else POLL_S

    async def _standing(self) -> Standing | None:
        now = time.monotonic()
        if now - self._leased_at < RENEW_S:
            return await read_standing(self._pool, self._neighbour)
        standing = await take_lease(self._pool, self._neighbour, self._holder)
        if standing is not None:
            self._leased_at = now
        return standing

    async def _protocol(self) -> str:
        """Whether the neighbour has a feed; one that knows only the spec's paths has none."""
        try:
            await ask(self._lines, self._neighbour, "/v1/snapshot", SnapshotManifest, BUILDING_S)
        except NeighbourRefused:
            return PATHS
        return FEED


async def keep_copies(pool: asyncpg.Pool, lines: Lines, changed: Callable[[], None]) -> None:
    """Keep the copy of every remote neighbour that has one, until cancelled."""
    async with asyncio.TaskGroup() as keepers:
        for neighbour in MIRRORED:
            if lines.is_remote(neighbour):
                keepers.create_task(Keeper(pool, lines, neighbour, changed).run())
