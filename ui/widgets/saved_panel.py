"""What became of the order that was just saved: its number, the server, the paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.orders import UploadState
from ui import words
from ui.layouts import column, row
from ui.tone import Tone, mark
from ui.widgets.action_button import ActionButton
from ui.widgets.icon import Icon
from ui.widgets.money import MoneyLabel
from ui.widgets.pill import Pill
from ui.widgets.scrolling import scrolling
from ui.widgets.spoken import Spoken
from ui.widgets.text import Role, Text


@dataclass(frozen=True, slots=True)
class SavedView:
    """A saved order; `files` are names of PDFs, None while they are being made."""

    order_id: str
    customer: str
    payable: Decimal
    credit: str = ""
    credit_tone: Tone = Tone.NEUTRAL
    upload: UploadState | None = UploadState.WAITING
    files: Sequence[str] | None = None
    printer: str = ""
    problem: str = ""


class SavedPanel(Spoken):
    """Number and amount large; three lines for credit, server and paper."""

    reprint_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: SavedView | None = None
        self._check = Icon("circle-check", 2.6)
        self._check.set_icon("circle-check", Tone.OK)
        self._title = Text("", Role.LEAD)
        self.number = Text("", Role.DISPLAY)
        self._customer = Text("", Role.LEAD).wrapped()
        self._payable = MoneyLabel(Role.DISPLAY)
        self._credit = Text("", Role.BODY).wrapped()
        self.upload = Pill()
        mark(self.upload, large=True)
        self._upload_text = Text("", Role.MUTED)
        self._paper = Text("", Role.BODY).wrapped()
        self._reprint = ActionButton("", icon="printer", key="Ctrl+P")
        self._reprint.clicked.connect(lambda: self.reprint_requested.emit())
        self._next = Text("", Role.MUTED).wrapped()
        head = row(self._check, column(self._title, self.number, gap=0), 1, self._payable, gap=2)
        card = QWidget()
        card.setObjectName("card")
        lines = column(
            self._customer,
            row(self.upload, self._upload_text, 1),
            self._credit,
            self._paper,
            row(self._reprint, 1),
            gap=1.5,
        )
        card.setLayout(column(head, lines, gap=3, inset=(4, 4)))
        body = QWidget()
        body.setLayout(column(1, card, self._next, 3, gap=2, inset=(5, 3)))
        self.setLayout(column(scrolling(body), gap=0))

    def set_saved(self, view: SavedView) -> None:
        """Show this order."""
        self._view = view
        self._render(view)

    def retranslate(self) -> None:
        """Write the words again."""
        if self._view is not None:
            self._render(self._view)

    def _render(self, view: SavedView) -> None:
        self._title.setText(self.tr("Saved"))
        self.number.setText(view.order_id)
        self._customer.setText(view.customer)
        self._payable.set_amount(view.payable)
        self._credit.setText(view.credit)
        self._credit.set_tone(view.credit_tone)
        self._credit.setVisible(bool(view.credit))
        self.upload.say(*words.upload(view.upload))
        self._upload_text.setText(
            self.tr("The office has it.")
            if view.upload is UploadState.RECEIVED
            else self.tr("Kept here; it goes to the office by itself.")
        )
        self._render_paper(view)
        self._reprint.set_words(self.tr("Print again"))
        self._next.setText(self.tr("Ready for the next call: type a number, a name or an address."))

    def _render_paper(self, view: SavedView) -> None:
        if view.problem:
            said, tone = self.tr("Not printed: {problem}").format(problem=view.problem), Tone.WARN
        elif view.files is None:
            said, tone = self.tr("Printing …"), Tone.NEUTRAL
        elif view.printer:
            said, tone = self.tr("Printed on {printer}").format(printer=view.printer), Tone.OK
        else:
            said, tone = (
                self.tr("Kept as PDF: {files}").format(files=", ".join(view.files)),
                Tone.OK,
            )
        self._paper.setText(said)
        self._paper.set_tone(tone)
