"""What this counter remembers about itself: language, theme, text size, printer."""

from local_db.database import Database
from local_db.tables import PreferenceRow


class PreferencesDesk:
    """Small named settings of this counter, kept in its own database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: str) -> str:
        """The stored value, else `default`."""
        with self._database.read() as session:
            row = session.get(PreferenceRow, name)
            return default if row is None else row.value

    def set(self, name: str, value: str) -> None:
        """Store a value for the next start."""
        with self._database.write() as session:
            session.merge(PreferenceRow(name=name, value=value))
