"""The order as a form: five numbered blocks and a note, walked by Enter, Esc and digits."""

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.domain.credit import CreditDecision
from app.domain.orders import OrderDraft
from app.domain.pricing import Quote
from app.domain.violations import Field, Severity, Violation
from app.services.orders import OrderInHand
from ui.layouts import column, row
from ui.sentences import sentence
from ui.tone import Tone
from ui.widgets.field_block import BlockHeader, FieldBlock
from ui.widgets.order.address import AddressPart
from ui.widgets.order.cylinders import CylindersPart
from ui.widgets.order.delivery import DeliveryPart
from ui.widgets.order.lines import LinesPart
from ui.widgets.order.part import OrderPart
from ui.widgets.order.payment import PaymentPart
from ui.widgets.scrolling import scrolling
from ui.widgets.spoken import Spoken
from ui.widgets.text import Role, Text

_BLOCK_OF = {
    Field.CUSTOMER: 0,
    Field.ADDRESS: 0,
    Field.LINES: 1,
    Field.DATE: 2,
    Field.SLOT: 2,
    Field.EMPTIES: 3,
    Field.PAYMENT: 4,
    Field.INVOICE: 4,
}


class OrderForm(Spoken):
    """Shows an order in hand; every change goes out as a whole new draft."""

    draft_changed = Signal(object)
    stepped_out = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines, self.payment = LinesPart(), PaymentPart()
        self.parts: tuple[OrderPart, ...] = (
            AddressPart(),
            self.lines,
            DeliveryPart(),
            CylindersPart(),
            self.payment,
        )
        self.blocks = tuple(FieldBlock(n, part) for n, part in enumerate(self.parts, start=1))
        for part, block in zip(self.parts, self.blocks, strict=True):
            part.draft_changed.connect(self.draft_changed)
            block.header_activated.connect(lambda n=block.number: self.enter_block(n))
        self.note = QLineEdit()
        self.note.setMaxLength(200)
        self._note_name = Text("", Role.MUTED)
        self.note.textEdited.connect(self._set_note)
        self._order: OrderInHand | None = None
        note = row(self._note_name, gap=2, inset=(2.5, 1.25))
        note.addWidget(self.note, 1)
        body = QWidget()
        body.setLayout(column(*self.blocks, note, 1, gap=0))
        self._scroll = scrolling(body)
        self.setLayout(column(self._scroll, gap=0))
        self.retranslate()

    def set_order(self, order: OrderInHand, quote: Quote) -> None:
        """Show this order and what is wrong with it, beside the fields."""
        self._order = order
        for part in self.parts:
            part.set_order(order, quote)
        if not self.note.hasFocus():
            self.note.setText(order.draft.note)
        self.set_violations(quote.violations)

    def set_violations(self, violations: Iterable[Violation]) -> None:
        """Put the sentences where they belong; blocking ones first."""
        found = sorted(violations, key=lambda v: v.severity is not Severity.BLOCKS)
        for at, block in enumerate(self.blocks):
            mine = [v for v in found if _BLOCK_OF[v.field] == at]
            blocks = any(v.severity is Severity.BLOCKS for v in mine)
            block.set_message(
                "\n".join(sentence(v) for v in mine), Tone.DANGER if blocks else Tone.WARN
            )

    def set_credit(self, decision: CreditDecision | None, *, asked: bool) -> None:
        """What the credit check says."""
        self.payment.set_credit(decision, asked=asked)

    def start(self) -> None:
        """Where an order begins: on the quantity of its first line."""
        self.enter_block(2)

    def enter_block(self, number: int) -> None:
        """Go to the first field of a block; 1 to 5."""
        stops = self.parts[number - 1].stops()
        target = next(iter(stops), None)
        if target is None and number == 2:
            self.lines.add_first()
        elif target is not None:
            target.setFocus()
        else:
            self.blocks[number - 1].header.setFocus()

    def enter_violation(self, violations: Iterable[Violation]) -> None:
        """Go to the first field, in the order people speak, that keeps the order from saving."""
        blocking = [_BLOCK_OF[v.field] for v in violations if v.severity is Severity.BLOCKS]
        if blocking:
            self.enter_block(min(blocking) + 1)

    def go_on(self) -> None:
        """Accept what is preset and go to the next field; past the last one is `stepped_out`."""
        focus, stops = self._focus(), self._stops()
        if isinstance(focus, BlockHeader):
            self.enter_block(self._block_of(focus) + 1)
            return
        at = self._stop_at(focus, stops)
        following = stops[at + 1] if at is not None and at + 1 < len(stops) else None
        if at is None:
            block = self._block_of(focus)
            if 0 <= block < len(self.blocks) - 1:
                self.enter_block(block + 2)
            else:
                self.stepped_out.emit(1)
        elif following is None:
            self.stepped_out.emit(1)
        else:
            following.setFocus()

    def go_back(self) -> None:
        """One step back: a typed field to its header, else to the field before; never discards."""
        focus, stops = self._focus(), self._stops()
        block = self._block_of(focus)
        if isinstance(focus, QLineEdit) and block >= 0:
            self.blocks[block].header.setFocus()
            return
        before = self._stops_before(focus, block, stops)
        if before:
            before[-1].setFocus()
        else:
            self.stepped_out.emit(-1)

    def go_to_last(self) -> None:
        """The last field, for a step back from behind the form."""
        self._stops()[-1].setFocus()

    def retranslate(self) -> None:
        """Name the blocks."""
        names = (
            self.tr("Address"),
            self.tr("Products"),
            self.tr("When"),
            self.tr("Empties"),
            self.tr("Payment"),
        )
        for block, name in zip(self.blocks, names, strict=True):
            block.set_name(name)
        self._note_name.setText(self.tr("Note"))
        self.note.setAccessibleName(self.tr("Note"))
        self.note.setToolTip(self.tr("Note for the driver (Alt+N)"))
        self.note.setPlaceholderText(self.tr("for the driver, printed on the slip"))

    def _stops(self) -> list[QWidget]:
        return [stop for part in self.parts for stop in part.stops()]

    def _stops_before(
        self, focus: QWidget | None, block: int, stops: list[QWidget]
    ) -> list[QWidget]:
        at = self._stop_at(focus, stops)
        if at is not None:
            return stops[:at]
        if block < 0:
            return stops
        return [stop for part in self.parts[:block] for stop in part.stops()]

    def _stop_at(self, focus: QWidget | None, stops: list[QWidget]) -> int | None:
        if focus is None:
            return None
        return next((i for i, s in enumerate(stops) if s is focus or s.isAncestorOf(focus)), None)

    def _block_of(self, focus: QWidget | None) -> int:
        """The index of the block around a widget; -1 for none."""
        if focus is None:
            return -1
        return next((i for i, b in enumerate(self.blocks) if b.isAncestorOf(focus)), -1)

    def _focus(self) -> QWidget | None:
        return self.focusWidget()

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the focus while visible, and only then: a form that goes away hears no more."""
        super().showEvent(event)
        _application().focusChanged.connect(self._follow_focus)

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop following the focus."""
        super().hideEvent(event)
        _application().focusChanged.disconnect(self._follow_focus)

    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        inside = new if new is not None and self.isAncestorOf(new) else None
        at = self._block_of(inside)
        for number, block in enumerate(self.blocks):
            block.set_active(active=number == at)
        if inside is not None:
            self._scroll.ensureWidgetVisible(self.blocks[at] if at >= 0 else inside, 0, 0)

    def _set_note(self, text: str) -> None:
        if self._order is not None:
            draft: OrderDraft = replace(self._order.draft, note=text)
            self.draft_changed.emit(draft)


def _application() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
