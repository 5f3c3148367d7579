"""States as a colour: every widget that has a state is marked with one of these tones."""

from enum import StrEnum

from PySide6.QtWidgets import QWidget


class Tone(StrEnum):
    """What a colour means: received, waiting or late, needs a person, information."""

    NEUTRAL = "neutral"
    OK = "ok"
    WARN = "warn"
    DANGER = "danger"
    INFO = "info"
    ACCENT = "accent"


def mark(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet selects on, and restyle when one has changed."""
    changed = False
    for name, value in properties.items():
        plain = str(value) if isinstance(value, StrEnum) else value
        if widget.property(name) != plain:
            widget.setProperty(name, plain)
            changed = True
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
