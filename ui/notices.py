"""Dialogs that nobody wants to see: the store does not open, or something unforeseen happened."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget


class RefusalNotice(QMessageBox):
    """Why the counter can not start, or within a window not save, and what to do about it."""

    def __init__(self, code: str, sentence: str, window: QWidget | None = None) -> None:
        super().__init__(window)
        self.setIcon(QMessageBox.Icon.Warning)
        starting = self.tr("The counter cannot start")
        self.setWindowTitle(self.tr("Nothing was saved") if window else starting)
        self.setText(sentence)
        self.setInformativeText(self.tr("Code: {code}").format(code=code))


class BugNotice(QMessageBox):
    """Something unforeseen happened; the text can be copied and nothing has been lost."""

    def __init__(self, trace: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._trace = trace
        self.setIcon(QMessageBox.Icon.Critical)
        self.setWindowTitle(self.tr("Something unexpected happened"))
        self.setText(
            self.tr("Saved orders are safe. Copy the report and send it to whoever looks after it.")
        )
        self.setDetailedText(trace)
        copy = self.addButton(self.tr("Copy report"), QMessageBox.ButtonRole.ActionRole)
        self.addButton(QMessageBox.StandardButton.Close)
        # The box closes on every button; copying must not close it.
        copy.clicked.disconnect()
        copy.clicked.connect(self._copy)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._trace)
