"""A state in one word on a soft colour."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.tone import Tone, mark


class Pill(QLabel):
    """A colour and a word; hidden while it has no word."""

    def __init__(
        self, text: str = "", tone: Tone = Tone.NEUTRAL, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(text, tone)

    def say(self, text: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Show the state `text` in the colour of `tone`."""
        self.setText(text)
        self.setVisible(bool(text))
        mark(self, tone=tone)
