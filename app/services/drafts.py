"""Drafts on disk, so that an order in the middle of a call survives a crash."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.orders import OrderDraft
from app.wire.codec import decode, encode
from local_db.tables import DraftRow


def keep_draft(session: Session, draft: OrderDraft, now: datetime) -> None:
    """Store the draft in place of an earlier state of it."""
    session.merge(
        DraftRow(uid=draft.uid, customer_id=draft.customer_id, body=encode(draft), updated_at=now)
    )


def drop_draft(session: Session, uid: UUID) -> None:
    """Forget the draft; nothing happens when there is none."""
    session.execute(delete(DraftRow).where(DraftRow.uid == uid))


def drafts(session: Session) -> Iterator[OrderDraft]:
    """Every kept draft, the one that was changed last first."""
    for row in session.scalars(select(DraftRow).order_by(DraftRow.updated_at.desc())):
        yield decode(OrderDraft, row.body)
