import pytest
from PySide6.QtWidgets import QApplication, QRadioButton
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Keyboard, display, settle
from tests.ui.sample_desks import SampleCounter
from ui.language import CHINESE, Language
from ui.screens.settings import SettingsScreen
from ui.theme import Look, Palette, Theme


@pytest.fixture
def screen(
    counter: SampleCounter, theme: Theme, language: Language, qtbot: QtBot
) -> SettingsScreen:
    made = SettingsScreen(counter.preferences, counter.documents, theme, language, counter.live)
    qtbot.addWidget(made)
    return made


async def test_every_choice_works_at_once_and_is_remembered(
    screen: SettingsScreen, counter: SampleCounter, theme: Theme, language: Language
) -> None:
    await display(screen)
    screen.palette_choice.button(Palette.DARK).click()
    screen.scale.button(150).click()
    screen.language.button(CHINESE).click()
    assert theme.look == Look(Palette.DARK, 150)
    assert language.code == CHINESE
    assert counter.preferences.values == {"palette": "dark", "scale": "150", "language": "zh_TW"}
    await settle(lambda: screen.sign_out.text() == "登出")


async def test_the_printer_is_chosen_among_those_of_the_system(
    screen: SettingsScreen, counter: SampleCounter
) -> None:
    await display(screen)
    await settle(lambda: len(screen.printer.findChildren(QRadioButton)) == 3)
    screen.printer.button("HP LaserJet").click()
    assert counter.documents.printer == "HP LaserJet"
    assert screen.printer.value == "HP LaserJet"


async def test_choices_are_made_by_keys_alone(
    screen: SettingsScreen, theme: Theme, keyboard: Keyboard
) -> None:
    await display(screen)
    screen.take_focus()
    keyboard.press("Tab", "Right")
    assert theme.look.palette is Palette.DARK
    keyboard.press("Tab", "Right", "Right")
    assert theme.look.scale == 150
    assert QApplication.focusWidget() is screen.scale.button(150)
