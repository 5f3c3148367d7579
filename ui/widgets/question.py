"""A question that must be answered before anything else; opened with `ask`."""

from PySide6.QtWidgets import QDialog, QWidget

from ui.layouts import column, row
from ui.widgets.action_button import ActionButton, Kind
from ui.widgets.text import Role, Text


class Question(QDialog):
    """One sentence, one yes and one no; Esc is no. `no` is "Keep it" unless given."""

    def __init__(self, parent: QWidget, title: str, body: str, yes: str, no: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        heading, text = Text(title, Role.TITLE).wrapped(), Text(body, Role.BODY).wrapped()
        self.yes = ActionButton(yes, Kind.DANGER, key="Enter")
        self.no = ActionButton(no, Kind.PLAIN, key="Esc")
        self.yes.set_words(yes)
        self.no.set_words(no or self.tr("Keep it"))
        self.yes.setDefault(True)
        self.yes.clicked.connect(self.accept)
        self.no.clicked.connect(self.reject)
        self.setLayout(column(heading, text, row(1, self.no, self.yes), gap=2, inset=(3, 3)))
