"""What the order comes to: the sentence to read back, the sum in parts, and the one button."""

from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.pricing import Quote
from ui.figures import amount
from ui.layouts import column, row
from ui.tone import mark
from ui.widgets.action_button import ActionButton, Kind
from ui.widgets.money import MoneyLabel
from ui.widgets.spoken import Spoken
from ui.widgets.text import Role, Text

SAVE_KEY = "Ctrl+Enter"


class TotalBar(Spoken):
    """The payable amount is the largest figure on the screen."""

    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("readBack")
        self._quote: Quote | None = None
        self._sentence = Text("", Role.TITLE).wrapped()
        self._parts = Text("", Role.MUTED).wrapped()
        self._name = Text("", Role.LEAD)
        self.total = MoneyLabel(Role.DISPLAY)
        self.total.setObjectName("total")
        self.save = ActionButton("", Kind.PRIMARY, "printer", SAVE_KEY)
        mark(self.save, big=True)
        self.save.clicked.connect(lambda: self.save_requested.emit())
        sums = row(self._name, self.total, gap=1.5)
        foot = row(gap=3)
        foot.addWidget(self._parts, 1)
        foot.addLayout(sums)
        foot.addWidget(self.save)
        self.setLayout(column(self._sentence, foot, gap=1, inset=(2.5, 1.5)))
        self.retranslate()

    def set_quote(self, quote: Quote, sentence: str) -> None:
        """Show the sum and the sentence."""
        self._quote = quote
        self._sentence.setText(f"「{sentence}」")
        self.total.set_amount(quote.payable)
        self.retranslate()

    def set_ready(self, *, saving: bool, blocked: bool) -> None:
        """While saving, the button can not be pressed twice; `blocked` quietens it."""
        self.save.setEnabled(not saving)
        mark(self.save, kind=Kind.PLAIN if blocked else Kind.PRIMARY)

    @property
    def sentence(self) -> str:
        """The sentence shown."""
        return self._sentence.text()

    def retranslate(self) -> None:
        """Write the words again."""
        self._name.setText(self.tr("Total"))
        self.save.set_words(self.tr("Save and print"))
        self.total.setAccessibleName(self.tr("Total"))
        if self._quote is not None:
            self._parts.setText("　".join(self._sums(self._quote)))

    def _sums(self, quote: Quote) -> list[str]:
        named: tuple[tuple[str, Decimal], ...] = (
            (self.tr("goods {amount}"), quote.goods),
            (self.tr("tax {amount}"), quote.tax),
            (self.tr("delivery {amount}"), quote.delivery_fee),
            (self.tr("deposits {amount}"), quote.deposits),
            (self.tr("gas left −{amount}"), quote.residual_credit),
        )
        always = 3
        return [
            name.format(amount=amount(value))
            for at, (name, value) in enumerate(named)
            if value or at < always
        ]
