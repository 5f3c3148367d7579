"""What to do with a frame of the event socket; pure. Any doubt ends in a pull over HTTP."""

from dataclasses import dataclass, replace
from enum import Enum

from app.wire.events import Envelope
from app.wire.registers import Change
from local_db.cursors import Cursor


class Doing(Enum):
    """What a frame asks for."""

    NOTHING = "nothing"
    APPLY = "apply"  # the buffered server transaction is complete
    PULL = "pull"


@dataclass(frozen=True, slots=True)
class Track:
    """Rows of a server transaction that has not arrived whole yet."""

    buffer: tuple[Change, ...] = ()

    def after(self, envelope: Envelope, cursor: Cursor | None) -> tuple["Track", Doing]:
        """The next track, and what to do with it, once `envelope` arrived.

        pos == last + 1 is taken (and applied when its transaction is complete), pos <= last is
        known already, everything else is a gap or another history: pull.
        """
        if cursor is None or envelope.epoch != cursor.epoch:
            return Track(), Doing.PULL
        buffer = tuple(change for change in self.buffer if change.pos > cursor.pos)
        last = buffer[-1].pos if buffer else cursor.pos
        if envelope.pos <= last:
            return Track(buffer), Doing.NOTHING
        if envelope.pos != last + 1:
            return Track(), Doing.PULL
        track = replace(self, buffer=(*buffer, envelope.change))
        return track, Doing.APPLY if envelope.tx_last else Doing.NOTHING


def at_head(epoch: int, head: int, cursor: Cursor | None) -> Doing:
    """What to do when the server says where its feed stands."""
    if cursor is None or epoch != cursor.epoch:
        return Doing.PULL
    return Doing.NOTHING if head == cursor.pos else Doing.PULL
