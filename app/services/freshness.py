"""How old the local copy of the office's figures is."""

from datetime import datetime

from sqlalchemy.orm import Session

from local_db.cursors import read_cursor
from sync.state import SyncState


def copy_time(session: Session, state: SyncState) -> datetime | None:
    """The instant up to which the copy is known to be complete; None without a copy.

    While the link lives this is the last beacon that named our own position; an answer alone,
    such as a sign-in after an outage, proves nothing about the copy. After a start without the
    office it is the last page that was applied.
    """
    cursor = read_cursor(session)
    if cursor is None:
        return None
    return max(cursor.applied_at, state.copy_complete_at or cursor.applied_at)
