"""The top of a screen: its title, a line of figures, and what can be done here."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.layouts import column, row
from ui.widgets.text import Role, Text


class PageHead(QWidget):
    """Title and subtitle at the left, controls at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Text("", Role.TITLE)
        self._subtitle = Text("", Role.MUTED)
        self._controls: QHBoxLayout = row(gap=1)
        layout = row(column(self._title, self._subtitle, gap=0), 1, gap=2, inset=(3, 2))
        layout.addLayout(self._controls)
        self.setLayout(layout)

    def set_words(self, title: str, subtitle: str = "") -> None:
        """Name the screen."""
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))

    def add(self, *controls: QWidget) -> None:
        """Put controls at the right end."""
        for control in controls:
            self._controls.addWidget(control)

    @property
    def subtitle(self) -> str:
        """The line of figures."""
        return self._subtitle.text()
