"""A sentence about what has just happened; it never takes the focus and goes by itself."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QWidget

from ui.layouts import row
from ui.tone import Tone, mark
from ui.widgets.icon import Icon
from ui.widgets.text import Role, Text

_ICONS = {
    Tone.OK: "circle-check",
    Tone.WARN: "triangle-alert",
    Tone.DANGER: "circle-alert",
}


class MessageLine(QFrame):
    """Colour, icon and sentence; `seconds` of 0 keeps it until `clear`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon("info")
        self._text = Text("", Role.BODY).wrapped()
        layout = row(self._icon, gap=1, inset=(1.5, 1))
        layout.addWidget(self._text, 1)
        self.setLayout(layout)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        self.hide()

    def say(self, text: str, tone: Tone = Tone.INFO, seconds: int = 0) -> None:
        """Show a sentence, for good or for some seconds."""
        self._text.setText(text)
        self._text.set_tone(tone)
        self._icon.set_icon(_ICONS.get(tone, "info"), tone)
        mark(self, tone=tone)
        self.setAccessibleName(text)
        self.show()
        self._timer.stop()
        if seconds:
            self._timer.start(seconds * 1000)

    def clear(self) -> None:
        """Say nothing."""
        self.hide()
        self._text.setText("")

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()
