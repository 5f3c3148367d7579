"""The tones of the present palette for widgets that draw themselves."""

from PySide6.QtCore import Property, QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from ui.tone import Tone


def _colour(name: str) -> Property:
    """A colour that the style sheet sets by `qproperty-<name>`."""

    def read(self: QObject) -> QColor:
        return QColor(getattr(self, f"_{name}", QColor()))

    def write(self: QObject, value: QColor) -> None:
        setattr(self, f"_{name}", value)

    return Property(QColor, read, write)


class Swatch(QWidget):
    """An invisible child of a painted widget; the style sheet fills in its colours."""

    ink = _colour("ink")
    muted = _colour("muted")
    hairline = _colour("hairline")
    selection = _colour("selection")
    track = _colour("track")
    row = _colour("row")
    neutral_ink = _colour("neutral_ink")
    neutral_soft = _colour("neutral_soft")
    ok_ink = _colour("ok_ink")
    ok_soft = _colour("ok_soft")
    ok_fill = _colour("ok_fill")
    warn_ink = _colour("warn_ink")
    warn_soft = _colour("warn_soft")
    warn_fill = _colour("warn_fill")
    danger_ink = _colour("danger_ink")
    danger_soft = _colour("danger_soft")
    danger_fill = _colour("danger_fill")
    info_ink = _colour("info_ink")
    info_soft = _colour("info_soft")
    info_fill = _colour("info_fill")
    accent_ink = _colour("accent_ink")
    accent_soft = _colour("accent_soft")
    accent_fill = _colour("accent_fill")
    on_fill = _colour("on_fill")

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()

    def colour(self, name: str) -> QColor:
        """One of the colours above."""
        self.ensurePolished()
        value = self.property(name)
        assert isinstance(value, QColor)
        return value

    def ink_of(self, tone: Tone) -> QColor:
        """The text colour of a tone."""
        return self.colour(f"{tone.value}_ink")

    def soft_of(self, tone: Tone) -> QColor:
        """The background colour of a tone."""
        return self.colour(f"{tone.value}_soft")

    def fill_of(self, tone: Tone) -> QColor:
        """The strong colour of a tone, for shapes."""
        return self.colour("muted" if tone is Tone.NEUTRAL else f"{tone.value}_fill")
