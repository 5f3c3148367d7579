"""What the desktop shows about the conversation with the office: one observable plain object."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.transport.errors import BreakerOpen, SyncError, Unreachable
from local_db.errors import StorageRefused
from sync.links import Link, LinkJudge, Sign

OFFSET_SAMPLES = 16
CLOCK_SUSPECT = timedelta(seconds=120)

__all__ = ["BootstrapPhase", "BootstrapProgress", "Link", "Sign", "SyncState"]


class BootstrapPhase(StrEnum):
    """The steps of fetching a whole reference copy."""

    ASKING = "asking"
    DOWNLOADING = "downloading"
    UNPACKING = "unpacking"
    PREPARING = "preparing"
    CATCHING_UP = "catching up"


@dataclass(frozen=True, slots=True)
class BootstrapProgress:
    """How far a bootstrap, or a long catch-up, is; `rate` is of the phase, per second."""

    phase: BootstrapPhase
    bytes_done: int = 0
    bytes_total: int = 0
    rows_done: int = 0
    rows_total: int = 0
    rate: float = 0.0


class SyncState:
    """Read its attributes; `listen` hears of every change, without arguments, on the loop.

    `copy_complete_at` is the last moment at which the reference copy was known to hold everything
    that the server had; `clock_offset` is server time minus ours, by the exchange with the
    shortest round trip.
    """

    def __init__(self) -> None:
        self.last_contact_at: datetime | None = None
        self.copy_complete_at: datetime | None = None
        self.last_error: SyncError | StorageRefused | None = None
        self.bootstrap: BootstrapProgress | None = None
        self.sign_in_needed = False
        self.clock_offset: timedelta | None = None
        self.outbox_wedges = 0
        self._judge = LinkJudge()
        self._samples: list[tuple[float, timedelta]] = []
        self._listeners: list[Callable[[], None]] = []

    @property
    def link(self) -> Link:
        """Whether the office can be reached, judged with hysteresis."""
        return self._judge.link

    @property
    def has_socket(self) -> bool:
        """Whether events arrive by themselves, so that nobody needs to poll."""
        return self._judge.has_socket

    @property
    def is_clock_suspect(self) -> bool:
        """Whether this machine's clock is more than two minutes off."""
        return self.clock_offset is not None and abs(self.clock_offset) > CLOCK_SUSPECT

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back after every change; the result ends that."""
        self._listeners.append(callback)

        def stop() -> None:
            if callback in self._listeners:
                self._listeners.remove(callback)

        return stop

    def saw(self, sign: Sign, at: datetime) -> None:
        """Note one observation about the line."""
        before = (self._judge, self.last_error)
        self._judge = self._judge.after(sign)
        if sign in {Sign.ANSWERED, Sign.SOCKET_UP}:
            self.last_contact_at = at
            if isinstance(self.last_error, Unreachable):
                self.last_error = None
        if (self._judge, self.last_error) != before:
            self._tell()

    def failed(self, error: SyncError | StorageRefused) -> None:
        """Keep the latest trouble; contact with the office clears it.

        A pause after failures says less than the failure, which stays.
        """
        if isinstance(error, BreakerOpen) and self.last_error is not None:
            return
        if self.last_error is None or self.last_error.code != error.code:
            self.last_error = error
            self._tell()

    def progressed(self, progress: BootstrapProgress | None) -> None:
        """Show how far a bootstrap is; None when it is over."""
        if progress != self.bootstrap:
            self.bootstrap = progress
            self._tell()

    def needs_sign_in(self, *, needed: bool) -> None:
        """Say that somebody must sign in again before anything can be sent."""
        if needed != self.sign_in_needed:
            self.sign_in_needed = needed
            self._tell()

    def sampled(self, server_time: datetime, at: datetime, round_trip: float) -> None:
        """Learn the clock offset from an answer that arrived `at` after `round_trip` seconds."""
        offset = server_time - at + timedelta(seconds=round_trip / 2)
        self._samples = [*self._samples, (round_trip, offset)][-OFFSET_SAMPLES:]
        self.clock_offset = min(self._samples)[1]

    def completed(self, at: datetime) -> None:
        """The reference copy holds everything that the server had at that moment."""
        self.copy_complete_at = at

    def wedged(self) -> None:
        """Count a sender that had to be started again; must stay 0."""
        self.outbox_wedges += 1
        self._tell()

    def _tell(self) -> None:
        for callback in tuple(self._listeners):
            callback()
