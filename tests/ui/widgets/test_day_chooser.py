from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtWidgets import QRadioButton

from tests.ui.conftest import Keyboard
from tests.ui.sample_customers import TODAY
from ui.widgets.day_chooser import DayChooser

SUNDAY = date(2026, 7, 5)


@pytest.fixture
def chooser(shown: Callable[..., object]) -> DayChooser:
    made = DayChooser()
    made.set_range(TODAY, TODAY + timedelta(days=30), frozenset({SUNDAY}))
    made.set_value(TODAY)
    made.chosen.connect(made.set_value)
    shown(made, 700, 80)
    made.setFocus()
    return made


def words(chooser: DayChooser) -> list[str]:
    return [b.text().replace("\n", " ") for b in chooser.findChildren(QRadioButton)]


def test_near_days_have_names_and_closed_days_say_so(chooser: DayChooser) -> None:
    assert words(chooser) == [
        "Today 07/02",
        "Tomorrow 07/03",
        "Sat 07/04",
        "Sun closed",
        "Mon 07/06",
        "Tue 07/07",
    ]


def test_walking_passes_over_closed_days_and_on_into_the_next_week(
    chooser: DayChooser, keyboard: Keyboard
) -> None:
    days: list[date] = []
    chooser.chosen.connect(days.append)
    keyboard.press(*["Right"] * 6)
    assert [day.day for day in days] == [3, 4, 6, 7, 8, 9]
    assert words(chooser)[-1] == "Thu 07/09"


def test_nothing_before_the_first_day_can_be_chosen(
    chooser: DayChooser, keyboard: Keyboard
) -> None:
    days: list[date] = []
    chooser.chosen.connect(days.append)
    keyboard.press("Left")
    assert days == []


def test_a_far_day_of_the_draft_is_in_view(chooser: DayChooser) -> None:
    chooser.set_value(date(2026, 7, 20))
    assert "Mon 07/20" in words(chooser)
