"""A delivery day: a week of days at a time, closed days said so; arrow keys walk on."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QWidget

from ui.figures import short_date, weekday
from ui.layouts import column
from ui.widgets.choice import Choice, Option

_SHOWN = 6
_DAY = timedelta(days=1)


class DayChooser(QWidget):
    """Days from `first` to `last`; walking past the edge brings the next days into view."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._first = self._last = self._from = self._value = date.min
        self._closed: AbstractSet[date] = frozenset()
        self._choice = Choice()
        self._choice.chosen.connect(self.chosen)
        self._choice.stepped_out.connect(self._walk)
        self.setFocusProxy(self._choice)
        self.setLayout(column(self._choice, gap=0))

    def set_range(self, first: date, last: date, closed: AbstractSet[date]) -> None:
        """Days that may be booked, and those of them on which nothing is delivered."""
        self._first, self._last, self._closed = first, last, closed
        self._from = max(first, self._from)
        self._show()

    def set_value(self, day: date) -> None:
        """The day of the draft."""
        self._value = day
        if not self._from <= day < self._from + _DAY * _SHOWN:
            self._from = max(self._first, day - _DAY * (_SHOWN - 1)) if day > self._from else day
        self._show()

    def set_name(self, name: str) -> None:
        """What is chosen here, for screen readers."""
        self._choice.set_name(name)

    def changeEvent(self, event: QEvent) -> None:
        """Write the days again in the new language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._show()
        super().changeEvent(event)

    def _walk(self, by: int) -> None:
        day = self._value + _DAY * by
        while day in self._closed:
            day += _DAY * by
        if self._first <= day <= self._last:
            self.chosen.emit(day)

    def _show(self) -> None:
        if self._first == date.min:
            return
        count = min(_SHOWN, (self._last - self._from).days + 1)
        self._choice.set_options([self._option(self._from + _DAY * i) for i in range(count)])
        self._choice.set_value(self._value)

    def _option(self, day: date) -> Option:
        nearness = {0: self.tr("Today"), 1: self.tr("Tomorrow")}
        name = nearness.get((day - self._first).days, weekday(day))
        closed = day in self._closed
        second = self.tr("closed") if closed else short_date(day)
        return Option(day, f"{name}\n{second}", enabled=not closed)
