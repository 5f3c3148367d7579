"""Block 3: on which day, in which part of it, and how urgently."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QCheckBox, QWidget

from app.domain.hours import business_date, is_open_day, latest_delivery
from app.domain.orders import Priority, TimeSlot
from app.domain.pricing import Quote
from app.services.orders import OrderInHand
from ui import words
from ui.layouts import column, row
from ui.widgets.choice import Choice, Option
from ui.widgets.day_chooser import DayChooser
from ui.widgets.folding_row import FoldingRow
from ui.widgets.order.part import OrderPart


class DeliveryPart(OrderPart):
    """Days and slots by Left and Right; Space on the box makes it urgent."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._day = DayChooser()
        self._day.chosen.connect(
            lambda day: self.draft_changed.emit(replace(self._draft, delivery_date=day))
        )
        self._slot = Choice()
        self._slot.chosen.connect(
            lambda slot: self.draft_changed.emit(replace(self._draft, slot=slot))
        )
        self._urgent = QCheckBox()
        self._urgent.clicked.connect(self._set_urgent)
        slots = QWidget()
        slots.setLayout(row(self._slot, self._urgent, 1, gap=0.5))
        self.setLayout(column(FoldingRow(self._day, slots, gap=1), gap=0))

    def stops(self) -> Sequence[QWidget]:
        """Day, then slot."""
        return (self._day, self._slot)

    def retranslate(self) -> None:
        """Name the slots again."""
        self._day.set_name(self.tr("Delivery day"))
        self._slot.set_name(self.tr("Time of day"))
        self._slot.set_options([Option(slot, words.slot(slot)) for slot in TimeSlot])
        self._urgent.setText(self.tr("Urgent"))
        self._urgent.setToolTip(self.tr("Next truck; raises the delivery fee"))

    def _show(self, order: OrderInHand, quote: Quote) -> None:
        self.retranslate()
        draft, parameters = order.draft, order.book.parameters
        first = business_date(quote.quoted_at)
        last = max(latest_delivery(quote.quoted_at, parameters), draft.delivery_date)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        closed = frozenset(day for day in days if not is_open_day(day, parameters))
        self._day.set_range(first, last, closed)
        self._day.set_value(draft.delivery_date)
        self._slot.set_value(draft.slot)
        self._urgent.setChecked(draft.priority is Priority.URGENT)

    def _set_urgent(self, urgent: bool) -> None:
        priority = Priority.URGENT if urgent else Priority.NORMAL
        self.draft_changed.emit(replace(self._draft, priority=priority))
