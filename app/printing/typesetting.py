"""Text into columns: shrinking within limits, wrapping after Chinese rules, losing nothing."""

import re
from dataclasses import dataclass, replace

from app.printing.fonts import Face, width

WORDS = re.compile(r"[0-9A-Za-z.,:/#+\-]+[段巷弄號樓室鄰月日時元支桶]? ?|.", re.DOTALL)
PHRASES = re.compile(r"[^、]*、?")
_NOT_FIRST = frozenset("、，。；：！？）」』】》〉％%)]}”’…·")
_NOT_LAST = frozenset("（「『【《〈([{“‘")
_STEP = 0.5
_MOST = 4
_MOST_CARRIED = 3


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


def wrapped(
    text: str, kind: Type, column: float, units: re.Pattern[str] = WORDS
) -> tuple[str, ...]:
    """Lines no wider than the column (which holds two characters at least); every character kept.

    Chinese breaks anywhere, but numbers, Latin words and house numbers (or PHRASES) stay whole
    while they fit, and closing punctuation never begins a line.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, kind, column, units):
        if not line or kind.width((line + piece).rstrip()) <= column:
            line += piece
            continue
        carried = _carried(line, piece)
        if kind.width((carried + piece).rstrip()) > column:
            carried = ""
        lines.append(line[: len(line) - len(carried)].rstrip())
        line = carried + piece.lstrip()
    return (*lines, line.rstrip())


def _carried(line: str, piece: str) -> str:
    """The end of the line that must go to the next one with the piece, for its punctuation."""
    cut = len(line)
    while cut > 1 and ((line + piece)[cut] in _NOT_FIRST or line[cut - 1] in _NOT_LAST):
        cut -= 1
    return line[cut:] if cut > 1 and len(line) - cut <= _MOST_CARRIED else ""


def block(text: str, kind: Type, column: float, lines: int, smallest: float) -> Block:
    """The text in at most `lines` lines, smaller if need be; at `smallest` it takes more lines.

    Four times as many lines are the end: what is longer still ends in a visible …
    """
    return _fitted(text, kind, column, (lines, smallest), WORDS)


def sentence(text: str, kind: Type, column: float, lines: int, smallest: float) -> Block:
    """Like `block`, but broken between the phrases that 、 divides."""
    return _fitted(text, kind, column, (lines, smallest), PHRASES)


def _fitted(
    text: str, kind: Type, column: float, limits: tuple[int, float], units: re.Pattern[str]
) -> Block:
    lines, smallest = limits
    fitted = wrapped(text, kind, column, units)
    while len(fitted) > lines and kind.size > smallest:
        kind = kind.sized(max(smallest, kind.size - _STEP))
        fitted = wrapped(text, kind, column, units)
    most = lines * _MOST
    if len(fitted) > most:
        fitted = (*fitted[: most - 1], _ended(fitted[most - 1], kind, column))
    return Block(fitted, kind, kind.size * 1.3)


def _ended(line: str, kind: Type, column: float) -> str:
    while line and kind.width(f"{line}…") > column:
        line = line[:-1]
    return f"{line}…"


def _pieces(text: str, kind: Type, column: float, units: re.Pattern[str]) -> list[str]:
    """What may not be broken; a piece wider than the column falls apart, words last."""
    pieces: list[str] = []
    for piece in units.findall(text):
        if kind.width(piece.rstrip()) <= column:
            pieces.append(piece)
        elif units is PHRASES:
            pieces += _pieces(piece, kind, column, WORDS)
        else:
            pieces += piece
    return pieces
