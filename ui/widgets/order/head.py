"""Whose order this is, and how their account stands; always in view."""

from PySide6.QtWidgets import QWidget

from app.services.customers import CustomerCard, Standing
from app.services.orders import OrderInHand
from ui import words
from ui.figures import amount
from ui.layouts import row
from ui.tone import mark
from ui.widgets.keycap import KeyCap
from ui.widgets.pill import Pill
from ui.widgets.spoken import Spoken
from ui.widgets.text import ElidedText, Role, Text


class OrderHead(Spoken):
    """Name, standing, and the way back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("orderHead")
        self._order: OrderInHand | None = None
        self._card: CustomerCard | None = None
        self._title = Text("", Role.MUTED)
        self._name = ElidedText("", Role.LEAD)
        self.standing = Pill()
        mark(self.standing, large=True, loud=True)
        self._left = Text("", Role.MUTED)
        self._back, self._context = Text("", Role.CAPTION), Text("", Role.CAPTION)
        layout = row(self._title, gap=1.5, inset=(2.5, 1))
        layout.addWidget(self._name, 1)
        keys = (self._context, KeyCap("F8"), self._back, KeyCap("Esc"))
        for item in (self._left, self.standing, *keys):
            layout.addWidget(item)
        self.setLayout(layout)

    def set_order(self, order: OrderInHand, card: CustomerCard | None) -> None:
        """Show whose order it is."""
        self._order, self._card = order, card
        self.retranslate()

    def retranslate(self) -> None:
        """Write the words again."""
        self._title.setText(self.tr("New order"))
        self._back.setText(self.tr("back"))
        self._context.setText(self.tr("history"))
        if self._order is None:
            return
        self._name.setText(self._order.customer.name)
        if self._card is None:
            return
        credit = self._card.credit
        self.standing.say(*words.standing(credit.standing))
        account = credit.standing is not Standing.CASH_ONLY and credit.limit > 0
        said = self.tr("credit left {amount}").format(amount=amount(credit.available))
        self._left.setText(said if account else "")
