"""Text on the type scale: caption 12, body 15, lead 18, title 24, display 32."""

from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.tone import Tone, mark


class Role(StrEnum):
    """Place of a text on the type scale; HEADING is a muted caption above a group."""

    CAPTION = "caption"
    BODY = "body"
    STRONG = "strong"
    LEAD = "lead"
    TITLE = "title"
    DISPLAY = "display"
    HEADING = "heading"
    MUTED = "muted"


class Text(QLabel):
    """Plain text in one role and one tone; never interpreted as markup."""

    def __init__(
        self, text: str = "", role: Role = Role.BODY, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", str(role))
        self.setProperty("tone", str(Tone.NEUTRAL))

    def set_tone(self, tone: Tone) -> None:
        """Colour the text by what it means."""
        mark(self, tone=tone)

    def set_role(self, role: Role) -> None:
        """Move the text to another place on the type scale."""
        mark(self, role=role)

    def wrapped(self) -> "Text":
        """The same label, breaking lines where it must."""
        self.setWordWrap(True)
        return self

    def right(self) -> "Text":
        """The same label, aligned to the right as money is."""
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return self


class ElidedText(Text):
    """One line that ends in … when there is no room; the tooltip then has all of it."""

    def __init__(
        self, text: str = "", role: Role = Role.BODY, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, role, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """As narrow as three characters."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().height() * 3), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw as much as fits."""
        painter = QPainter(self)
        box = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        alignment = self.alignment() | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(box, alignment, shown)
