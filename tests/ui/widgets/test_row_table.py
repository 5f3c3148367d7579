import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Keyboard
from ui.models.row_model import Cell, Column, RowModel
from ui.tone import Tone
from ui.widgets.row_table import RowTable

FRAME_S = 0.1  # generous for a busy machine; a frame takes a few milliseconds


@dataclass(frozen=True)
class Row:
    key: int
    words: str


def model() -> RowModel[Row]:
    return RowModel(
        (
            Column(lambda: "Number", lambda r: Cell(str(r.key), strong=True), 6, right=True),
            Column(lambda: "Words", lambda r: Cell(r.words, "detail"), 10, stretch=True),
            Column(lambda: "State", lambda _r: Cell("ok", tone=Tone.OK, pill=True), 6),
            Column(lambda: "More", lambda _r: Cell("more"), 10, dispensable=1),
        ),
        lambda r: r.key,
    )


@pytest.fixture
def table(shown: Callable[..., object]) -> RowTable:
    rows = model()
    made = RowTable(rows)
    rows.setParent(made)
    shown(made, 900, 500)
    made.setFocus()
    return made


def fill(table: RowTable, count: int) -> RowModel[Row]:
    rows = table.model()
    assert isinstance(rows, RowModel)
    rows.set_rows([Row(n, f"row {n}") for n in range(count)])
    return rows


def test_a_hundred_thousand_rows_scroll_smoothly(table: RowTable) -> None:
    fill(table, 100_000)
    table.grab()
    slowest = 0.0
    for position in range(0, 3_000_000, 300_000):
        table.verticalScrollBar().setValue(position)
        began = time.perf_counter()
        table.grab()
        slowest = max(slowest, time.perf_counter() - began)
    assert slowest < FRAME_S


def test_only_rows_that_differ_are_repainted(table: RowTable) -> None:
    rows = fill(table, 3)
    changed: list[int] = []
    resets: list[bool] = []
    rows.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    rows.modelReset.connect(lambda: resets.append(True))
    rows.set_rows([Row(0, "row 0"), Row(1, "another"), Row(2, "row 2")])
    assert (changed, resets) == ([1], [])


def test_the_chosen_row_stays_chosen_when_rows_come_and_go(table: RowTable) -> None:
    rows = fill(table, 5)
    table.selectRow(3)
    rows.set_rows([Row(9, "new"), *[Row(n, f"row {n}") for n in range(5)]])
    assert table.current == Row(3, "row 3")
    rows.set_rows([Row(7, "only")])
    assert table.current == Row(7, "only")
    rows.set_rows([])
    assert table.current is None


def test_enter_picks_and_digits_are_left_to_the_screen(
    table: RowTable, keyboard: Keyboard, qtbot: QtBot
) -> None:
    fill(table, 5)
    table.selectRow(1)
    with qtbot.waitSignal(table.picked) as signal:
        keyboard.press("4", "Enter")
    assert signal.args == [Row(1, "row 1")]


def test_a_narrow_table_leaves_out_what_is_dispensable(table: RowTable) -> None:
    fill(table, 1)
    assert not table.isColumnHidden(3)
    table.resize(400, 300)
    assert table.isColumnHidden(3)
    assert not table.isColumnHidden(0)


def test_the_model_speaks_to_screen_readers_too() -> None:
    rows = model()
    rows.set_rows([Row(1, "words")])
    at = rows.index(0, 1)
    assert rows.data(at, Qt.ItemDataRole.DisplayRole) == "words"
    assert rows.data(at, Qt.ItemDataRole.ToolTipRole) == "words detail"
    assert rows.data(at, Qt.ItemDataRole.DecorationRole) is None
    assert rows.headerData(0, Qt.Orientation.Horizontal) == "Number"
    assert rows.headerData(0, Qt.Orientation.Vertical) is None
    assert rows.rowCount(at) == 0
    assert rows.row(QModelIndex()) is None
