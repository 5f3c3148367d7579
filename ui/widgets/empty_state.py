"""An empty place that says what to do next."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.layouts import clear, column, row, space
from ui.tone import Tone
from ui.widgets.icon import Icon
from ui.widgets.keycap import KeyCap
from ui.widgets.text import Role, Text


class EmptyState(QWidget):
    """An icon, one sentence, and the keys that lead on."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        picture = Icon(icon, 3.2)
        picture.set_icon(icon, Tone.NEUTRAL)
        self._title = Text("", Role.TITLE).wrapped()
        self._body = Text("", Role.MUTED).wrapped()
        for text in (self._title, self._body):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said: tuple[str, str, tuple[tuple[str, str], ...]] | None = None
        self._keys = space(QGridLayout(), gap=1)
        self.setLayout(
            column(
                1,
                row(1, picture, 1),
                self._title,
                self._body,
                row(1, self._keys, 1),
                2,
                gap=1.5,
                inset=(3, 2),
            )
        )

    def set_words(self, title: str, body: str, keys: Sequence[tuple[str, str]] = ()) -> None:
        """A title, what to do, and pairs of key and meaning."""
        self._title.setText(title)
        self._body.setText(body)
        self._body.setVisible(bool(body))
        if (title, body, tuple(keys)) == self._said:
            return
        self._said = (title, body, tuple(keys))
        clear(self._keys)
        for line, (key, meaning) in enumerate(keys):
            self._keys.addWidget(KeyCap(key), line, 0, Qt.AlignmentFlag.AlignRight)
            self._keys.addWidget(Text(meaning, Role.MUTED), line, 1)
