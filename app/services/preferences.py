"""What this counter remembers about itself: language, theme, text size, printer."""

from local_db.database import Database


class PreferencesDesk:
    """Small named settings of this counter, kept in its own database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str, default: str) -> str:
        """The stored value, else `default`."""
        raise NotImplementedError

    def set(self, name: str, value: str) -> None:
        """Store a value for the next start."""
        raise NotImplementedError
