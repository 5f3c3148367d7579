"""What every screen does alike: follow the news while visible, and speak the present language."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from ui.live import Live


class Screen(QWidget):
    """A full screen; `tables` names what it shows. Hidden screens catch up when they are shown."""

    tables: frozenset[str] = frozenset()

    def __init__(self, live: Live, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self._stale = True
        live.changed.connect(self._hear)

    def refresh(self) -> None:
        """Ask the desks again and render."""

    def retranslate(self) -> None:
        """Write every word again in the present language."""

    def take_focus(self) -> None:
        """Put the focus where work on this screen begins."""
        self.setFocus()

    def key_help(self) -> tuple[tuple[str, str], ...]:
        """Keys of this screen and what they do, for the key map."""
        return ()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language at once."""
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was missed while hidden."""
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def _hear(self, changed: frozenset[str]) -> None:
        if not changed & self.tables:
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
