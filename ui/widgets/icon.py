"""One icon, as tall as the line of text beside it and in the colour of its tone."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.icons import draw_icon
from ui.tone import Tone, mark


class Icon(QWidget):
    """A Lucide icon by name; `size` counts in heights of the body text."""

    def __init__(self, name: str, size: float = 1.2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._size = size
        self.setProperty("tone", str(Tone.NEUTRAL))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, name: str, tone: Tone = Tone.NEUTRAL) -> None:
        """Show another icon, in the colour of what it means."""
        self._name = name
        mark(self, tone=tone)
        self.update()

    def sizeHint(self) -> QSize:
        """A square that follows the text size."""
        side = round(self.fontInfo().pixelSize() * self._size)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Never smaller than itself."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon in the present text colour."""
        painter = QPainter(self)
        colour = self.palette().color(self.foregroundRole())
        draw_icon(painter, self._name, colour, QRectF(self.rect()))
