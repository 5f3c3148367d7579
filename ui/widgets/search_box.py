"""One search box with its results; arrow keys walk the results while the focus stays put."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QWidget

from ui.layouts import column, row
from ui.tone import Tone, mark
from ui.widgets.icon import Icon
from ui.widgets.pill import Pill
from ui.widgets.text import ElidedText, Role


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: who it is, a second line, and a state when it is worth a word."""

    key: str
    title: str
    detail: str
    icon: str = "user"
    state: str = ""
    tone: Tone = Tone.NEUTRAL


class HitRow(QFrame):
    """One result on two lines."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon("user", 1.3)
        self._title = ElidedText("", Role.STRONG)
        self._pill = Pill()
        self._detail = ElidedText("", Role.MUTED)
        top = row(gap=1)
        top.addWidget(self._title, 1)
        top.addWidget(self._pill)
        body = column(top, self._detail, gap=0)
        layout = row(self._icon, gap=1.5, inset=(1.5, 0.75))
        layout.addLayout(body, 1)
        self.setLayout(layout)

    def show_hit(self, hit: Hit, *, current: bool) -> None:
        """Fill the row in."""
        self._icon.set_icon(hit.icon)
        self._title.setText(hit.title)
        self._detail.setText(hit.detail)
        self._pill.say(hit.state, hit.tone)
        mark(self, current=current)
        self.setAccessibleName(f"{hit.title} {hit.detail} {hit.state}".strip())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click picks the row."""
        self.clicked.emit()


class HitList(QScrollArea):
    """Results below each other; one of them is current."""

    picked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body = QWidget()
        self._column = column(gap=0)
        self._body.setLayout(column(self._column, 1, gap=0))
        self.setWidget(self._body)
        self._rows: list[HitRow] = []
        self._hits: tuple[Hit, ...] = ()
        self._current = 0

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Show these results; the first one becomes the current one when they have changed."""
        fresh = tuple(hits)
        if [h.key for h in fresh] != [h.key for h in self._hits]:
            self._current = 0
        self._hits = fresh
        while len(self._rows) < len(fresh):
            self._add_row()
        for at, line in enumerate(self._rows):
            line.setVisible(at < len(fresh))
        self._mark_current()

    @property
    def current(self) -> Hit | None:
        """The result that Enter would pick."""
        return self._hits[self._current] if self._current < len(self._hits) else None

    def walk(self, by: int) -> None:
        """Walk up or down; stops at the ends."""
        if self._hits:
            self._current = min(len(self._hits) - 1, max(0, self._current + by))
            self._mark_current()
            self.ensureWidgetVisible(self._rows[self._current], 0, 0)

    def _mark_current(self) -> None:
        for at, hit in enumerate(self._hits):
            self._rows[at].show_hit(hit, current=at == self._current)

    def _add_row(self) -> None:
        line = HitRow()
        at = len(self._rows)
        line.clicked.connect(lambda: self.picked.emit(self._hits[at].key))
        self._rows.append(line)
        self._column.addWidget(line)


class SearchBox(QFrame):
    """The field; keys that walk or pick go out as signals, the focus stays here."""

    searched = Signal(str)
    moved = Signal(int)
    picked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.edit.setClearButtonEnabled(False)
        self.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhLatinOnly | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.edit.textChanged.connect(self.searched)
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        layout = row(Icon("search"), gap=1, inset=(1.25, 0.5))
        layout.addWidget(self.edit, 1)
        self.setLayout(layout)

    def set_words(self, placeholder: str, name: str) -> None:
        """What may be typed here, in the present language."""
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(name)
        self.edit.setToolTip(placeholder)

    @property
    def text(self) -> str:
        """What has been typed."""
        return self.edit.text()

    def clear(self) -> None:
        """Forget what has been typed."""
        self.edit.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down and Enter speak to the results; Esc clears first."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            mark(self, focused=event.type() == QEvent.Type.FocusIn)
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key, plain = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain != Qt.KeyboardModifier.NoModifier:
            return False
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit()
            return True
        if key == Qt.Key.Key_Escape and self.edit.text():
            self.edit.clear()
            return True
        return False
