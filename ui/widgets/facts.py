"""Facts in two columns: what it is, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from ui.layouts import space
from ui.tone import Tone
from ui.widgets.text import ElidedText, Role, Text


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: a muted name and a value, coloured when it means something."""

    name: str
    value: str
    tone: Tone = Tone.NEUTRAL


class Facts(QWidget):
    """A short table without lines; values to the right when they are `figures`."""

    def __init__(self, *, figures: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = figures
        self._rows: list[tuple[Text, ElidedText]] = []
        self._grid = space(QGridLayout(), gap=0.75)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show these lines; labels are reused, so that nothing flickers."""
        while len(self._rows) < len(facts):
            self._add_row()
        for (name, value), fact in zip(self._rows, facts, strict=False):
            name.setText(fact.name)
            value.setText(fact.value)
            value.set_tone(fact.tone)
        for at, (name, value) in enumerate(self._rows):
            name.setVisible(at < len(facts))
            value.setVisible(at < len(facts))

    def _add_row(self) -> None:
        name, value = Text("", Role.MUTED), ElidedText("", Role.BODY)
        if self._figures:
            value.right()
        at = len(self._rows)
        self._grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, at, 1)
        self._rows.append((name, value))
