"""Three columns that fold: the right one first, then the left one while the middle is in use."""

from enum import Enum

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from ui.layouts import column, grid, row
from ui.tone import mark

_SIDE, _CENTRE = 45, 78  # grid steps: what each column needs to be comfortable


class Fold(Enum):
    """How much fits: all three, two, or one column at a time."""

    WIDE = 3
    TWO = 2
    ONE = 1


def _side(content: QWidget, edge: str) -> QFrame:
    frame = QFrame()
    frame.setObjectName("column")
    mark(frame, edge=edge)
    frame.setLayout(column(content, gap=0))
    return frame


class ThreeColumns(QWidget):
    """Shows as many columns as fit; `show_next` brings the hidden ones forward in turn."""

    folded = Signal(object)

    def __init__(
        self, left: QWidget, centre: QWidget, right: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._left, self._right = _side(left, "right"), _side(right, "left")
        self._centre = centre
        layout = row(self._left, gap=0)
        layout.addWidget(self._centre, 1)
        layout.addWidget(self._right)
        self.setLayout(layout)
        self.fold = Fold.WIDE
        self._in_use = False
        self._context = False
        self._turn = 0
        self._lay_out()

    def set_use(self, *, centre: bool, context: bool) -> None:
        """Whether the middle is worked in, and whether the right column has anything to show."""
        if (centre, context) != (self._in_use, self._context):
            self._in_use, self._context = centre, context
            self._turn = 0
            self._lay_out()

    def show_next(self) -> None:
        """Bring the next hidden column forward, or hide and show the right one when all fit."""
        self._turn = (self._turn + 1) % len(self._views())
        self._lay_out()

    def minimumSizeHint(self) -> QSize:
        """As narrow as the widest single column: the others fold away."""
        columns = (self._left, self._centre, self._right)
        hints = [column.minimumSizeHint() for column in columns]
        return QSize(max(h.width() for h in hints), max(h.height() for h in hints))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold by the width there is at the present text size."""
        super().resizeEvent(event)
        self.refold()

    def refold(self) -> None:
        """Look at the width again, for example after the text size has changed."""
        width = self.width()
        if width >= grid(_SIDE * 2 + _CENTRE):
            fold = Fold.WIDE
        else:
            fold = Fold.TWO if width >= grid(_SIDE + _CENTRE) else Fold.ONE
        if fold is not self.fold:
            self.fold = fold
            self._turn = 0
            self.folded.emit(fold)
        self._lay_out()

    def _views(self) -> tuple[tuple[bool, bool, bool], ...]:
        """What may be shown in turn: (left, centre, right)."""
        if self.fold is Fold.WIDE:
            return ((True, True, self._context), (True, True, False))
        if self.fold is Fold.TWO:
            return ((True, True, False), (False, True, True))
        if self._in_use:
            return ((False, True, False), (True, False, False), (False, False, True))
        return ((True, False, False), (False, True, False), (False, False, True))

    def _lay_out(self) -> None:
        side = grid(_SIDE)
        shown = self._views()[self._turn % len(self._views())]
        alone = self.fold is Fold.ONE
        for frame in (self._left, self._right):
            frame.setMinimumWidth(0 if alone else side)
            frame.setMaximumWidth(grid(2000) if alone else side)
        columns: tuple[QWidget, ...] = (self._left, self._centre, self._right)
        for part, visible in zip(columns, shown, strict=True):
            part.setVisible(visible)
