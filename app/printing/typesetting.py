"""Text into columns: shrinking within limits, wrapping after Chinese rules, losing nothing."""

import re
from dataclasses import dataclass, replace

from app.printing.fonts import Face, width

_WORDS = re.compile(r"[0-9A-Za-z.,:/#+\-]+ ?|.", re.DOTALL)
_NOT_FIRST = frozenset("、，。；：！？）」』】》〉％%)]}”’…·")
_STEP = 0.5


@dataclass(frozen=True, slots=True)
class Type:
    """How text is set: face, size in points, ink from 0 (white) to 1 (black), letter spacing."""

    face: Face
    size: float
    ink: float = 1.0
    tracking: float = 0.0

    def width(self, text: str) -> float:
        """The width of a printable text in points."""
        return width(text, self.face, self.size) + self.tracking * len(text)

    def sized(self, size: float) -> "Type":
        """The same type in another size."""
        return replace(self, size=size)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that fit their column, and the type in which they do."""

    lines: tuple[str, ...]
    type: Type
    leading: float

    @property
    def height(self) -> float:
        """The height of all lines in points."""
        return len(self.lines) * self.leading


def shrunk(text: str, kind: Type, column: float, smallest: float) -> Type:
    """The type, made smaller until the text fits on one line; not below `smallest`."""
    while kind.size > smallest and kind.width(text) > column:
        kind = kind.sized(max(smallest, kind.size - _STEP))
    return kind


def wrapped(text: str, kind: Type, column: float) -> tuple[str, ...]:
    """Lines no wider than the column (which holds two characters at least); every character kept.

    Chinese breaks anywhere, numbers and Latin words stay whole while they fit, and closing
    punctuation never begins a line.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, kind, column):
        if not line or kind.width((line + piece).rstrip()) <= column:
            line += piece
            continue
        carried = line[-1:] if piece in _NOT_FIRST and len(line) > 1 else ""
        lines.append(line[: len(line) - len(carried)].rstrip())
        line = carried + piece.lstrip()
    return tuple([*lines, line.rstrip()])


def block(text: str, kind: Type, column: float, lines: int, smallest: float) -> Block:
    """The text in at most `lines` lines, smaller if need be; at `smallest` it takes more lines."""
    fitted = wrapped(text, kind, column)
    while len(fitted) > lines and kind.size > smallest:
        kind = kind.sized(max(smallest, kind.size - _STEP))
        fitted = wrapped(text, kind, column)
    return Block(fitted, kind, kind.size * 1.3)


def _pieces(text: str, kind: Type, column: float) -> list[str]:
    """What may not be broken; a word wider than the column falls apart into characters."""
    words = _WORDS.findall(text)
    return [
        piece
        for word in words
        for piece in ([word] if kind.width(word.rstrip()) <= column else list(word))
    ]
