"""Who is on the telephone: one lane per line; nothing here ever takes the focus."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.layouts import row
from ui.tone import Tone, mark
from ui.widgets.composed_button import ComposedButton
from ui.widgets.icon import Icon
from ui.widgets.keycap import KeyCap
from ui.widgets.pill import Pill
from ui.widgets.text import ElidedText, Role, Text


@dataclass(frozen=True, slots=True)
class LaneView:
    """What a lane shows; `call_id` is None while the line is idle."""

    line: int
    call_id: int | None = None
    name: str = ""
    number: str = ""
    ringing: bool = False
    since: str = ""


class LaneButton(ComposedButton):
    """One line: L1, who it is, the number, how long, and the key that opens the card."""

    def __init__(self, line: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._line = line
        self._tag = Text(f"L{line}", Role.STRONG)
        self._icon = Icon("phone", 1.2)
        self._name = ElidedText("", Role.STRONG)
        self._number = Text("", Role.BODY)
        self._since = Text("", Role.CAPTION)
        self._key = KeyCap(f"Ctrl+{line}")
        layout = row(self._tag, self._icon, gap=1, inset=(1.5, 0.5))
        layout.addWidget(self._name, 1)
        for child in (self._number, self._since, self._key):
            layout.addWidget(child)
        self.compose(layout)

    def show_lane(self, lane: LaneView) -> None:
        """Fill the lane in."""
        idle = lane.call_id is None
        ringing = lane.ringing
        self._icon.set_icon("phone-incoming" if ringing else "phone")
        self._name.setText(self.tr("idle") if idle else lane.name or self.tr("Unknown caller"))
        self._number.setText("" if idle else lane.number or self.tr("Number withheld"))
        self._since.setText(lane.since)
        for child in (self._number, self._since, self._key):
            child.setVisible(not idle)
        state = "ringing" if ringing else "idle" if idle else "talking"
        toned: tuple[QWidget, ...] = (
            self._tag,
            self._name,
            self._number,
            self._since,
            self._icon,
        )
        for part in toned:
            mark(part, lane=state)
        mark(self, lane=state)
        self.setAccessibleName(f"L{lane.line} {self._name.text()} {self._number.text()}".strip())
        self.setToolTip(self.tr("Open this caller's card (Ctrl+{line})").format(line=lane.line))


class CallerStrip(QFrame):
    """All lanes, and how many calls were missed."""

    lane_picked = Signal(int)
    missed_picked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lanes: tuple[LaneView, ...] = ()
        self._missed = 0
        self._buttons: list[LaneButton] = []
        self._row: QHBoxLayout = row(gap=1)
        self._missed_pill = Pill()
        mark(self._missed_pill, large=True, loud=True)
        self._missed_button = ComposedButton()
        self._missed_button.setProperty("kind", "bare")
        self._missed_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._missed_button.clicked.connect(lambda: self.missed_picked.emit())
        self._missed_button.compose(
            row(self._missed_pill, KeyCap("Ctrl+M"), gap=0.75, inset=(0.5, 0.5))
        )
        self._extra: QHBoxLayout = row(gap=1)
        self.setLayout(row(self._row, self._missed_button, 1, self._extra, inset=(1.5, 0.75)))

    def add_extra(self, widget: QWidget) -> None:
        """Something more at the right end of the strip."""
        self._extra.addWidget(widget)

    def set_lanes(self, lanes: Sequence[LaneView]) -> None:
        """Show every line of the telephone, in order."""
        self._lanes = tuple(lanes)
        while len(self._buttons) < len(self._lanes):
            self._add_button(len(self._buttons))
        self._render()

    def set_missed(self, count: int) -> None:
        """Unanswered calls that nobody has called back; red until somebody does."""
        self._missed = count
        self._render()

    @property
    def missed(self) -> int:
        """How many missed calls are shown."""
        return self._missed

    def changeEvent(self, event: QEvent) -> None:
        """Write the words again in the new language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._render()
        super().changeEvent(event)

    def _render(self) -> None:
        for button, lane in zip(self._buttons, self._lanes, strict=False):
            button.show_lane(lane)
        words = self.tr("missed {count}").format(count=self._missed)
        self._missed_pill.say(words, Tone.DANGER if self._missed else Tone.NEUTRAL)
        self._missed_button.setVisible(self._missed > 0)
        self._missed_button.setAccessibleName(words)
        self._missed_button.setToolTip(self.tr("Calls that nobody has answered or called back"))

    def _add_button(self, at: int) -> None:
        button = LaneButton(at + 1)
        button.clicked.connect(lambda: self.lane_picked.emit(self._lanes[at].line))
        self._buttons.append(button)
        self._row.addWidget(button)
