"""Block 4: empty cylinders taken back, cylinders lent, what is owed, and gas left in them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from app.domain.orders import DraftLine
from app.domain.pricing import Quote
from app.services.orders import OrderInHand
from ui.layouts import column, row
from ui.tone import Tone, mark
from ui.widgets.folding_row import FoldingRow
from ui.widgets.order.part import OrderPart
from ui.widgets.stepper import QuantityStepper
from ui.widgets.text import Role, Text


class CylinderRow(QWidget):
    """One kind of cylinder: taken back, lent, owed, residual gas."""

    changed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._line: DraftLine | None = None
        self.kind = Text("", Role.STRONG)
        self.empties_name, self.empties = Text("", Role.MUTED), QuantityStepper(0)
        self.deposits_name, self.deposits = Text("", Role.MUTED), QuantityStepper(0)
        self.residual_name, self.residual = Text("", Role.MUTED), QLineEdit()
        self.owed = Text("", Role.BODY)
        self.empties.changed.connect(self._set_empties)
        self.deposits.changed.connect(self._set_deposits)
        validator = QDoubleValidator(0.0, 999.0, 1, self)
        validator.setNotation(QDoubleValidator.Notation.StandardNotation)
        self.residual.setValidator(validator)
        self.residual.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.residual.textEdited.connect(self._set_residual)
        mark(self.residual, narrow=True)
        mark(self.kind, cylinder=True)
        self._lay_out()

    def _lay_out(self) -> None:
        goods, rest = QWidget(), QWidget()
        goods.setLayout(
            row(self.kind, self.empties_name, self.empties, self.deposits_name, self.deposits)
        )
        rest.setLayout(row(self.residual_name, self.residual, self.owed, 1))
        self.setLayout(column(FoldingRow(goods, rest, gap=1), gap=0))

    def show_line(self, line: DraftLine, size: str) -> None:
        """Fill the row in."""
        self._line = line
        self.kind.setText(size)
        self.empties.set_value(line.empties)
        self.deposits.set_value(line.deposits)
        if not self.residual.hasFocus():
            self.residual.setText(f"{line.residual_kg.normalize():f}" if line.residual_kg else "")
        owed = line.quantity - line.empties - line.deposits
        self.owed.setText(self.tr("owes {count}").format(count=owed))
        self.owed.set_tone(Tone.WARN if owed > 0 else Tone.NEUTRAL)
        self.owed.set_role(Role.STRONG if owed > 0 else Role.MUTED)
        self._name(size)

    def _name(self, size: str) -> None:
        self.empties_name.setText(self.tr("take back"))
        self.deposits_name.setText(self.tr("deposit"))
        self.residual_name.setText(self.tr("gas, kg"))
        self.residual.setPlaceholderText("0")
        for field, name in (
            (self.empties, self.empties_name),
            (self.deposits, self.deposits_name),
        ):
            field.set_name(f"{size} {name.text()}")
        self.residual.setAccessibleName(f"{size} {self.residual_name.text()}")

    def _set_empties(self, count: int) -> None:
        if self._line is not None:
            self.changed.emit(replace(self._line, empties=count))

    def _set_deposits(self, count: int) -> None:
        if self._line is not None:
            self.changed.emit(replace(self._line, deposits=count))

    def _set_residual(self, text: str) -> None:
        try:
            kilograms = Decimal(text or "0")
        except InvalidOperation:
            return
        if self._line is not None:
            self.changed.emit(replace(self._line, residual_kg=kilograms))


class CylindersPart(OrderPart):
    """One row per kind of cylinder on the order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[CylinderRow] = []
        self._shown = 0
        self._lines = column(gap=1)
        self._none = Text("", Role.MUTED)
        self.setLayout(column(self._lines, self._none, gap=0))

    def stops(self) -> Sequence[QWidget]:
        """The empties taken back of every kind; Tab leads to the rest."""
        return tuple(line.empties for line in self._rows[: self._shown])

    def retranslate(self) -> None:
        """Write the words again."""
        self._none.setText(self.tr("Nothing to return on this order"))

    def _show(self, order: OrderInHand, quote: Quote) -> None:
        self.retranslate()
        returnable = [line for line in order.draft.lines if _is_returned(line, order)]
        self._shown = len(returnable)
        while len(self._rows) < len(returnable):
            self._add_row()
        for at, row_of in enumerate(self._rows):
            visible = at < len(returnable)
            if visible:
                product = order.book.products[returnable[at].product_id]
                row_of.show_line(returnable[at], product.size)
            row_of.setVisible(visible)
        self._none.setVisible(not returnable)

    def _add_row(self) -> None:
        line = CylinderRow(self)
        line.changed.connect(
            lambda changed: self.draft_changed.emit(self._draft.with_line(changed))
        )
        self._rows.append(line)
        self._lines.addWidget(line)


def _is_returned(line: DraftLine, order: OrderInHand) -> bool:
    product = order.book.products.get(line.product_id)
    return product is not None and product.requires_empty_return
