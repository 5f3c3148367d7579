"""What a person would see in the window: the words that are visible now."""

from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget


def visible_words(window: QWidget) -> tuple[str, ...]:
    """The texts of every visible label, button and field."""
    words = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    words += [b.text() for b in window.findChildren(QAbstractButton) if b.isVisible()]
    words += [field.text() for field in window.findChildren(QLineEdit) if field.isVisible()]
    return tuple(word for word in words if word)


def sees(window: QWidget, word: str) -> bool:
    """Whether some visible text contains the word."""
    return any(word in text for text in visible_words(window))
