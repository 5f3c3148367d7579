"""Tables on paper: columns, rows of any height, sums that are carried to the next page."""

from dataclasses import dataclass
from decimal import Decimal

from app.printing.fonts import Face, printable
from app.printing.paper import HAIRLINE, Paper
from app.printing.typesetting import Block, Type, block, shrunk
from app.printing.wording import money

LABEL = Type(Face.REGULAR, 8, ink=0.68)
_CELL = Type(Face.REGULAR, 11)
_FIGURE = Type(Face.MEDIUM, 11)
_REMARK = Type(Face.REGULAR, 8.5, ink=0.8)
_PADDING = 4.5


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its right edge and width in points; figures stand at the right edge."""

    title: str
    right: float
    width: float


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the name, what is said under it, the figures of the columns, the amount to carry."""

    name: str
    figures: tuple[str, ...]
    amount: Decimal
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A column of names at `x` and columns of figures; `carry` is the column of carried sums."""

    x: float
    right: float
    name_title: str
    name_width: float
    columns: tuple[Column, ...]
    carry: int
    carry_height: float = 20
    head_height: float = 14

    def height(self, row: Row) -> float:
        """How high that row will be."""
        return self._name(row).height + self._remark(row).height + 2 * _PADDING

    def head(self, paper: Paper, y: float) -> float:
        """Draw the titles; returns where the rows begin."""
        paper.left(self.x, y + 9, self.name_title, LABEL)
        for column in self.columns:
            paper.right(column.right, y + 9, column.title, LABEL)
        paper.rule(self.x, y + self.head_height, self.right, 0.8)
        return y + self.head_height

    def row(self, paper: Paper, y: float, row: Row) -> float:
        """Draw a row; returns its lower edge."""
        name = self._name(row)
        bottom = paper.lines(self.x, y + _PADDING, name)
        if row.remark:
            bottom = paper.lines(self.x, bottom, self._remark(row))
        baseline = y + _PADDING + name.type.size * 0.95
        for column, figure in zip(self.columns, row.figures, strict=True):
            kind = shrunk(figure, _FIGURE, column.width, 6)
            paper.right(column.right, baseline, figure, kind)
        paper.rule(self.x, bottom + _PADDING, self.right, HAIRLINE)
        return bottom + _PADDING

    def carried(self, paper: Paper, y: float, label: str, amount: Decimal) -> float:
        """Draw the sum that goes over to the next page, or came from the last one."""
        column = self.columns[self.carry]
        paper.left(self.x, y + 13.5, label, _REMARK.sized(10))
        kind = shrunk(money(amount), _FIGURE, column.width, 6)
        paper.right(column.right, y + 13.5, money(amount), kind)
        paper.rule(self.x, y + self.carry_height, self.right, HAIRLINE)
        return y + self.carry_height

    def _name(self, row: Row) -> Block:
        return block(printable(row.name), _CELL, self.name_width, 2, 9)

    def _remark(self, row: Row) -> Block:
        if not row.remark:
            return Block((), _REMARK, 0)
        return block(printable(row.remark), _REMARK, self.name_width, 2, 7)
