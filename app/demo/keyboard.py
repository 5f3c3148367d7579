"""Real key events, counted as a clerk's fingers would count them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_MODIFIERS = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
}


class Keyboard:
    """Presses keys on whatever has the focus in a window; `count` grows by every key pressed."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self.count = 0

    def press(self, combination: str) -> None:
        """Press `Return`, `Ctrl+Return`, `F12`, …; a combination counts each of its keys."""
        *held, name = combination.split("+")
        modifiers = Qt.KeyboardModifier.NoModifier
        for modifier in held:
            modifiers |= _MODIFIERS[modifier]
        QTest.keyClick(self._target(), Qt.Key[f"Key_{name}"], modifiers)
        self.count += len(held) + 1

    def write(self, text: str) -> None:
        """Type text, a key for each character."""
        for character in text:
            QTest.keyClicks(self._target(), character, Qt.KeyboardModifier.NoModifier)
        self.count += len(text)

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window
