"""Which installation this is."""

from uuid import UUID

from app.domain.numbers import new_uid
from local_db.database import Database
from local_db.tables import RegisterRow


def ensure_identity(database: Database) -> UUID:
    """The identity of this installation, minted once and kept."""
    with database.read() as session:
        row = session.get(RegisterRow, 1)
        if row is not None:
            return row.device_id
    device_id = new_uid()
    with database.write() as session:
        session.add(RegisterRow(k=1, device_id=device_id))
    return device_id
