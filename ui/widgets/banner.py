"""A strip across the screen that says what is the matter and offers what to do."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.layouts import row
from ui.tone import Tone, mark
from ui.widgets.action_button import ActionButton
from ui.widgets.icon import Icon
from ui.widgets.text import Role, Text


class Banner(QFrame):
    """Icon, sentence and buttons; hidden until it has something to say."""

    def __init__(self, icon: str, tone: Tone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(icon)
        self._icon.set_icon(icon, tone)
        self._text = Text("", Role.STRONG).wrapped()
        self._text.set_tone(tone)
        self._actions: QHBoxLayout = row(gap=1)
        layout = row(self._icon, gap=1, inset=(2, 1))
        layout.addWidget(self._text, 1)
        layout.addLayout(self._actions)
        self.setLayout(layout)
        mark(self, tone=tone)
        self.hide()

    def add_action(self, button: ActionButton) -> ActionButton:
        """Offer one more thing to do."""
        self._actions.addWidget(button)
        return button

    def say(self, text: str) -> None:
        """Show the strip with a sentence; an empty one hides it."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._text.text()
