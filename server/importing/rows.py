"""A line of a sheet by field, with its place for doubts."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.importing.columns import Headers
from server.importing.doubts import DoubtCode, Doubts
from server.importing.sheets import Line, Sheet

WHOLE_ROW = "（整列）"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value with the header above it."""

    row: int
    column: str
    text: str

    @property
    def place(self) -> tuple[int, str]:
        """Where it stands, for doubts."""
        return self.row, self.column


@dataclass(frozen=True, slots=True)
class Row:
    """One line; a field may stand in several columns (電話1, 電話2)."""

    number: int
    fields: dict[str, tuple[Cell, ...]]
    extra: tuple[str, ...] = ()

    def all(self, field: str) -> tuple[Cell, ...]:
        """The filled cells of a field, from left to right."""
        return self.fields.get(field, ())

    def first(self, field: str) -> Cell | None:
        """The first filled cell of a field."""
        return next(iter(self.all(field)), None)

    def text(self, field: str) -> str:
        """The text of the first filled cell, or ""."""
        cell = self.first(field)
        return cell.text if cell else ""

    @property
    def as_written(self) -> str:
        """The whole line as one text, for the report."""
        cells = (cell.text for cells in self.fields.values() for cell in cells)
        return " ".join([*cells, *self.extra])


class Rows:
    """The lines of a sheet by field; columns that mean nothing are doubted once."""

    def __init__(self, sheet: Sheet, headers: Headers, doubts: Doubts) -> None:
        self._sheet = sheet
        self._columns = [(name, headers.field_of(name)) for name in sheet.header.cells]
        for position, (name, field) in enumerate(self._columns):
            if field is None and self._is_used(position):
                place = (sheet.header.number, name or f"第 {position + 1} 欄")
                doubts.add(DoubtCode.COLUMN_UNKNOWN, place, self._example(position))

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the file has a column for."""
        return frozenset(field for _, field in self._columns if field)

    def __iter__(self) -> Iterator[Row]:
        return (self._row(line) for line in self._sheet.lines)

    def _row(self, line: Line) -> Row:
        fields: dict[str, list[Cell]] = {}
        for (name, field), text in zip(self._columns, line.cells, strict=False):
            if field and text:
                fields.setdefault(field, []).append(Cell(line.number, name, text))
        extra = tuple(text for text in line.cells[len(self._columns) :] if text)
        return Row(line.number, {field: tuple(cells) for field, cells in fields.items()}, extra)

    def _is_used(self, position: int) -> bool:
        return bool(self._example(position))

    def _example(self, position: int) -> str:
        texts = (line.cells[position] for line in self._sheet.lines if position < len(line.cells))
        return next((text for text in texts if text), "")
