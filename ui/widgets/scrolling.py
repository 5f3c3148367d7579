"""Content that scrolls when there is no room for it, and never takes the focus itself."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget


def scrolling(body: QWidget) -> QScrollArea:
    """`body` as wide as the place it is put in, as tall as it needs."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(body)
    return area
