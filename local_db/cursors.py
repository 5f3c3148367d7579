"""How far the reference copy has applied the server's feed."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from local_db.reference_tables import feed_cursor


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything of `epoch` up to and with `pos` is in the copy; `applied_at` says since when."""

    epoch: int
    pos: int
    applied_at: datetime


def read_cursor(session: Session) -> Cursor | None:
    """The cursor of the live reference file; None when there is no copy yet."""
    row = session.execute(
        select(feed_cursor.c.epoch, feed_cursor.c.pos, feed_cursor.c.applied_at)
    ).one_or_none()
    if row is None:
        return None
    return Cursor(row.epoch, row.pos, datetime.fromtimestamp(row.applied_at, UTC))
