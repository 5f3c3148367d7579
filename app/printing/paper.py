"""One PDF being drawn: points, measured from the top left corner, black ink on white."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from app.printing.codes import Modules
from app.printing.fonts import Face, load, printable, runs
from app.printing.typesetting import Block, Type

MM = 72 / 25.4
HAIRLINE = 0.4
# The rare face has one weight: an outline of ink makes it as heavy as its neighbours.
_OUTLINES = {Face.REGULAR: 0.006, Face.MEDIUM: 0.02, Face.BOLD: 0.045}
_FILL_AND_OUTLINE: Final = 2
_PRESS = Lock()


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the paper; `y` is its upper edge."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height


class Paper:
    """A document of one page format; the same drawing always gives the same bytes."""

    def __init__(self, width: float, height: float, title: str) -> None:
        # Late: see app.printing.fonts.load.
        from reportlab.pdfgen.canvas import Canvas

        load(Face.REGULAR)
        self.width = width
        self.height = height
        self.page = 1
        self._bytes = BytesIO()
        self._canvas = Canvas(
            self._bytes,
            pagesize=(width, height),
            pageCompression=1,
            invariant=1,
            initialFontName=Face.REGULAR,  # type: ignore[arg-type]  # the stub says float
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Lucky Gas Counter")
        self._canvas.setCreator("Lucky Gas Counter")

    def left(self, x: float, baseline: float, text: str, kind: Type) -> float:
        """Set text that begins at `x`; returns where it ends."""
        text = printable(text)
        pen = self._canvas.beginText(x, self.height - baseline)
        pen.setFillGray(1 - kind.ink)
        pen.setStrokeGray(1 - kind.ink)
        pen.setCharSpace(kind.tracking)
        for run in runs(text, kind.face):
            pen.setFont(run.font, kind.size)
            pen.setTextRenderMode(0 if run.font == kind.face else _FILL_AND_OUTLINE)
            pen.textOut(run.text)
        pen.setTextRenderMode(0)
        self._canvas.setLineWidth(kind.size * _OUTLINES[kind.face])
        self._canvas.drawText(pen)
        return x + kind.width(text)

    def right(self, x: float, baseline: float, text: str, kind: Type) -> float:
        """Set text that ends at `x`; returns where it begins."""
        start = x - kind.width(printable(text))
        self.left(start, baseline, text, kind)
        return start

    def centred(self, x: float, baseline: float, text: str, kind: Type) -> None:
        """Set text in the middle of `x`."""
        self.left(x - kind.width(printable(text)) / 2, baseline, text, kind)

    def lines(self, x: float, y: float, block: Block) -> float:
        """Set a block whose first line begins at the height `y`; returns its lower edge."""
        for number, line in enumerate(block.lines):
            self.left(x, y + number * block.leading + block.type.size * 0.95, line, block.type)
        return y + block.height

    def rule(
        self, x: float, y: float, to: float, weight: float = HAIRLINE, *, dashed: bool = False
    ) -> None:
        """Draw a horizontal line."""
        self._canvas.setStrokeGray(0)
        self._canvas.setLineWidth(weight)
        self._canvas.setDash([2, 2] if dashed else [])
        self._canvas.line(x, self.height - y, to, self.height - y)

    def upright(self, x: float, y: float, to: float, weight: float = HAIRLINE) -> None:
        """Draw a vertical line from `y` down to `to`."""
        self._canvas.setStrokeGray(0)
        self._canvas.setLineWidth(weight)
        self._canvas.setDash([])
        self._canvas.line(x, self.height - y, x, self.height - to)

    def frame(self, box: Box, weight: float = 0.8) -> None:
        """Draw the outline of a box."""
        self._canvas.setStrokeGray(0)
        self._canvas.setLineWidth(weight)
        self._canvas.setDash([])
        self._canvas.rect(*self._corner(box), box.width, box.height)

    def fill(self, box: Box, ink: float = 1.0) -> None:
        """Fill a box with ink."""
        self._canvas.setFillGray(1 - ink)
        self._canvas.rect(*self._corner(box), box.width, box.height, stroke=0, fill=1)

    def code(self, box: Box, modules: Modules) -> None:
        """Draw a two-dimensional code over the whole box; its quiet zone is the caller's."""
        module = box.width / len(modules)
        path = self._canvas.beginPath()
        for row, cells in enumerate(modules):
            for start, length in _dark_stretches(cells):
                top = self.height - box.y - (row + 1) * module
                path.rect(box.x + start * module, top, length * module, module)
        self._canvas.setFillGray(0)
        self._canvas.drawPath(path, stroke=0, fill=1)

    def turn(self) -> None:
        """Go on with a new page of the same format."""
        self._canvas.showPage()
        self.page += 1

    def finish(self) -> bytes:
        """The PDF."""
        self._canvas.showPage()
        self._canvas.save()
        return self._bytes.getvalue()

    def _corner(self, box: Box) -> tuple[float, float]:
        return box.x, self.height - box.bottom


def press(draw: Callable[[], Paper]) -> bytes:
    """Draw one document; one at a time, because reportlab's fonts are shared between threads."""
    with _PRESS:
        return draw().finish()


def _dark_stretches(cells: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Starts and lengths of the runs of dark modules in a row."""
    stretches: list[tuple[int, int]] = []
    start = None
    for column, dark in enumerate((*cells, False)):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            stretches.append((start, column - start))
            start = None
    return stretches
