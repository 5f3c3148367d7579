"""A strip of thermal paper, 57 mm wide and as long as its text; black or white, no grey."""

import re
from collections.abc import Callable
from math import ceil

from app.printing.codes import Modules
from app.printing.fonts import Face, printable
from app.printing.paper import MM, Box, Paper
from app.printing.typesetting import PHRASES, WORDS, Block, Type, shrunk, wrapped

WIDTH = 57 * MM
LEFT = 4.5 * MM
RIGHT = WIDTH - 4.5 * MM
COLUMN = RIGHT - LEFT
_MARGIN = 4 * MM
_DOT = MM / 8
_MODULES = (5 * _DOT, 4 * _DOT, 3 * _DOT)
Draw = Callable[[Paper, float], None]


class Strip:
    """Collects what is to stand under each other, then draws it on paper of that length."""

    def __init__(self) -> None:
        self._parts: list[tuple[float, Draw]] = []

    def gap(self, height: float) -> None:
        """Leave some points blank."""
        self._parts.append((height, lambda _paper, _y: None))

    def text(self, text: str, kind: Type, *, phrases: bool = False) -> None:
        """Set text over the whole width, on as many lines as it needs."""
        units = PHRASES if phrases else WORDS
        self._block(text, kind, lambda paper, y, line: paper.left(LEFT, y, line, kind), units)

    def centred(self, text: str, kind: Type) -> None:
        """Set text in the middle."""
        self._block(text, kind, lambda paper, y, line: paper.centred(WIDTH / 2, y, line, kind))

    def pair(self, label: str, figure: str, kind: Type, *, figure_kind: Type | None = None) -> None:
        """Set a label at the left and a figure at the right; below each other when too long."""
        figures = shrunk(figure, figure_kind or kind, COLUMN, 5)
        if kind.width(printable(label)) + figures.width(printable(figure)) + 4 > COLUMN:
            self.text(label, kind)
            label = ""
        height = max(kind.size, figures.size) * 1.3

        def draw(paper: Paper, y: float) -> None:
            baseline = y + height * 0.76
            paper.left(LEFT, baseline, label, kind)
            paper.right(RIGHT, baseline, figure, figures)

        self._parts.append((height, draw))

    def rule(self, *, weight: float = 0.6, dashed: bool = False) -> None:
        """Draw a line with air around it."""
        self._parts.append((7, lambda p, y: p.rule(LEFT, y + 3.5, RIGHT, weight, dashed=dashed)))

    def bar(self, text: str) -> None:
        """Set white text on a black bar."""
        kind = shrunk(printable(text), Type(Face.BOLD, 11, ink=0), COLUMN - 6, 6)

        def draw(paper: Paper, y: float) -> None:
            paper.fill(Box(LEFT, y, COLUMN, 18))
            paper.centred(WIDTH / 2, y + 13, text, kind)

        self._parts.append((20, draw))

    def code(self, modules: Modules) -> None:
        """Draw a code with its quiet zone, each module a whole number of the printer's dots."""
        module = next((m for m in _MODULES if m * len(modules) <= COLUMN), _MODULES[-1])
        side, quiet = module * len(modules), 4 * module
        left = _on_a_dot((WIDTH - side) / 2)

        def draw(paper: Paper, y: float) -> None:
            paper.code(Box(left, _on_a_dot(y + quiet), side, side), modules)

        self._parts.append((side + 2 * quiet + _DOT, draw))

    def draw(self, title: str) -> Paper:
        """The strip on paper of the length it needs."""
        length = _on_a_dot(sum(height for height, _ in self._parts) + 2 * _MARGIN)
        paper = Paper(WIDTH, length, title)
        y = _MARGIN
        for height, draw in self._parts:
            draw(paper, y)
            y += height
        return paper

    def _block(
        self,
        text: str,
        kind: Type,
        set_line: Callable[[Paper, float, str], object],
        units: re.Pattern[str] = WORDS,
    ) -> None:
        block = Block(wrapped(printable(text), kind, COLUMN, units), kind, kind.size * 1.3)

        def draw(paper: Paper, y: float) -> None:
            for number, line in enumerate(block.lines):
                set_line(paper, y + number * block.leading + kind.size * 0.97, line)

        self._parts.append((block.height, draw))


def _on_a_dot(position: float) -> float:
    """The next position, in points, where a dot of a 203 dpi printer begins."""
    return ceil(position / _DOT - 0.001) * _DOT
