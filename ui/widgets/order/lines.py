"""Block 2: what is ordered, how many, at what price."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.domain.orders import DraftLine
from app.domain.pricing import Quote, QuotedLine
from app.services.orders import OrderInHand
from ui.figures import price
from ui.layouts import clear, column, row, space
from ui.tone import Tone
from ui.widgets.action_button import ActionButton, Kind
from ui.widgets.money import MoneyLabel
from ui.widgets.order.part import OrderPart
from ui.widgets.pill import Pill
from ui.widgets.stepper import QuantityStepper
from ui.widgets.text import ElidedText, Role, Text


class LineRow(QWidget):
    """The widgets of one line; the grid of the block places them."""

    quantity_changed = Signal(str, int)
    removed = Signal(str)

    def __init__(self, product_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self.product_id = product_id
        self.name = ElidedText("", Role.LEAD)
        self.stepper = QuantityStepper(1)
        self.stepper.changed.connect(lambda n: self.quantity_changed.emit(product_id, n))
        self.pill = Pill()
        self.unit = Text("", Role.MUTED).right()
        self.amount = MoneyLabel(Role.LEAD)
        self.remove = ActionButton("", Kind.QUIET, "x")
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.remove.clicked.connect(lambda: self.removed.emit(product_id))

    @property
    def cells(self) -> Sequence[QWidget]:
        """From left to right."""
        return (self.name, self.stepper, self.pill, self.unit, self.amount, self.remove)

    def show_line(self, line: DraftLine, quoted: QuotedLine | None, name: str) -> None:
        """Fill the line in."""
        self.name.setText(name)
        self.stepper.set_value(line.quantity)
        if quoted is None:
            self.amount.set_amount(None)
            self.unit.setText("—")
            self.pill.say("")
            return
        self.unit.setText(f"× {price(quoted.unit_price)}")
        self.amount.set_amount(quoted.amount)
        self._show_reason(quoted)

    def _show_reason(self, quoted: QuotedLine) -> None:
        if quoted.is_special:
            self.pill.say(self.tr("special price"), Tone.ACCENT)
        elif quoted.discount_percent:
            said = self.tr("{percent} % off").format(percent=price(quoted.discount_percent))
            self.pill.say(said, Tone.ACCENT)
        else:
            self.pill.say("")


class LinesPart(OrderPart):
    """Lines with their quantities; + leads to the products that are not on the order yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[LineRow] = []
        self._quote: Quote | None = None
        self._grid = space(QGridLayout(), gap=1)
        self._grid.setColumnStretch(0, 1)
        self._adder = row(gap=0.5)
        self.setLayout(column(self._grid, row(self._adder, 1), gap=0.5))

    def stops(self) -> Sequence[QWidget]:
        """The quantity of every line."""
        return tuple(line.stepper for line in self._rows)

    def add_first(self) -> None:
        """Go to the products that can be added."""
        shown = self._chips()
        if shown:
            shown[0].setFocus()

    def remove_focused(self) -> None:
        """Take the line whose quantity has the focus off the order."""
        for line in self._rows:
            if line.stepper.edit.hasFocus():
                self._set_quantity(line.product_id, 0)
                return

    def retranslate(self) -> None:
        """Name the fields again."""
        if self._order is not None and self._quote is not None:
            self._show(self._order, self._quote)

    def _show(self, order: OrderInHand, quote: Quote) -> None:
        self._quote = quote
        wanted = [line.product_id for line in order.draft.lines]
        if wanted != [line.product_id for line in self._rows]:
            self._rebuild(wanted)
        quoted = {line.product_id: line for line in quote.lines}
        for line, shown in zip(order.draft.lines, self._rows, strict=True):
            product = order.book.products.get(line.product_id)
            name = product.name if product else line.product_id
            shown.show_line(line, quoted.get(line.product_id), name)
            shown.stepper.set_name(self.tr("Quantity of {product}").format(product=name))
            shown.remove.setToolTip(self.tr("Remove this line (Alt+X)"))
            shown.remove.setAccessibleName(self.tr("Remove {product}").format(product=name))
        self._show_adder(order, set(wanted))

    def _rebuild(self, wanted: Sequence[str]) -> None:
        kept = {line.product_id: line for line in self._rows}
        for product_id, line in kept.items():
            for cell in line.cells:
                self._grid.removeWidget(cell)
            if product_id not in wanted:
                self._discard(line)
        self._rows = [kept.get(product_id) or self._new_row(product_id) for product_id in wanted]
        for at, line in enumerate(self._rows):
            for across, cell in enumerate(line.cells):
                self._grid.addWidget(cell, at, across)

    def _new_row(self, product_id: str) -> LineRow:
        line = LineRow(product_id, self)
        line.quantity_changed.connect(self._set_quantity)
        line.removed.connect(lambda product_id: self._set_quantity(product_id, 0))
        return line

    def _discard(self, line: LineRow) -> None:
        for cell in (*line.cells, line):
            cell.hide()
            cell.deleteLater()

    def _show_adder(self, order: OrderInHand, taken: set[str]) -> None:
        products = [
            p for p in order.book.products.values() if p.active and p.product_id not in taken
        ]
        keys = [p.product_id for p in products]
        if keys == [chip.property("product") for chip in self._chips()]:
            return
        clear(self._adder)
        for product in products:
            button = ActionButton(product.name, Kind.QUIET, "plus")
            button.setProperty("product", product.product_id)
            button.set_words(product.name, self.tr("Add {name}").format(name=product.name))
            button.clicked.connect(
                lambda _checked=False, added=product.product_id: self._add(added)
            )
            self._adder.addWidget(button)

    def _chips(self) -> list[QWidget]:
        items = (self._adder.itemAt(at) for at in range(self._adder.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if widget is not None]

    def _add(self, product_id: str) -> None:
        assert self._order is not None
        product = self._order.book.products[product_id]
        empties = 1 if product.requires_empty_return else 0
        self.draft_changed.emit(self._draft.with_line(DraftLine(product_id, 1, empties)))
        added = next((line for line in self._rows if line.product_id == product_id), None)
        if added is not None:
            added.stepper.setFocus()

    def _set_quantity(self, product_id: str, quantity: int) -> None:
        line = self._draft.line(product_id)
        if line is not None:
            self.draft_changed.emit(self._draft.with_line(line.with_quantity(quantity)))
