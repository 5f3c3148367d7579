"""All conversations with the office at once: one task group that outlives every failure."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.metrics import Exchange
from app.wire.registers import Session
from local_db.database import Database
from local_db.errors import StorageRefused
from local_db.tables import RegisterRow
from sync.catch_up import CatchUp
from sync.feed import Feed
from sync.gateways.network import NetworkWatch
from sync.gateways.office import Office
from sync.gateways.office_events import OfficeEvents
from sync.receiver import Receiver
from sync.schedule import Schedule
from sync.sender import Sender
from sync.snapshot import Bootstrap
from sync.state import Link, Sign, SyncState
from sync.transport.stack import OfficeStack

log = logging.getLogger(__name__)
WATCH_EVERY = 10.0
REARM_AFTER = 5.0


class SyncEngine:
    """Give it the database and the line; `run` it; `wake` it when the user says "send now".

    `on_bug` hears of an exception that is none of `Unreachable`, `Rejected`, `StorageRefused`;
    the part that raised it is started again all the same.
    """

    def __init__(
        self,
        database: Database,
        stack: OfficeStack,
        state: SyncState,
        clock: Clock = SYSTEM_CLOCK,
        on_bug: Callable[[BaseException], None] | None = None,
    ) -> None:
        self._database = database
        self._stack = stack
        self._state = state
        self._clock = clock
        self._on_bug = on_bug or _log_bug
        self.office = Office(stack.client, clock)
        self.bootstrap = Bootstrap(database, self.office, state, clock)
        self.feed = Feed(database, self.office, self.bootstrap, state, clock)
        self.catch_up = CatchUp(self.feed, self.office, state, clock)
        self.sender = Sender(database, self.office, state, clock)
        self.schedule = Schedule(database, self.feed, state, clock)
        self._receiver: Receiver | None = None
        self._link = state.link
        self._had_socket = state.has_socket

    def wake(self) -> None:
        """Try everything now: the user says so, or the line is back."""
        self._stack.breaker.sign_of_life()
        self.sender.wake(hurry=True)
        self.catch_up.want()
        if self._receiver is not None:
            self._receiver.wake()

    async def run(self) -> None:
        """Sync until cancelled."""
        self._receiver = Receiver(
            self._device_id,
            OfficeEvents(self._stack),
            self.feed,
            self._state,
            self.catch_up.want,
            self._clock,
        )
        unlisten = [
            self._state.listen(self._state_changed),
            self._stack.metrics.listen(self._exchanged),
            self._stack.tokens.listen(self._session_changed),
            self._stack.cable.listen(self._cable_moved),
        ]
        self._state.needs_sign_in(needed=self._stack.tokens.session is None)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watched_sender(), name="sender")
                network = NetworkWatch(self._network_changed, self._clock)
                parts = (self._receiver.run, self.catch_up.run, self.schedule.run, network.run)
                for part in parts:
                    group.create_task(self._kept_alive(part), name=part.__qualname__)
        finally:
            for stop in unlisten:
                stop()
            await self._stack.client.aclose()

    def _device_id(self) -> UUID | None:
        with self._database.read() as session:
            register = session.get(RegisterRow, 1)
            return None if register is None else register.device_id

    async def _kept_alive(self, part: Callable[[], Awaitable[None]]) -> None:
        while True:
            task = asyncio.ensure_future(part())
            await self._ended(task)
            await self._clock.sleep(REARM_AFTER)

    async def _watched_sender(self) -> None:
        while True:
            task = asyncio.ensure_future(self.sender.run())
            watch = asyncio.ensure_future(self._watch())
            try:
                await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
                if not task.done():
                    self._state.wedged()
            finally:
                await _cancelled(watch, task)
            await self._ended(task)
            await self._clock.sleep(REARM_AFTER)

    async def _watch(self) -> None:
        while not self.sender.is_wedged():
            await self._clock.sleep(WATCH_EVERY)

    async def _ended(self, task: "asyncio.Future[None]") -> None:
        try:
            await asyncio.wait({task})
        finally:
            await _cancelled(task)
        error = None if task.cancelled() else task.exception()
        refusals = _refusals(error)
        for refused in refusals or ():
            self._state.failed(refused)
        if error is not None and refusals is None:
            self._on_bug(error)

    def _state_changed(self) -> None:
        came_back = self._state.link is Link.ONLINE and self._link is not Link.ONLINE
        connected = self._state.has_socket and not self._had_socket
        self._link, self._had_socket = self._state.link, self._state.has_socket
        if came_back or connected:
            self._stack.breaker.sign_of_life()
            self.sender.wake(hurry=True)

    def _exchanged(self, exchange: Exchange) -> None:
        sign = Sign.ANSWERED if exchange.is_answered else Sign.FAILED
        self._state.saw(sign, self._clock.now())

    def _session_changed(self, session: Session | None) -> None:
        self._state.needs_sign_in(needed=session is None)
        if session is not None:
            self.wake()

    def _network_changed(self, lost: frozenset[str], gained: frozenset[str]) -> None:
        if self._receiver is not None and lost:
            self._receiver.addresses_lost(lost)
        if gained:
            self.wake()

    def _cable_moved(self, plugged: bool) -> None:
        sign = Sign.CABLE_PLUGGED if plugged else Sign.CABLE_PULLED
        self._state.saw(sign, self._clock.now())
        if plugged:
            self.wake()


async def _cancelled(*tasks: "asyncio.Future[None]") -> None:
    """Return once they have ended: nothing may use the line or the store after that."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def _refusals(error: BaseException | None) -> list[StorageRefused] | None:
    """The storage's refusals that an ended part met; None when something else was among them."""
    if isinstance(error, StorageRefused):
        return [error]
    if not isinstance(error, BaseExceptionGroup):
        return None
    refused, other = error.split(StorageRefused)
    if refused is None or other is not None:
        return None
    return [leaf for inner in refused.exceptions for leaf in _refusals(inner) or ()]


def _log_bug(error: BaseException) -> None:
    log.error("a part of the sync stopped and was started again", exc_info=error)
