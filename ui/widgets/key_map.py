"""F1: every key and what it does, over whatever is on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from ui.layouts import clear, column, grid, row, space
from ui.widgets.keycap import KeyCap
from ui.widgets.scrolling import scrolling
from ui.widgets.text import Role, Text


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys that belong together."""

    name: str
    keys: Sequence[tuple[str, str]]


class KeyMap(QFrame):
    """A sheet over the window; any key closes it, nothing behind it moves."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("veil")
        self._title, self._hint = Text("", Role.TITLE), Text("", Role.MUTED)
        self._groups = row(gap=6)
        sheet = QFrame()
        sheet.setObjectName("card")
        body = QWidget()
        body.setLayout(column(self._groups, 1))
        self._scroll = scrolling(body)
        layout = column(row(self._title, 1, self._hint), gap=2, inset=(5, 4))
        layout.addWidget(self._scroll, 1)
        sheet.setLayout(layout)
        outer = row(sheet, inset=(8, 6))
        self.setLayout(outer)
        self._before: QWidget | None = None
        self._window = parent
        parent.installEventFilter(self)
        self.hide()

    def show_keys(self, title: str, hint: str, groups: Sequence[KeyGroup]) -> None:
        """Lay the sheet over the window and take the keyboard."""
        self._title.setText(title)
        self._hint.setText(hint)
        clear(self._groups)
        for group in groups:
            self._groups.addWidget(_listed(group))
        self._groups.addStretch(1)
        self._before = self._window.focusWidget()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def close_keys(self) -> None:
        """Give the keyboard back to where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down scroll; any other key that is not a modifier closes the sheet."""
        walk = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if walk is not None:
            bar = self._scroll.verticalScrollBar()
            bar.setValue(bar.value() + walk * grid(6))
            return
        modifiers = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)
        if event.key() not in modifiers:
            self.close_keys()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the window."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return False


def _listed(group: KeyGroup) -> QWidget:
    keys = space(QGridLayout(), gap=1)
    for line, (key, meaning) in enumerate(group.keys):
        keys.addWidget(KeyCap(key), line, 0, Qt.AlignmentFlag.AlignRight)
        keys.addWidget(Text(meaning), line, 1)
    keys.setColumnMinimumWidth(0, grid(8))
    listed = QWidget()
    listed.setLayout(column(Text(group.name, Role.HEADING), keys, 1, gap=1.5))
    return listed
