from collections.abc import Callable

import pytest

from tests.ui.conftest import Keyboard
from ui.widgets.stepper import QuantityStepper


@pytest.fixture
def stepper(shown: Callable[..., object]) -> QuantityStepper:
    made = QuantityStepper(1)
    made.set_value(2)
    shown(made, 200, 60)
    made.setFocus()
    return made


@pytest.fixture
def heard(stepper: QuantityStepper) -> list[int]:
    values: list[int] = []
    stepper.changed.connect(values.append)
    return values


def test_typing_replaces_the_number(
    stepper: QuantityStepper, heard: list[int], keyboard: Keyboard
) -> None:
    keyboard.press("1", "2")
    assert heard == [1, 12]
    assert stepper.value == 12


def test_arrow_keys_step_and_stop_at_the_least(
    stepper: QuantityStepper, heard: list[int], keyboard: Keyboard
) -> None:
    keyboard.press("Up", "Down", "Down", "Down")
    assert heard == [3, 2, 1]


def test_an_empty_field_is_no_change_and_comes_back(
    stepper: QuantityStepper, heard: list[int], keyboard: Keyboard
) -> None:
    keyboard.press("Backspace")
    assert heard == []
    assert stepper.edit.text() == ""
    stepper.edit.clearFocus()
    assert stepper.edit.text() == "2"


def test_letters_and_nothing_below_the_least_are_taken(
    stepper: QuantityStepper, heard: list[int], keyboard: Keyboard
) -> None:
    keyboard.press("x", "0")
    assert heard == []


def test_a_value_from_outside_does_not_echo(stepper: QuantityStepper, heard: list[int]) -> None:
    stepper.set_value(7)
    assert heard == []
    assert stepper.edit.text() == "7"
