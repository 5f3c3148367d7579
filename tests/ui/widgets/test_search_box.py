from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Keyboard
from ui.widgets.search_box import Hit, HitList, HitRow, SearchBox


@pytest.fixture
def box(shown: Callable[..., object]) -> SearchBox:
    made = SearchBox()
    made.set_words("Number, name", "Find a customer")
    shown(made, 300, 60)
    made.setFocus()
    return made


def test_every_key_searches_and_escape_clears(box: SearchBox, keyboard: Keyboard) -> None:
    heard: list[str] = []
    box.searched.connect(heard.append)
    keyboard.press("5", "6", "Esc")
    assert heard == ["5", "56", ""]
    assert box.edit.hasFocus()


def test_arrow_keys_and_enter_speak_to_the_results_while_the_focus_stays(
    box: SearchBox, keyboard: Keyboard
) -> None:
    moves: list[int] = []
    picks: list[bool] = []
    box.moved.connect(moves.append)
    box.picked.connect(lambda: picks.append(True))
    keyboard.press("5", "Down", "Down", "Up", "Enter")
    assert (moves, picks) == ([1, 1, -1], [True])
    assert box.edit.hasFocus()


def test_walking_stops_at_the_ends_and_new_results_start_at_the_top(
    shown: Callable[..., object],
) -> None:
    hits = HitList()
    shown(hits, 300, 300)
    hits.set_hits([Hit("1", "王大明", "0912"), Hit("2", "好味", "02-2700")])
    hits.walk(1)
    hits.walk(1)
    assert hits.current is not None
    assert hits.current.key == "2"
    hits.set_hits([Hit("3", "永豐", "02-2299"), Hit("2", "好味", "02-2700")])
    assert hits.current.key == "3"
    hits.set_hits([])
    assert hits.current is None


def test_a_click_picks_its_row(shown: Callable[..., object], qtbot: QtBot) -> None:
    hits = HitList()
    shown(hits, 300, 300)
    hits.set_hits([Hit("1", "王大明", "0912"), Hit("2", "好味", "02-2700")])
    with qtbot.waitSignal(hits.picked) as signal:
        hits.findChildren(HitRow)[1].clicked.emit()
    assert signal.args == ["2"]
