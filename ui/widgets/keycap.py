"""The key that does something, in small caps beside what it does."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class KeyCap(QLabel):
    """A key as it is printed on the keyboard: F2, Ctrl+Enter, Esc."""

    def __init__(self, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(key, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
