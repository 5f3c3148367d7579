"""Faces on paper: which font draws which character, and how wide a text is.

Noto Sans TC draws the text, TW-Sung the rare characters of names that Noto lacks. A character
that neither has is printed as 〓, the printer's mark for a missing sort: seen, never lost.
"""

import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.resources import as_file, files
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from app.printing.embedded_font import EmbeddedFont

MISSING_SORT = "〓"
_RARE = "TW-Sung-Rare"


class Face(StrEnum):
    """The weights that documents are set in; the value is the file in resources/fonts."""

    REGULAR = "NotoSansTC-Regular"
    MEDIUM = "NotoSansTC-Medium"
    BOLD = "NotoSansTC-Bold"


class Run(NamedTuple):
    """A stretch of text that one font draws."""

    font: str
    text: str


def runs(text: str, face: Face) -> Iterator[Run]:
    """Split `printable` text by the font that draws it; a character no font has becomes 〓."""
    drawn = ((_font_of(char, face), char) for char in text)
    for font, group in groupby(drawn, key=lambda pair: pair[0]):
        chars = "".join(char for _, char in group)
        yield Run(font or face, chars if font else MISSING_SORT * len(chars))


def width(text: str, face: Face, size: float) -> float:
    """How wide that text is, in points, when set in `size` points."""
    return sum(_advance(char, face) for char in text) * size / 1000


def missing(text: str) -> tuple[str, ...]:
    """The characters of that text that will be printed as 〓, each once."""
    return tuple(dict.fromkeys(c for c in printable(text) if not _font_of(c, Face.REGULAR)))


def printable(text: str) -> str:
    """Text as paper can carry it: composed, on one line, without invisible characters."""
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if c.isspace() else c for c in composed)
    return " ".join("".join(c for c in spaced if not _is_invisible(c)).split())


@cache
def load(name: str) -> "EmbeddedFont":
    """The font of that name, ready for reportlab; read from resources/fonts the first time."""
    # Late: reportlab costs 0.1 s, and a start that prints nothing should not pay it.
    from reportlab.pdfbase import pdfmetrics

    from app.printing.embedded_font import EmbeddedFont

    with as_file(files("resources") / "fonts" / f"{name}.ttf") as path:
        font = EmbeddedFont(name, str(path), asciiReadable=0)
    pdfmetrics.registerFont(font)
    return font


def _is_invisible(char: str) -> bool:
    is_variation_selector = 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF
    return is_variation_selector or unicodedata.category(char) in ("Cc", "Cf")


@cache
def _font_of(char: str, face: Face) -> str:
    """The font that has the character, or nothing."""
    for name in (face, _RARE):
        if ord(char) in load(name).face.charToGlyph:
            return name
    return ""


@cache
def _advance(char: str, face: Face) -> float:
    font = _font_of(char, face)
    code = ord(char if font else MISSING_SORT)
    widths: dict[int, float] = load(font or face).face.charWidths
    return widths[code]
