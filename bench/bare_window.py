"""The smallest PySide6 window with a text field: says `usable` when it has been painted."""

import sys

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow


class FirstPaint(QObject):
    """Prints `usable` when the widget that it watches is painted for the first time."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let every event pass."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            print("usable", flush=True)
        return False


def main() -> int:
    """Show the window until the program is ended."""
    application = QApplication([])
    window = QMainWindow()
    field = QLineEdit()
    window.setCentralWidget(field)
    watcher = FirstPaint()
    field.installEventFilter(watcher)
    window.resize(1280, 800)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
