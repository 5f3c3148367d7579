"""A button made of other widgets; it is as large as they need."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLayout, QPushButton, QWidget


class ComposedButton(QPushButton):
    """Clicks go through its children to the button itself."""

    def compose(self, layout: QLayout) -> None:
        """Lay the children out; all of them let the mouse through."""
        self.setLayout(layout)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """What the children need."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """What the children need at least."""
        layout = self.layout()
        return layout.minimumSize() if layout is not None else super().minimumSizeHint()
