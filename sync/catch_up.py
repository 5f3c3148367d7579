"""Pulls whenever somebody is in doubt, and by itself every 15 s while no events arrive."""

import asyncio

from app.transport.backoff import Backoff
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import SignedOut, SyncError
from local_db.errors import StorageRefused
from sync.feed import Feed
from sync.gateways.office import Office
from sync.state import SyncState

POLL_EVERY = 15.0
AFTER_REFUSAL = 60.0  # a full disk or an unusable file does not get better within seconds
AGAIN = Backoff(first=1.0, largest=POLL_EVERY, floor=0.5)


class CatchUp:
    """One task for all doubts: many wishes in a row become one pull."""

    def __init__(
        self, feed: Feed, office: Office, state: SyncState, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._feed = feed
        self._office = office
        self._state = state
        self._clock = clock
        self._wanted = asyncio.Event()
        self._failures = 0
        self._pause = POLL_EVERY

    @property
    def is_busy(self) -> bool:
        """Whether a pull is wished for or under way."""
        return self._wanted.is_set() or self._feed.is_pulling

    def want(self) -> None:
        """Pull as soon as possible."""
        self._wanted.set()

    async def run(self) -> None:
        """Pull at the start, at every wish, after a failure, and as a poll; returns never."""
        self._wanted.set()
        while True:
            wished = await self._clock.wait(self._wanted, self._pause)
            if not wished and not self._failures and self._state.has_socket:
                continue
            self._wanted.clear()
            try:
                await self._pull()
                self._failures = 0
                self._pause = POLL_EVERY
            except SyncError as error:
                self._failures += 1
                self._pause = AGAIN.delay(self._failures, self._clock.chance())
                self._state.failed(error)
            except StorageRefused as error:
                self._failures += 1
                self._pause = AFTER_REFUSAL
                self._state.failed(error)

    async def _pull(self) -> None:
        try:
            await self._feed.pull()
        except SignedOut:
            # Nobody may pull, but the status bar still says whether the office is there.
            await self._office.health()
            raise
