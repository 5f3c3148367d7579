"""A frame whose words follow the language of the window."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame


class Spoken(QFrame):
    """Subclasses write their words in `retranslate`; it runs again when the language changes."""

    def retranslate(self) -> None:
        """Write every word again in the present language."""

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
