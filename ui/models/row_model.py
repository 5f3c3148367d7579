"""A table model over a tuple of frozen rows; a refresh repaints only the rows that differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.tone import Tone

RowT = TypeVar("RowT")
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True)
class Cell:
    """What one cell shows: words, a muted second line, and a tone (a pill when `pill`)."""

    words: str
    detail: str = ""
    tone: Tone = Tone.NEUTRAL
    pill: bool = False
    right: bool = False
    strong: bool = False
    struck: bool = False


@dataclass(frozen=True)
class Column(Generic[RowT]):
    """A column: its title (asked again when the language changes), width in em, and its cells.

    Where the table is too narrow for all, the most `dispensable` is left out first; 0 never is.
    """

    title: Callable[[], str]
    cell: Callable[[RowT], Cell]
    width: float = 8
    stretch: bool = False
    right: bool = False
    dispensable: int = 0


CELL_ROLE = Qt.ItemDataRole.UserRole + 1


class RowModel(QAbstractTableModel, Generic[RowT]):
    """Rows and columns for a `RowTable`; rows are recognised again by `identity`."""

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        identity: Callable[[RowT], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._identity = identity
        self._rows: tuple[RowT, ...] = ()

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """Show these rows: the same ones in the same order are only compared and repainted."""
        fresh = tuple(rows)
        same = len(fresh) == len(self._rows) and all(
            self._identity(a) == self._identity(b) for a, b in zip(fresh, self._rows, strict=True)
        )
        if not same:
            self.beginResetModel()
            self._rows = fresh
            self.endResetModel()
            return
        before, self._rows = self._rows, fresh
        for at, (old, new) in enumerate(zip(before, fresh, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(at, 0), self.index(at, len(self.columns) - 1))

    def row(self, index: Index) -> RowT | None:
        """The frozen row behind an index."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def identity_of(self, row: RowT) -> object:
        """What a row is recognised by."""
        return self._identity(row)

    def find(self, identity: object) -> int | None:
        """Where the row of that identity stands."""
        return next((i for i, r in enumerate(self._rows) if self._identity(r) == identity), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell for the delegate, its words for everybody else (screen readers too)."""
        row = self.row(index)
        wanted = (CELL_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if row is None or role not in wanted:
            return None
        cell = self.columns[index.column()].cell(row)
        if role == CELL_ROLE:
            return cell
        both = f"{cell.words} {cell.detail}".strip()
        return both if role == Qt.ItemDataRole.ToolTipRole else cell.words

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns, aligned like their cells."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if self.columns[section].right
                else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
