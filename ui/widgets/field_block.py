"""One numbered block of the order desk: a header, its fields, and what is wrong beside them."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QWidget

from ui.layouts import column, row
from ui.tone import Tone, mark
from ui.widgets.composed_button import ComposedButton
from ui.widgets.icon import Icon
from ui.widgets.keycap import KeyCap
from ui.widgets.text import Role, Text


class BlockHeader(ComposedButton):
    """The number and name of a block; takes the focus when a clerk steps back out of it."""

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._cap = KeyCap(str(number))
        self._name = Text("", Role.STRONG)
        self.compose(row(self._cap, self._name, 1, inset=(0.5, 0.25)))

    def set_name(self, name: str) -> None:
        """The name of the block in the present language."""
        self._name.setText(name)
        self.setAccessibleName(f"{self._cap.text()} {name}")
        self.setToolTip(f"{name} (Alt+{self._cap.text()})")


class FieldBlock(QFrame):
    """Header at the left, content beside it, a message line beneath the content."""

    header_activated = Signal()

    def __init__(self, number: int, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = number
        self.header = BlockHeader(number)
        self.header.clicked.connect(lambda: self.header_activated.emit())
        self.content = content
        self._icon = Icon("circle-alert", 1.1)
        self._message = Text("", Role.BODY).wrapped()
        self._line = QWidget()
        self._line.setLayout(row(self._icon, self._message, gap=0.75))
        self._line.hide()
        side = column(self.header, 1)
        body = column(content, self._line, gap=0.75)
        layout = row(gap=2, inset=(2, 1))
        layout.addLayout(side)
        layout.addLayout(body, 1)
        self.setLayout(layout)
        mark(self, active=False)

    def set_name(self, name: str) -> None:
        """The name of the block in the present language."""
        self.header.set_name(name)
        self.setAccessibleName(name)

    def set_message(self, text: str, tone: Tone = Tone.DANGER) -> None:
        """What is wrong here and what to do; an empty text hides the line."""
        self._message.setText(text)
        self._message.set_tone(tone)
        icon = "circle-alert" if tone is Tone.DANGER else "info"
        self._icon.set_icon(icon, tone)
        self._line.setVisible(bool(text))
        self.setAccessibleDescription(text)

    @property
    def message(self) -> str:
        """What the block says at the moment."""
        return self._message.text()

    def set_active(self, *, active: bool) -> None:
        """Whether the clerk is in this block at the moment."""
        mark(self, active=active)
