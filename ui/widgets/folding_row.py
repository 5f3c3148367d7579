"""Two groups side by side where there is room, one above the other where there is not."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.layouts import row


class FoldingRow(QWidget):
    """Folds by its own width; its minimum is that of the widest group."""

    def __init__(self, *groups: QWidget, gap: float = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups = groups
        self._gap = gap
        self._row: QBoxLayout = row(*groups, 1, gap=gap)
        self.setLayout(self._row)

    def minimumSizeHint(self) -> QSize:
        """As wide as the widest group, as tall as the present fold needs."""
        widest = max((g.minimumSizeHint().width() for g in self._groups), default=0)
        return QSize(widest, self._row.minimumSize().height())

    def sizeHint(self) -> QSize:
        """All groups side by side."""
        wide = sum(g.sizeHint().width() for g in self._groups)
        return QSize(wide, self._row.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold or unfold."""
        super().resizeEvent(event)
        spacing = self._row.spacing() * max(0, len(self._groups) - 1)
        needed = sum(g.sizeHint().width() for g in self._groups) + spacing
        wanted = (
            QBoxLayout.Direction.LeftToRight
            if needed <= self.width()
            else QBoxLayout.Direction.TopToBottom
        )
        if self._row.direction() != wanted:
            self._row.setDirection(wanted)
            self.updateGeometry()
