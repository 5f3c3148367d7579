"""Block 5: how it is paid, what the credit check says, and which invoice."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.credit import CreditDecision
from app.domain.orders import InvoiceType, PaymentMethod
from app.domain.pricing import Quote
from app.services.orders import OrderInHand
from ui import words
from ui.layouts import column, row
from ui.tone import Tone, mark
from ui.widgets.choice import Choice, Option
from ui.widgets.folding_row import FoldingRow
from ui.widgets.icon import Icon
from ui.widgets.order.part import OrderPart
from ui.widgets.text import Role, Text


class PaymentPart(OrderPart):
    """Payment and invoice by Left and Right; the credit line never blocks typing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._payment = Choice()
        self._payment.chosen.connect(
            lambda method: self.draft_changed.emit(replace(self._draft, payment=method))
        )
        self._invoice = Choice()
        self._invoice.chosen.connect(
            lambda kind: self.draft_changed.emit(replace(self._draft, invoice_type=kind))
        )
        self.tax_id = QLineEdit()
        self.tax_id.setMaxLength(8)
        self.tax_id.textEdited.connect(
            lambda text: self.draft_changed.emit(replace(self._draft, tax_id=text.strip()))
        )
        mark(self.tax_id, medium=True)
        self._icon = Icon("circle-check", 1.1)
        self._credit = Text("", Role.BODY).wrapped()
        self._line = QWidget()
        line = row(self._icon, gap=0.75)
        line.addWidget(self._credit, 1)
        self._line.setLayout(line)
        self._decision: CreditDecision | None = None
        self._asked = False
        invoice = QWidget()
        invoice.setLayout(row(self._invoice, self.tax_id, 1, gap=0.5))
        self.setLayout(column(FoldingRow(self._payment, invoice, gap=1.5), self._line, gap=0.75))

    def stops(self) -> Sequence[QWidget]:
        """Payment, invoice, and the tax ID when the invoice needs one."""
        shown = (self._payment, self._invoice, self.tax_id)
        return shown if self.tax_id.isVisibleTo(self) else shown[:2]

    def set_credit(self, decision: CreditDecision | None, *, asked: bool) -> None:
        """The answer of the credit check; None while it is `asked`, or when it is not needed."""
        self._decision = decision
        self._asked = asked
        self._show_credit()

    def retranslate(self) -> None:
        """Write the words again."""
        self._payment.set_name(self.tr("Payment"))
        self._invoice.set_name(self.tr("Invoice"))
        self._invoice.set_options([Option(kind, words.invoice(kind)) for kind in InvoiceType])
        self.tax_id.setPlaceholderText(self.tr("Tax ID"))
        self.tax_id.setAccessibleName(self.tr("Tax ID"))
        if self._order is not None:
            self._show_payments(self._order)
        self._show_credit()

    def _show(self, order: OrderInHand, quote: Quote) -> None:
        self.retranslate()
        self._payment.set_value(order.draft.payment)
        self._invoice.set_value(order.draft.invoice_type)
        business = order.draft.invoice_type is InvoiceType.TRIPLICATE
        self.tax_id.setVisible(business)
        if not self.tax_id.hasFocus():
            self.tax_id.setText(order.draft.tax_id or order.customer.tax_id or "")

    def _show_payments(self, order: OrderInHand) -> None:
        account = order.customer.has_account
        tip = "" if account else self.tr("No account is agreed with this customer")
        self._payment.set_options(
            [
                Option(
                    method,
                    words.payment(method),
                    enabled=account or method is not PaymentMethod.MONTHLY,
                    tip=tip if method is PaymentMethod.MONTHLY else "",
                )
                for method in PaymentMethod
            ]
        )

    def _show_credit(self) -> None:
        monthly = self._order is not None and self._draft.payment is PaymentMethod.MONTHLY
        self._line.setVisible(monthly)
        if not monthly:
            return
        if self._decision is None:
            said = self.tr("Checking credit …") if self._asked else self.tr("Credit not checked")
            sentence, tone = said, Tone.NEUTRAL
        else:
            sentence, tone = words.credit(self._decision)
        icons = {Tone.OK: "circle-check", Tone.DANGER: "ban", Tone.WARN: "clock"}
        self._icon.set_icon(icons.get(tone, "hourglass"), tone)
        self._credit.setText(sentence)
        self._credit.set_tone(tone)
