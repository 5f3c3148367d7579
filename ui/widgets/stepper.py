"""A quantity: type it, or step it with the arrow keys or the two buttons."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QSizePolicy, QToolButton, QWidget

from ui.layouts import row


class QuantityStepper(QFrame):
    """A whole number from `least` to 999; every change is a signal, an empty field is none."""

    changed = Signal(int)

    def __init__(self, least: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least = least
        self._value = least
        self.edit = QLineEdit()
        self.edit.setValidator(QIntValidator(least, 999, self))
        self.edit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.edit.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.edit.installEventFilter(self)
        self.edit.textEdited.connect(self._typed)
        self.setFocusProxy(self.edit)
        less, more = self._button("−", -1), self._button("+", 1)
        self.setLayout(row(less, self.edit, more, gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_value(least)

    def set_value(self, value: int) -> None:
        """Show a quantity; what a clerk is typing right now is left alone when it agrees."""
        self._value = value
        if self.edit.text() != str(value) and not (self.edit.hasFocus() and not self.edit.text()):
            self.edit.setText(str(value))
            if self.edit.hasFocus():
                self.edit.selectAll()

    @property
    def value(self) -> int:
        """The quantity shown."""
        return self._value

    def set_name(self, name: str) -> None:
        """What is counted, for screen readers."""
        self.edit.setAccessibleName(name)

    def step(self, by: int) -> None:
        """Add to the quantity, within its limits."""
        following = min(999, max(self._least, self._value + by))
        if following != self._value:
            self.set_value(following)
            self.edit.selectAll()
            self.changed.emit(following)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys step; the whole number is selected when the focus comes, by key or click."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            by = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if by is not None and plain:
                self.step(by)
                return True
        if event.type() == QEvent.Type.FocusIn:
            self.edit.selectAll()
        if event.type() == QEvent.Type.FocusOut and not self.edit.text():
            self.edit.setText(str(self._value))
        return False

    def _typed(self, text: str) -> None:
        if text.isdigit() and int(text) >= self._least and int(text) != self._value:
            self._value = int(text)
            self.changed.emit(self._value)

    def _button(self, sign: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setProperty("side", "less" if by < 0 else "more")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAutoRepeat(True)
        button.clicked.connect(lambda: self.step(by))
        return button
