"""What a clerk may be asked next: the last orders, the account, prices of their own."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtWidgets import QFrame, QWidget

from app.domain.addresses import short_address
from app.domain.orders import OrderStatus
from app.services.customers import CustomerCard, PastOrder
from ui import figures, words
from ui.layouts import column, row
from ui.tone import Tone
from ui.widgets.facts import Fact, Facts
from ui.widgets.money import MoneyLabel
from ui.widgets.pill import Pill
from ui.widgets.scrolling import scrolling
from ui.widgets.spoken import Spoken
from ui.widgets.text import ElidedText, Role, Text


class PastOrderRow(QFrame):
    """One earlier order on two lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items = ElidedText("", Role.STRONG)
        self._payable = MoneyLabel(Role.STRONG)
        self._detail = ElidedText("", Role.CAPTION)
        self._status = Pill()
        top, below = row(gap=1), row(gap=1)
        top.addWidget(self._items, 1)
        top.addWidget(self._payable)
        below.addWidget(self._detail, 1)
        below.addWidget(self._status)
        self.setLayout(column(top, below, gap=0.25, inset=(0, 0.75)))

    def show_order(self, order: PastOrder) -> None:
        """Fill the row in."""
        self._items.setText(order.items)
        self._payable.set_amount(order.payable)
        day = f"{figures.short_date(order.delivery_date)} {words.slot(order.slot)}"
        self._detail.setText(f"{day}　{short_address(order.address)}")
        delivered = order.status is OrderStatus.COMPLETED
        self._status.say(*(("",) if delivered else words.order_status(order.status)))


class ContextPanel(Spoken):
    """Sections below each other; scrolls when there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card: CustomerCard | None = None
        self._rows: list[PastOrderRow] = []
        self._products: dict[str, str] = {}
        self._orders = column(gap=0)
        self._none = Text("", Role.MUTED).wrapped()
        self._account, self._prices = Facts(figures=True), Facts(figures=True)
        self._orders_title, self._account_title, self._prices_title = (
            Text("", Role.HEADING),
            Text("", Role.HEADING),
            Text("", Role.HEADING),
        )
        body = QWidget()
        body.setLayout(
            column(
                column(self._orders_title, self._orders, self._none, gap=0.5),
                column(self._account_title, self._account, gap=1),
                column(self._prices_title, self._prices, gap=1),
                1,
                gap=3,
                inset=(2, 2),
            )
        )
        self.setLayout(column(scrolling(body), gap=0))

    def set_card(self, card: CustomerCard, products: Sequence[tuple[str, str]] = ()) -> None:
        """Show a customer; `products` (id and name) are remembered for prices of their own."""
        self._card = card
        self._products.update(products)
        self.retranslate()

    def retranslate(self) -> None:
        """Write the words again."""
        self._orders_title.setText(self.tr("Last orders"))
        self._account_title.setText(self.tr("Account"))
        self._prices_title.setText(self.tr("Prices of their own"))
        self._none.setText(self.tr("No orders yet"))
        if self._card is None:
            return
        self._show_orders(self._card.last_orders)
        self._account.set_facts(self._account_facts(self._card))
        prices = self._price_facts(self._card)
        self._prices.set_facts(prices)
        for widget in (self._prices, self._prices_title):
            widget.setVisible(bool(prices))

    def _show_orders(self, orders: Sequence[PastOrder]) -> None:
        while len(self._rows) < len(orders):
            line = PastOrderRow()
            line.setObjectName("pastOrder")
            self._rows.append(line)
            self._orders.addWidget(line)
        for line, order in zip(self._rows, orders, strict=False):
            line.show_order(order)
        for at, line in enumerate(self._rows):
            line.setVisible(at < len(orders))
        self._none.setVisible(not orders)

    def _account_facts(self, card: CustomerCard) -> list[Fact]:
        credit = card.credit
        facts = [Fact(self.tr("Terms"), words.terms(card.customer.payment_terms))]
        if not credit.limit:
            return facts
        named = (
            (self.tr("Limit"), credit.limit, Tone.NEUTRAL),
            (self.tr("Used"), credit.used, Tone.NEUTRAL),
            (self.tr("Not sent yet"), credit.unsent, Tone.WARN if credit.unsent else Tone.NEUTRAL),
            (self.tr("Overdue"), credit.overdue_amount, _overdue_tone(credit.overdue_amount)),
            (self.tr("Available"), credit.available, words.standing(credit.standing)[1]),
        )
        return facts + [Fact(name, figures.amount(value), tone) for name, value, tone in named]

    def _price_facts(self, card: CustomerCard) -> list[Fact]:
        return [
            Fact(self._products[p.product_id], figures.price(p.price))
            for p in card.customer.special_prices
            if p.product_id in self._products
        ]


def _overdue_tone(amount: Decimal) -> Tone:
    return Tone.DANGER if amount else Tone.NEUTRAL
