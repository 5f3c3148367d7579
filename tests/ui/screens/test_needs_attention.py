from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex

from app.services.orders import UploadState
from tests.ui.conftest import Keyboard
from tests.ui.sample_customers import uid
from tests.ui.sample_desks import SampleCounter
from ui.screens.needs_attention import NeedsAttention


@pytest.fixture
def screen(counter: SampleCounter, shown: Callable[..., object]) -> NeedsAttention:
    made = NeedsAttention(counter.office, counter.clock, counter.live)
    shown(made)
    made.take_focus()
    return made


def words(screen: NeedsAttention, row: int) -> list[str]:
    columns = range(screen.model.columnCount(QModelIndex()))
    return [str(screen.model.data(screen.model.index(row, c))) for c in columns]


def test_what_needs_a_person_comes_first_with_its_reason(screen: NeedsAttention) -> None:
    assert words(screen, 0)[0] == "Needs attention"
    assert "554" in words(screen, 0)[3]
    assert screen.head.subtitle == "1 need a person, 2 to send"


def test_a_retry_says_when_it_comes(screen: NeedsAttention) -> None:
    rows = [screen.model.row(screen.model.index(at, 0)) for at in range(screen.model.rowCount())]
    retrying = [row.state if row else None for row in rows].index(UploadState.RETRYING)
    tip = screen.model.data(screen.model.index(retrying, 0), 3)
    assert tip == "Retrying again in 24 s"


def test_enter_tries_the_chosen_one_again(
    screen: NeedsAttention, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("Enter")
    assert counter.office.pushed == [str(uid(700))]


def test_f5_sends_everything_now(
    screen: NeedsAttention, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("F5")
    assert counter.office.pushed == ["all"]


def test_a_received_one_can_not_be_retried(screen: NeedsAttention, keyboard: Keyboard) -> None:
    last = screen.model.rowCount() - 1
    screen.table.selectRow(last)
    assert not screen.retry.isEnabled()
