"""One order in full, with what can still be done about it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.orders import OrderStatus, can_become
from app.services.orders import OrderSummary
from ui import figures, words
from ui.layouts import column, row
from ui.tone import Tone, mark
from ui.widgets.action_button import ActionButton, Kind
from ui.widgets.facts import Fact, Facts
from ui.widgets.folding_row import FoldingRow
from ui.widgets.message_line import MessageLine
from ui.widgets.money import MoneyLabel
from ui.widgets.pill import Pill
from ui.widgets.scrolling import scrolling
from ui.widgets.spoken import Spoken
from ui.widgets.text import Role, Text

ON_ITS_WAY = {"ASSIGNED", "EN_ROUTE"}


def expected(order: OrderSummary) -> str:
    """When the driver is expected, as a time of day; empty when nobody is on the way."""
    if order.delivery_status not in ON_ITS_WAY or order.estimated_arrival is None:
        return ""
    return f"≈ {figures.clock_time(order.estimated_arrival)}"


class OrderDetail(Spoken):
    """Cancelling asks for a reason here, beside the order, not in a dialog."""

    reprint_requested = Signal()
    cancel_confirmed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("column")
        mark(self, edge="left", detail=True)
        self._order: OrderSummary | None = None
        self._number = Text("", Role.TITLE)
        self._status, self._upload = Pill(), Pill()
        self._total = MoneyLabel(Role.DISPLAY)
        self._facts = Facts()
        self._reason_line = Text("", Role.BODY).wrapped()
        self._reason_line.set_tone(Tone.DANGER)
        self.message = MessageLine()
        self.reprint = ActionButton("", icon="printer", key="Ctrl+P")
        self.reprint.clicked.connect(lambda: self.reprint_requested.emit())
        self.cancel = ActionButton("", Kind.DANGER, "ban", "Ctrl+K")
        self.cancel.clicked.connect(self.ask_reason)
        self._reason_label = Text("", Role.STRONG)
        self.reason = QLineEdit()
        self.reason.setMaxLength(200)
        self.reason.returnPressed.connect(self._confirm)
        self.confirm = ActionButton("", Kind.DANGER, "ban", "Enter")
        self.confirm.clicked.connect(self._confirm)
        self._reason_box = QWidget()
        self._reason_box.setLayout(
            column(self._reason_label, self.reason, row(1, self.confirm), gap=1)
        )
        self._reason_box.hide()
        self._body = QWidget()
        self._body.setLayout(
            column(
                self._number,
                row(self._status, self._upload, 1),
                self._reason_line,
                self._total,
                self._facts,
                FoldingRow(self.reprint, self.cancel, gap=1),
                self._reason_box,
                self.message,
                1,
                gap=2,
                inset=(3, 2),
            )
        )
        self.setLayout(column(scrolling(self._body), gap=0))
        self.retranslate()

    def set_order(self, order: OrderSummary | None) -> None:
        """Show an order, or nothing."""
        before, self._order = self._order, order
        if before is None or order is None or before.order_uid != order.order_uid:
            self.message.clear()
            self.close_reason()
        self.retranslate()

    def say(self, text: str, tone: Tone) -> None:
        """What has become of an action."""
        self.message.say(text, tone)

    def ask_reason(self) -> None:
        """Open the field for the reason of a cancellation."""
        if self.cancel.isVisibleTo(self) and self._order is not None:
            self._reason_box.show()
            self.reason.setFocus()

    def close_reason(self) -> None:
        """Close that field again; nothing is cancelled."""
        self.reason.clear()
        self._reason_box.hide()

    def retranslate(self) -> None:
        """Write the words again."""
        self.reprint.set_words(self.tr("Print again"))
        self.cancel.set_words(self.tr("Cancel order"))
        self.confirm.set_words(self.tr("Cancel it"))
        self._reason_label.setText(self.tr("Why is it cancelled?"))
        self.reason.setAccessibleName(self.tr("Reason of the cancellation"))
        self.reason.setPlaceholderText(self.tr("for example: customer rang to cancel"))
        self._body.setVisible(self._order is not None)
        if self._order is not None:
            self._render(self._order)

    def _render(self, order: OrderSummary) -> None:
        self._number.setText(order.order_id)
        self._status.say(*words.order_status(order.status))
        self._upload.say(*words.upload(order.upload))
        self._total.set_amount(order.payable)
        self._reason_line.setText(order.reason)
        self._reason_line.setVisible(bool(order.reason))
        day = f"{figures.short_date(order.delivery_date)} {figures.weekday(order.delivery_date)}"
        self._facts.set_facts(
            [
                Fact(self.tr("Customer"), order.customer_name),
                Fact(self.tr("Address"), order.address),
                Fact(self.tr("Items"), order.items),
                Fact(self.tr("Deliver"), f"{day} {words.slot(order.slot)}"),
                Fact(self.tr("Payment"), words.payment(order.payment)),
                Fact(self.tr("Taken at"), figures.clock_time(order.taken_at)),
                *self._reported(order),
            ]
        )
        ours = order.upload is not None
        self.reprint.setVisible(ours)
        self.cancel.setVisible(ours and can_become(order.status, OrderStatus.CANCELLED))

    def _reported(self, order: OrderSummary) -> list[Fact]:
        """What other departments said about the order; only what is known."""
        found: list[Fact] = []
        if order.delivery_status:
            word, tone = words.delivery(order.delivery_status)
            parts = (word, order.driver, expected(order))
            found.append(Fact(self.tr("Driver"), " · ".join(filter(None, parts)), tone))
        if order.payment_status:
            word, tone = words.paid(order.payment_status)
            sum_paid = figures.amount(order.paid) if order.paid else ""
            found.append(Fact(self.tr("Paid"), " ".join(filter(None, (word, sum_paid))), tone))
        if order.invoice_number:
            found.append(Fact(self.tr("Invoice"), order.invoice_number))
        return found

    def _confirm(self) -> None:
        reason = self.reason.text().strip()
        if self._order is not None and reason:
            self.cancel_confirmed.emit(self._order.order_uid, reason)
