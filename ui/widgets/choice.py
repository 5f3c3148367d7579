"""One of a few: a row of segments, chosen with the arrow keys or a click."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from ui.layouts import column, row


@dataclass(frozen=True, slots=True)
class Option:
    """One segment: its value, its words, and whether it may be chosen (else `tip` says why)."""

    value: object
    words: str
    enabled: bool = True
    tip: str = ""


class Choice(QWidget):
    """Segments side by side (or rows, when `down`); the chosen value goes out by `chosen`.

    Up and Down leave a row of segments alone, so that they may mean something to the screen.
    """

    chosen = Signal(object)
    stepped_out = Signal(int)

    def __init__(self, *, down: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._down = down
        self._options: tuple[Option, ...] = ()
        self._buttons: list[QRadioButton] = []
        self._group = QButtonGroup(self)
        self._name = ""
        layout: QHBoxLayout | QVBoxLayout = column(gap=0) if down else row(gap=0)
        self._row = layout
        if down:
            self.setLayout(layout)
        else:
            self.setLayout(row(layout, 1, gap=0))

    def set_name(self, name: str) -> None:
        """What is chosen here, for screen readers."""
        self._name = name
        self._describe()

    def set_options(self, options: Sequence[Option]) -> None:
        """Show these segments; buttons are kept when only words have changed."""
        fresh = tuple(options)
        if fresh == self._options:
            return
        self._options = fresh
        while len(self._buttons) < len(fresh):
            self._add_button()
        while len(self._buttons) > len(fresh):
            self._drop_button()
        for button, option in zip(self._buttons, fresh, strict=True):
            button.setText(option.words)
            button.setEnabled(option.enabled)
            button.setToolTip(option.tip)
        self._describe()

    def set_value(self, value: object) -> None:
        """Mark the segment of that value; none when there is no such segment."""
        self._group.setExclusive(False)
        for button, option in zip(self._buttons, self._options, strict=True):
            button.setChecked(option.value == value)
            on_way = option.value == value
            button.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if on_way else Qt.FocusPolicy.ClickFocus
            )
        self._group.setExclusive(True)
        current = self._checked()
        if current is not None and self._has_focus():
            current.setFocus()
        target = current or next(iter(self._buttons), None)
        if target is not None:
            self.setFocusProxy(target)

    @property
    def value(self) -> object:
        """The chosen value, None when there is none."""
        pairs = zip(self._buttons, self._options, strict=True)
        return next((o.value for b, o in pairs if b.isChecked()), None)

    def button(self, value: object) -> QRadioButton:
        """The segment of that value."""
        pairs = zip(self._buttons, self._options, strict=True)
        return next(b for b, o in pairs if o.value == value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move along the segments and choose as they go."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        back, on = (
            (Qt.Key.Key_Up, Qt.Key.Key_Down) if self._down else (Qt.Key.Key_Left, Qt.Key.Key_Right)
        )
        step = {back: -1, on: 1}.get(Qt.Key(event.key()))
        if step is None:
            return False
        self._step(step)
        return True

    def _step(self, by: int) -> None:
        current = self._checked()
        at = self._buttons.index(current) if current else -1 if by > 0 else len(self._buttons)
        for position in range(at + by, len(self._buttons) if by > 0 else -1, by):
            if self._options[position].enabled:
                self._buttons[position].setFocus()
                self.chosen.emit(self._options[position].value)
                return
        self.stepped_out.emit(by)

    def _add_button(self) -> None:
        button = QRadioButton()
        button.setProperty("segment", "row" if self._down else "cell")
        button.installEventFilter(self)
        button.clicked.connect(lambda: self.chosen.emit(self._value_of(button)))
        self._buttons.append(button)
        self._group.addButton(button)
        self._row.addWidget(button)

    def _drop_button(self) -> None:
        button = self._buttons.pop()
        self._group.removeButton(button)
        button.hide()
        button.deleteLater()

    def _value_of(self, button: QRadioButton) -> object:
        return self._options[self._buttons.index(button)].value

    def _checked(self) -> QRadioButton | None:
        return next((b for b in self._buttons if b.isChecked()), None)

    def _has_focus(self) -> bool:
        return any(b.hasFocus() for b in self._buttons)

    def _describe(self) -> None:
        self.setAccessibleName(self._name)
        for button, option in zip(self._buttons, self._options, strict=True):
            words = option.words.replace("\n", " ")
            button.setAccessibleName(f"{self._name}: {words}" if self._name else words)
