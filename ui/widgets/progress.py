"""Long work, honestly: what is being done, how far, how fast, and what is left."""

from datetime import timedelta

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from ui.figures import age, rate
from ui.layouts import column, row
from ui.widgets.text import Role, Text


class WorkProgress(QWidget):
    """A phase, a bar with percent, rows per second and the time left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phase = Text("", Role.LEAD)
        self._percent = Text("", Role.LEAD).right()
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._detail = Text("", Role.MUTED)
        self._left = Text("", Role.MUTED).right()
        self._figures: tuple[float, float, timedelta | None] = (0.0, 0.0, None)
        self.setLayout(
            column(row(self._phase, 1, self._percent), self._bar, row(self._detail, 1, self._left))
        )

    def set_phase(self, phase: str) -> None:
        """What is being done, in the clerk's words."""
        self._phase.setText(phase)
        self._bar.setAccessibleName(phase)

    def set_figures(self, fraction: float, per_second: float, left: timedelta | None) -> None:
        """0.0 to 1.0, rows per second, time left if it is known."""
        self._figures = (fraction, per_second, left)
        self._render()

    def changeEvent(self, event: QEvent) -> None:
        """Write the figures again in the new language."""
        if event.type() == QEvent.Type.LanguageChange:
            self._render()
        super().changeEvent(event)

    def _render(self) -> None:
        fraction, per_second, left = self._figures
        self._bar.setValue(round(fraction * 1000))
        self._percent.setText(f"{fraction:.0%}")
        self._detail.setText(
            self.tr("{rate} rows per second").format(rate=rate(per_second)) if per_second else ""
        )
        self._left.setText(self.tr("{time} left").format(time=age(left)) if left else "")
