"""The tones of the present palette for widgets that draw themselves."""

from PySide6.QtCore import Property, QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from ui.widgets.tone import Tone


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
    neutralInk = _colour("neutralInk")
    neutralSoft = _colour("neutralSoft")
    okInk = _colour("okInk")
    okSoft = _colour("okSoft")
    okFill = _colour("okFill")
    warnInk = _colour("warnInk")
    warnSoft = _colour("warnSoft")
    warnFill = _colour("warnFill")
    dangerInk = _colour("dangerInk")
    dangerSoft = _colour("dangerSoft")
    dangerFill = _colour("dangerFill")
    infoInk = _colour("infoInk")
    infoSoft = _colour("infoSoft")
    infoFill = _colour("infoFill")
    accentInk = _colour("accentInk")
    accentSoft = _colour("accentSoft")
    accentFill = _colour("accentFill")
    onFill = _colour("onFill")

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
        return self.colour(f"{tone.value}Ink")

    def soft_of(self, tone: Tone) -> QColor:
        """The background colour of a tone."""
        return self.colour(f"{tone.value}Soft")

    def fill_of(self, tone: Tone) -> QColor:
        """The strong colour of a tone, for shapes."""
        return self.colour("muted" if tone is Tone.NEUTRAL else f"{tone.value}Fill")
