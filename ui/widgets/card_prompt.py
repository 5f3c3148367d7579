"""Why they probably ring: an order that is on its way, or the same again."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.addresses import short_address
from app.domain.orders import OrderStatus
from app.services.customers import CustomerCard, PastOrder, Standing
from ui import figures, words
from ui.layouts import column, row
from ui.tone import Tone, mark
from ui.widgets.action_button import ActionButton, Kind
from ui.widgets.icon import Icon
from ui.widgets.message_line import MessageLine
from ui.widgets.pill import Pill
from ui.widgets.scrolling import scrolling
from ui.widgets.spoken import Spoken
from ui.widgets.text import Role, Text

OPEN = frozenset(
    {
        OrderStatus.CONFIRMED,
        OrderStatus.HELD,
        OrderStatus.DISPATCHED,
        OrderStatus.EN_ROUTE,
        OrderStatus.ARRIVED,
    }
)


class CardPrompt(Spoken):
    """One large sentence, its order, and the one thing to do: Enter."""

    order_requested = Signal()
    drop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: CustomerCard | None = None
        self._parked = False
        self._icon = Icon("repeat", 2.6)
        self._heading = Text("", Role.LEAD)
        self._heading.set_tone(Tone.ACCENT)
        self._items = Text("", Role.DISPLAY).wrapped()
        self._detail = Text("", Role.LEAD).wrapped()
        self._status = Pill()
        mark(self._status, large=True)
        self.start = ActionButton("", Kind.PRIMARY, "phone", "Enter")
        mark(self.start, big=True)
        self.start.clicked.connect(lambda: self.order_requested.emit())
        self.drop = ActionButton("", Kind.QUIET, "x", "Ctrl+D")
        self.drop.clicked.connect(lambda: self.drop_requested.emit())
        self.message = MessageLine()
        card = QWidget()
        card.setObjectName("card")
        words_of = column(self._heading, self._items, self._detail, gap=0.75)
        head = row(self._icon, gap=2)
        head.addLayout(words_of, 1)
        head.addWidget(self._status)
        card.setLayout(
            column(head, self.message, row(self.start, self.drop, 1, gap=1.5), gap=3, inset=(4, 4))
        )
        body = QWidget()
        body.setLayout(column(1, card, 3, inset=(5, 3)))
        self.setLayout(column(scrolling(body), gap=0))

    def set_card(self, card: CustomerCard, *, parked: bool, problem: str = "") -> None:
        """Guess from the last order; `parked` says that a draft of theirs is waiting.

        `problem` is why no order could be opened.
        """
        self._card, self._parked = card, parked
        if problem:
            self.message.say(problem, Tone.DANGER)
        else:
            self.message.clear()
        self._render(card)

    def retranslate(self) -> None:
        """Write the words again."""
        if self._card is not None:
            self._render(self._card)

    def _render(self, card: CustomerCard) -> None:
        last = card.last_orders[0] if card.last_orders else None
        running = last is not None and last.status in OPEN
        self._heading.setText(self._guess(last, running=running))
        self._items.setText(last.items if last else card.customer.name)
        self._detail.setText(self._place(last) if last else "")
        self._detail.setVisible(last is not None)
        self._icon.set_icon("truck" if running else "repeat", Tone.ACCENT)
        self._status.say(*(words.order_status(last.status) if last and running else ("",)))
        self.start.set_words(
            self.tr("Continue the draft") if self._parked else self.tr("Open an order")
        )
        self.start.setEnabled(card.credit.standing is not Standing.INACTIVE)
        self.drop.set_words(self.tr("Throw the draft away"))
        self.drop.setVisible(self._parked)

    def _guess(self, last: PastOrder | None, *, running: bool) -> str:
        if self._parked:
            return self.tr("A draft is waiting")
        if last is None:
            return self.tr("First order")
        if running:
            return self.tr("Order {number} is not delivered yet").format(number=last.order_id)
        return self.tr("The same as last time?")

    def _place(self, last: PastOrder) -> str:
        day = f"{figures.short_date(last.delivery_date)} {words.slot(last.slot)}"
        return f"{short_address(last.address)}　{day}　{figures.amount(last.payable)}"
