"""How much of the account is used, and how much this order would take."""

from decimal import Decimal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.tone import Tone
from ui.widgets.swatch import Swatch


class CreditGauge(QWidget):
    """A bar: used, taken here but not yet confirmed, and this order; full at the limit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares = (0.0, 0.0, 0.0)
        self._tone = Tone.OK
        self._swatch = Swatch(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_figures(
        self, limit: Decimal, used: Decimal, unsent: Decimal, order: Decimal, tone: Tone
    ) -> None:
        """Amounts in 元; `unsent` was taken here and is not in `used` yet."""
        full = max(limit, used + unsent + order, Decimal(1))
        self._shares = (float(used / full), float(unsent / full), float(order / full))
        self._tone = tone
        self.update()

    @property
    def filled(self) -> float:
        """The filled share of the bar, 0.0 to 1.0."""
        return sum(self._shares)

    def sizeHint(self) -> QSize:
        """A third of a line of text high."""
        height = self.fontMetrics().height()
        return QSize(height * 8, round(height * 0.36))

    def minimumSizeHint(self) -> QSize:
        """The bar keeps its height."""
        return QSize(self.fontMetrics().height() * 3, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The track, then the three shares from left to right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        outline = QPainterPath()
        outline.addRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setClipPath(outline)
        painter.fillRect(box, self._swatch.colour("track"))
        x = 0.0
        fill = self._swatch.fill_of(self._tone)
        brushes = (
            QBrush(fill),
            QBrush(fill, Qt.BrushStyle.Dense4Pattern),
            QBrush(self._swatch.fill_of(Tone.ACCENT)),
        )
        for share, brush in zip(self._shares, brushes, strict=True):
            painter.fillRect(QRectF(x, 0, share * box.width(), box.height()), brush)
            x += share * box.width()
