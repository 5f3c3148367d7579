"""The link to the office: is it there, what waits, what needs a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.services.orders import UploadState


class LinkState(StrEnum):
    """Whether the server answers."""

    ONLINE = "ONLINE"
    CONNECTING = "CONNECTING"
    OFFLINE = "OFFLINE"
    SIGN_IN_NEEDED = "SIGN_IN_NEEDED"


@dataclass(frozen=True, slots=True)
class BootstrapProgress:
    """How far the first copy of the shop's data has come. `phase`: download, verify, prepare."""

    phase: str
    done: int
    total: int
    per_second: float
    remaining: timedelta | None

    @property
    def fraction(self) -> float:
        """0.0 to 1.0."""
        return min(1.0, self.done / self.total) if self.total else 0.0


@dataclass(frozen=True, slots=True)
class OfficeStatus:
    """Everything the status bar says."""

    link: LinkState
    waiting: int
    oldest_waiting: timedelta | None
    attention: int
    prices_of: date | None
    data_age: timedelta | None
    bootstrap: BootstrapProgress | None
    has_copy: bool
    cable_unplugged: bool
    last_problem: str = ""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One message of the outbox as people see it."""

    msg_id: UUID
    order_uid: UUID | None
    order_id: str
    customer_name: str
    kind: str
    state: UploadState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    reason: str


class OfficeDesk:
    """Says how the office is reached and what waits; lets a person push it along."""

    can_unplug: bool

    def status(self) -> OfficeStatus:
        """The present state; cheap enough for every change."""
        raise NotImplementedError

    def queue(self) -> tuple[QueueItem, ...]:
        """What needs a person first, then what waits, then the last that were received."""
        raise NotImplementedError

    def listen(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Hear of every change of link or progress; returns how to stop listening."""
        raise NotImplementedError

    def send_now(self) -> None:
        """Try everything that waits at once."""
        raise NotImplementedError

    def retry(self, msg_id: UUID) -> None:
        """Try a message again that needed a person."""
        raise NotImplementedError

    def unplug(self, unplugged: bool) -> None:
        """Pull or plug the demonstration's network cable; only when `can_unplug`."""
        raise NotImplementedError
