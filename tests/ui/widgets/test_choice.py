from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Keyboard
from ui.widgets.choice import Choice, Option


@pytest.fixture
def choice(shown: Callable[..., object]) -> Choice:
    made = Choice()
    made.set_name("Slot")
    made.set_options([Option("a", "A"), Option("b", "B", enabled=False), Option("c", "C")])
    made.set_value("a")
    shown(made, 300, 60)
    made.setFocus()
    made.chosen.connect(made.set_value)
    return made


def test_arrow_keys_choose_and_pass_over_what_may_not_be_chosen(
    choice: Choice, keyboard: Keyboard
) -> None:
    keyboard.press("Right")
    assert choice.value == "c"
    assert choice.button("c").hasFocus()
    keyboard.press("Left")
    assert choice.value == "a"


def test_walking_past_the_end_is_told(choice: Choice, keyboard: Keyboard) -> None:
    steps: list[int] = []
    choice.stepped_out.connect(steps.append)
    keyboard.press("Left", "Right", "Right")
    assert steps == [-1, 1]


def test_a_click_chooses(choice: Choice) -> None:
    choice.button("c").click()
    assert choice.value == "c"


def test_the_row_is_one_stop_for_tab(choice: Choice) -> None:
    stops = [b for b in ("a", "b", "c") if choice.button(b).focusPolicy().name == "StrongFocus"]
    assert stops == ["a"]


def test_new_words_keep_buttons_and_choice(choice: Choice) -> None:
    before = choice.button("a")
    choice.set_options([Option("a", "甲"), Option("b", "乙"), Option("c", "丙")])
    assert choice.button("a") is before
    assert choice.value == "a"
    assert before.accessibleName() == "Slot: 甲"


def test_options_may_grow_and_shrink(choice: Choice) -> None:
    choice.set_options([Option("z", "Z")])
    choice.set_value("z")
    assert choice.value == "z"
    choice.set_value("unknown")
    assert choice.value is None


def test_other_keys_go_on_to_the_screen(choice: Choice, keyboard: Keyboard) -> None:
    keyboard.press("5", "Down")
    assert choice.value == "a"
    assert QApplication.focusWidget() is choice.button("a")
