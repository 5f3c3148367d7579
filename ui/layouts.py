"""Rows and columns on the 8 px grid; spacing is given in grid steps and follows the text size."""

from collections.abc import Iterable
from typing import TypeVar

from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

GRID = 8
BODY = 15
STRETCH = 1
_GAP, _INSET = "gap", "inset"
Item = QWidget | QLayout | int
LayoutT = TypeVar("LayoutT", bound=QLayout)


def grid(steps: float) -> int:
    """Pixels of that many grid steps at the present text size."""
    body = QApplication.font().pixelSize()
    return round(GRID * steps * (body if body > 0 else BODY) / BODY)


def column(*items: Item, gap: float = 1, inset: tuple[float, float] = (0, 0)) -> QVBoxLayout:
    """A vertical layout; an integer item is a stretch; `inset` is (horizontal, vertical)."""
    layout = QVBoxLayout()
    _fill(layout, items)
    return space(layout, gap, inset)


def row(*items: Item, gap: float = 1, inset: tuple[float, float] = (0, 0)) -> QHBoxLayout:
    """A horizontal layout; an integer item is a stretch; `inset` is (horizontal, vertical)."""
    layout = QHBoxLayout()
    _fill(layout, items)
    return space(layout, gap, inset)


def space(layout: LayoutT, gap: float = 1, inset: tuple[float, float] = (0, 0)) -> LayoutT:
    """Give any layout spacing and margins in grid steps."""
    layout.setProperty(_GAP, gap)
    layout.setProperty(_INSET, list(inset))
    _apply(layout)
    return layout


def space_again(windows: Iterable[QWidget]) -> None:
    """Bring every layout of those windows to the present text size."""
    for window in windows:
        for layout in window.findChildren(QLayout):
            if layout.property(_GAP) is not None:
                _apply(layout)


def clear(layout: QLayout) -> None:
    """Take every widget out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def only_as_tall_as_needed(widget: QWidget) -> None:
    """Let the widget grow sideways but not upwards."""
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)


def _fill(layout: QBoxLayout, items: tuple[Item, ...]) -> None:
    for item in items:
        if isinstance(item, QWidget):
            layout.addWidget(item)
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addStretch(item)


def _apply(layout: QLayout) -> None:
    across, down = (grid(steps) for steps in layout.property(_INSET))
    layout.setContentsMargins(across, down, across, down)
    layout.setSpacing(grid(layout.property(_GAP)))
