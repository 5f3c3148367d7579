from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Keyboard, settle
from tests.ui.sample_desks import SampleCounter
from ui.screens.sign_in import SignInScreen


@pytest.fixture
def screen(counter: SampleCounter, shown: Callable[..., object]) -> SignInScreen:
    made = SignInScreen(counter.session, counter.live)
    shown(made)
    made.take_focus()
    return made


def fill(screen: SignInScreen, name: str, password: str) -> None:
    QTest.keyClicks(screen.name, name)
    QTest.keyClicks(screen.password, password)


async def test_name_enter_password_enter_signs_in(
    screen: SignInScreen, counter: SampleCounter, keyboard: Keyboard
) -> None:
    signed_in: list[bool] = []
    screen.signed_in.connect(lambda: signed_in.append(True))
    keyboard.press(*"demo", "Enter", *"demo", "Enter")
    await settle(lambda: bool(signed_in))
    assert counter.session.current is not None
    assert screen.password.text() == ""


async def test_a_wrong_password_is_said_beside_the_field_which_is_selected(
    screen: SignInScreen, keyboard: Keyboard
) -> None:
    fill(screen, "demo", "guess")
    keyboard.press("Enter")
    await settle(lambda: bool(screen.wrong.text()))
    assert screen.wrong.isVisible()
    assert screen.password.selectedText() == "guess"
    assert screen.password.hasFocus()
    keyboard.press("d")
    assert not screen.wrong.isVisible()


async def test_an_office_out_of_reach_is_said_with_what_to_do(
    screen: SignInScreen, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.session.out_of_reach = "NO_CONNECTION"
    fill(screen, "demo", "demo")
    keyboard.press("Enter")
    await settle(lambda: "network cable" in screen.message.text)
    assert counter.session.current is None
    assert screen.button.isEnabled()


async def test_who_has_signed_in_before_signs_in_offline(
    screen: SignInScreen, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.session.out_of_reach, counter.session.knows_clerk = "NO_CONNECTION", True
    fill(screen, "demo", "demo")
    keyboard.press("Enter")
    await settle(lambda: counter.session.current is not None)
    assert counter.session.current is not None
    assert counter.session.current.offline


async def test_an_empty_password_asks_nobody(screen: SignInScreen, qtbot: QtBot) -> None:
    QTest.keyClicks(screen.name, "demo")
    screen.button.click()
    assert screen.message.text == ""
