"""Listens to the office: server events applied once and in order, as soon as they happen."""

import asyncio
from collections.abc import Callable
from uuid import UUID

from app.transport.backoff import RECONNECT
from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import SignedOut, Unreachable
from app.wire.events import Envelope
from sync.feed import Feed
from sync.gateways.office_events import EventStream, OfficeEvents, TokenRanOut
from sync.state import Sign, SyncState
from sync.tracks import Doing, Track, at_head


class Receiver:
    """Keeps the event socket open for ever; whatever it can not apply it asks to be pulled.

    `device_id` gives None before the register has enrolled. `want_pull` is called for every doubt;
    the pull itself is another task's.
    """

    def __init__(
        self,
        device_id: Callable[[], UUID | None],
        events: OfficeEvents,
        feed: Feed,
        state: SyncState,
        want_pull: Callable[[], None],
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._device_id = device_id
        self._events = events
        self._feed = feed
        self._state = state
        self._want_pull = want_pull
        self._clock = clock
        self._woken = asyncio.Event()
        self._attempt = 0
        self._stream: EventStream | None = None

    def addresses_lost(self, addresses: frozenset[str]) -> None:
        """The system says that these addresses of ours are gone: drop a socket that used one."""
        if self._stream is not None and self._stream.local_address in addresses:
            self._stream.abort()

    def wake(self) -> None:
        """Connect at once instead of waiting for the next attempt."""
        self._attempt = 0
        self._woken.set()

    async def run(self) -> None:
        """Connect, listen, connect again; returns never."""
        while True:
            self._woken.clear()
            try:
                await self._session()
            except TokenRanOut:
                # Nothing is wrong with the line, so the light stays green while we reconnect.
                await self._renew()
                continue
            except Unreachable as error:
                self._lost(error)
            delay = RECONNECT.delay(self._attempt, self._clock.chance())
            self._attempt += 1
            await self._clock.wait(self._woken, delay)

    async def _session(self) -> None:
        device_id = self._device_id()
        if device_id is None:
            raise SignedOut("this register has not enrolled yet")
        async with self._events.connect(device_id, self._feed.cursor()) as stream:
            self._attempt, self._stream = 0, stream
            self._state.saw(Sign.SOCKET_UP, self._clock.now())
            # Subscribed first, pulled second: what happens in between arrives as frames.
            welcome = stream.welcome
            if self._at_head(welcome.epoch, welcome.head) is Doing.PULL:
                self._want_pull()
            await self._listen(stream)

    async def _listen(self, stream: EventStream) -> None:
        track = Track()
        async for frame in stream.frames():
            self._state.saw(Sign.ANSWERED, self._clock.now())
            if isinstance(frame, Envelope):
                track, doing = track.after(frame, self._feed.cursor())
            else:
                doing = self._at_head(frame.epoch, frame.head)
            if doing is Doing.APPLY:
                applied = self._feed.apply(track.buffer, frame.epoch)
                track, doing = Track(), Doing.NOTHING if applied else Doing.PULL
            if doing is Doing.PULL:
                self._want_pull()

    def _at_head(self, epoch: int, head: int) -> Doing:
        if self._feed.is_pulling:
            return Doing.NOTHING
        doing = at_head(epoch, head, self._feed.cursor())
        if doing is Doing.NOTHING:
            self._state.completed(self._clock.now())
        return doing

    async def _renew(self) -> None:
        try:
            await self._events.renew()
        except Unreachable as error:
            self._lost(error)
            self._attempt += 1
            await self._clock.wait(
                self._woken, RECONNECT.delay(self._attempt, self._clock.chance())
            )

    def _lost(self, error: Unreachable) -> None:
        now = self._clock.now()
        self._state.saw(Sign.SOCKET_DOWN, now)
        if error.is_outage and not isinstance(error, SignedOut):
            self._state.saw(Sign.FAILED, now)
        self._state.failed(error)
