"""A button that says what it does, shows an icon, and names its key."""

from enum import StrEnum

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QWidget

from ui.icons import draw_icon


class Kind(StrEnum):
    """PRIMARY is the one thing to do next; QUIET has no edge; DANGER throws something away."""

    PRIMARY = "primary"
    PLAIN = "plain"
    QUIET = "quiet"
    DANGER = "danger"


class ActionButton(QPushButton):
    """Icon, words and key in one line; the accessible name is the words."""

    def __init__(
        self,
        text: str = "",
        kind: Kind = Kind.PLAIN,
        icon: str = "",
        key: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self._key = key
        self.setProperty("kind", str(kind))
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_words(self, text: str, tip: str = "") -> None:
        """Change the words; the tooltip adds the key."""
        self.setText(text)
        self.setAccessibleName(text)
        said = tip or text
        self.setToolTip(f"{said} ({self._key})" if self._key else said)
        self.updateGeometry()

    def set_icon_name(self, icon: str) -> None:
        """Change the icon."""
        self._icon_name = icon
        self.update()

    @property
    def key(self) -> str:
        """The key shown on the button; pressing it is the screen's business."""
        return self._key

    def sizeHint(self) -> QSize:
        """Room for icon, words, key and the padding around them."""
        em = self.fontMetrics().height()
        pieces = [w for w in (self._icon_width(), self._text_width(), self._key_width()) if w]
        gaps = self._gap() * max(0, len(pieces) - 1)
        return QSize(sum(pieces) + gaps + round(em * 1.1), round(em * 1.62))

    def minimumSizeHint(self) -> QSize:
        """A button is never cut off."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Background and edge by the style sheet, then icon, words and key."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        self._paint_pieces(painter)

    def _paint_pieces(self, painter: QPainter) -> None:
        colour = self.palette().color(self.foregroundRole())
        hint = self.sizeHint().width() - round(self.fontMetrics().height() * 1.1)
        x = round((self.width() - hint) / 2)
        height = self.height()
        if self._icon_name:
            side = self._icon_width()
            draw_icon(painter, self._icon_name, colour, QRectF(x, 0, side, height))
            x += side + self._gap()
        painter.setPen(colour)
        words = QRect(x, 0, self._text_width() + 1, height)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._key:
            self._paint_key(painter, x + self._text_width() + self._gap())

    def _paint_key(self, painter: QPainter, x: int) -> None:
        metrics = QFontMetrics(self._key_font())
        box_height = round(metrics.height() * 1.15)
        box = QRectF(x, (self.height() - box_height) / 2, self._key_width(), box_height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(painter.opacity() * 0.22)
        painter.setBrush(painter.pen().color())
        pen = painter.pen()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, box_height / 5, box_height / 5)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        painter.setPen(pen)
        painter.setFont(self._key_font())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)

    def _key_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(self.fontInfo().pixelSize() * 0.8))
        return font

    def _gap(self) -> int:
        return round(self.fontMetrics().height() * 0.35)

    def _icon_width(self) -> int:
        return round(self.fontInfo().pixelSize() * 1.2) if self._icon_name else 0

    def _text_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(self.text())

    def _key_width(self) -> int:
        if not self._key:
            return 0
        metrics = QFontMetrics(self._key_font())
        return metrics.horizontalAdvance(self._key) + round(metrics.height() * 0.6)


def native_key(sequence: str) -> str:
    """A key sequence as this system writes it."""
    return QKeySequence(sequence).toString(QKeySequence.SequenceFormat.NativeText)
