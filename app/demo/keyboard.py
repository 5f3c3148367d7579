"""Real key events, counted as a clerk's fingers would count them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget


class Keyboard:
    """Presses keys on whatever has the focus in a window; `count` grows by every key pressed."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.count = 0

    def press(self, combination: str) -> None:
        """Press `Return`, `Ctrl+Return`, `F12`, …; a combination counts each of its keys."""
        sequence = QKeySequence(combination)[0]
        QTest.keyClick(self._target(), sequence.key(), sequence.keyboardModifiers())
        self.count += len(combination.split("+"))

    def write(self, text: str) -> None:
        """Type text, a key for each character."""
        for character in text:
            QTest.keyClicks(self._target(), character, Qt.KeyboardModifier.NoModifier)
        self.count += len(text)

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window
