"""The rail at the left: one button per screen, each with its F-key."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QWidget,
)

from ui.icons import draw_icon
from ui.layouts import column
from ui.tone import Tone
from ui.widgets.swatch import Swatch


class RailButton(QPushButton):
    """Icon above a word, the F-key beneath, and a count when something waits."""

    def __init__(self, icon: str, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon
        self._key = key
        self._count = 0
        self._swatch = Swatch(self)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_words(self, words: str) -> None:
        """The name of the screen."""
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({self._key})")
        self.updateGeometry()

    def set_count(self, count: int) -> None:
        """How many things wait there; 0 shows nothing."""
        self._count = count
        self.setAccessibleDescription(str(count) if count else "")
        self.update()

    @property
    def count(self) -> int:
        """How many things wait there."""
        return self._count

    def sizeHint(self) -> QSize:
        """Wide enough for the word, tall enough for icon, word and key."""
        em = self.fontInfo().pixelSize()
        words = QFontMetrics(self._small()).horizontalAdvance(self.text())
        return QSize(max(round(em * 5.2), words + em), round(em * 5.2))

    def minimumSizeHint(self) -> QSize:
        """In a low window the air goes, the words stay."""
        return QSize(self.sizeHint().width(), round(self.fontInfo().pixelSize() * 4.1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Background by the style sheet, then the three lines."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        em = self.fontInfo().pixelSize()
        chosen = self.isChecked()
        colour = self._swatch.colour("accent_ink" if chosen else "muted")
        side = round(em * 1.5)
        top = round(min(em * 0.75, (self.height() - em * 3.7) / 2))
        draw_icon(
            painter, self._icon_name, colour, QRectF((self.width() - side) / 2, top, side, side)
        )
        painter.setPen(self._swatch.colour("ink") if chosen else colour)
        painter.setFont(self._small())
        line = QFontMetrics(self._small()).height()
        words = QRect(0, top + side + round(em * 0.15), self.width(), line)
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.setPen(self._swatch.colour("muted"))
        painter.drawText(
            words.translated(0, round(line * 0.92)), Qt.AlignmentFlag.AlignCenter, self._key
        )
        if self._count:
            self._paint_count(painter, em)

    def _paint_count(self, painter: QPainter, em: int) -> None:
        words = str(self._count) if self._count < 100 else "99+"
        height = round(em * 1.15)
        width = max(height, QFontMetrics(self._small()).horizontalAdvance(words) + em // 2)
        box = QRectF(self.width() / 2 + em * 0.35, em * 0.35, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._swatch.fill_of(Tone.DANGER))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setPen(self._swatch.colour("on_fill"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(round(self.fontInfo().pixelSize() * 0.8))
        return font


class NavRail(QFrame):
    """The screens; which one was asked for goes out by its name."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._top = column(gap=0.25)
        self._bottom = column(gap=0.25)
        self.setLayout(column(self._top, 1, self._bottom, gap=0.25, inset=(0.5, 0.5)))

    def add(self, name: str, icon: str, key: str, *, bottom: bool = False) -> RailButton:
        """One more screen."""
        button = RailButton(icon, key)
        button.clicked.connect(lambda: self.picked.emit(name))
        self._buttons[name] = button
        if bottom:
            button.setCheckable(name != "keys")
        self._group.addButton(button)
        (self._bottom if bottom else self._top).addWidget(button)
        return button

    def set_words(self, name: str, words: str) -> None:
        """What a screen is called."""
        self._buttons[name].set_words(words)

    def set_current(self, name: str) -> None:
        """Which screen is shown."""
        self._buttons[name].setChecked(True)

    def count(self, name: str) -> int:
        """How many things wait on a screen."""
        return self._buttons[name].count

    def set_count(self, name: str, count: int) -> None:
        """How many things wait on a screen."""
        self._buttons[name].set_count(count)
