from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.services.calls import CallState
from app.services.office import LinkState
from app.services.session import Role, SignedIn
from tests.ui.conftest import Keyboard, display, focused, settle, told
from tests.ui.sample_customers import WANG
from tests.ui.sample_desks import LOADING, SampleCounter
from tests.ui.sample_orders import DAY
from ui.language import CHINESE, Language
from ui.main_window import MainWindow
from ui.theme import Theme
from ui.tone import Tone
from ui.widgets.caller_strip import LaneButton
from ui.widgets.order.state import Phase
from ui.widgets.question import Question


@pytest.fixture
def window(
    counter: SampleCounter, theme: Theme, language: Language, shown: Callable[..., QWidget]
) -> MainWindow:
    counter.session.current = SignedIn("demo", "陳小美", Role.CLERK, offline=False)
    made = MainWindow(counter.desks, counter.live, theme, language)
    shown(made, 1366, 768, before_close=lambda _window: counter.office.tell(waiting=0))
    return made


async def test_the_window_opens_on_sign_in_then_the_first_copy_then_the_work(
    counter: SampleCounter, theme: Theme, language: Language, qtbot: QtBot
) -> None:
    counter.office.tell(has_copy=False, bootstrap=LOADING)
    window = MainWindow(counter.desks, counter.live, theme, language)
    qtbot.addWidget(window)
    await display(window)
    assert window.sign_in_screen.isVisible()
    await window.sign_in("demo", "demo")
    assert window.first_copy.isVisible()
    counter.office.tell(has_copy=True, bootstrap=None)
    await settle(window.order_desk.isVisible)
    assert window.order_desk.view.search.edit.hasFocus()


async def test_f_keys_lead_to_the_screens(window: MainWindow, keyboard: Keyboard) -> None:
    for key, name in (("F3", "today"), ("F4", "attention"), ("F10", "settings"), ("F2", "orders")):
        keyboard.press(key)
        assert window.current == name
        assert window.screens[name].isAncestorOf(focused())


async def test_a_ring_on_another_screen_moves_nothing_and_ctrl_1_goes_there(
    window: MainWindow, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("F3")
    before = QApplication.focusWidget()
    counter.calls.ring("0912345678")
    await told(counter.live)
    assert window.current == "today"
    assert QApplication.focusWidget() is before
    keyboard.press("Ctrl+1")
    assert window.current == "orders"
    assert window.order_desk.state.card is not None
    assert window.order_desk.state.card.customer == WANG
    keyboard.press("Enter")
    assert window.order_desk.state.phase is Phase.ORDER


async def test_every_line_has_its_lane_and_missed_calls_stay_red_until_called_back(
    window: MainWindow, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.calls.miss(counter.calls.ring("0912345678").call_id)
    counter.calls.ring("0227001234", line=2)
    await told(counter.live)
    lanes = window.strip.findChildren(LaneButton)
    assert [lane.property("lane") for lane in lanes] == ["idle", "ringing"]
    assert "好味小吃店" in lanes[1].accessibleName()
    assert window.strip.missed == 1
    keyboard.press("Ctrl+M")
    await told(counter.live)
    assert counter.calls.log[0].state is CallState.CALLED_BACK
    assert window.strip.missed == 0


async def test_the_status_line_says_link_queue_prices_and_clerk(
    window: MainWindow, counter: SampleCounter
) -> None:
    counter.office.tell(
        link=LinkState.OFFLINE, waiting=3, oldest_waiting=timedelta(minutes=4), attention=2
    )
    await told(counter.live)
    assert window.status.link.text() == "Offline"
    assert window.status.link.property("tone") == Tone.WARN
    assert window.status.queue.text() == "to send 3 (oldest 4 min)"
    assert window.status.prices.text() == "prices 07/02"
    assert "陳小美" in window.status.clerk.text()
    assert window.rail.count("attention") == 2


async def test_f12_pulls_and_plugs_the_practice_cable(
    window: MainWindow, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("F12")
    await told(counter.live)
    assert counter.office.status().cable_unplugged
    assert "cable is pulled" in window.cable.text
    keyboard.press("F12")
    await told(counter.live)
    assert window.cable.text == ""


async def test_there_is_no_cable_to_pull_outside_the_demonstration(
    window: MainWindow, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.office.can_unplug = False
    keyboard.press("F12")
    assert not counter.office.status().cable_unplugged


async def test_f1_shows_every_key_and_any_key_closes_it(
    window: MainWindow, keyboard: Keyboard
) -> None:
    before = QApplication.focusWidget()
    keyboard.press("F1")
    assert window.key_map.isVisible()
    keyboard.press("Down", "x")
    assert not window.key_map.isVisible()
    assert QApplication.focusWidget() is before
    assert window.order_desk.view.search.text == ""


async def test_the_similar_order_opens_in_the_list_of_today(
    window: MainWindow, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.orders.doubles = (DAY[3],)
    counter.calls.ring("0227001234")
    await told(counter.live)
    keyboard.press("Enter", "F6")
    assert window.current == "today"
    assert window.todays_orders.table.current == DAY[3]


async def test_signing_out_keeps_the_draft(
    window: MainWindow, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.calls.ring("0227001234")
    await told(counter.live)
    keyboard.press("Enter", "6")
    window.settings.sign_out.click()
    await settle(window.sign_in_screen.isVisible)
    assert counter.orders.kept[-1].draft.lines[0].quantity == 6


async def test_closing_keeps_the_draft_and_says_so(
    window: MainWindow, counter: SampleCounter, keyboard: Keyboard
) -> None:
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    counter.calls.ring("0227001234")
    await told(counter.live)
    keyboard.press("Enter", "6")
    window.close()
    assert closed == [True]
    assert counter.orders.kept[-1].draft.lines[0].quantity == 6


async def test_closing_with_unsent_orders_is_asked_about_first(
    window: MainWindow, counter: SampleCounter
) -> None:
    closed: list[bool] = []
    window.closed.connect(lambda: closed.append(True))
    counter.office.tell(waiting=2)
    window.close()
    await settle(lambda: bool(window.findChildren(Question)))
    window.findChildren(Question)[0].reject()
    await settle(lambda: not window.findChildren(Question))
    assert closed == []
    window.close()
    await settle(lambda: bool(window.findChildren(Question)))
    window.findChildren(Question)[0].accept()
    await settle(lambda: closed == [True])


async def test_the_whole_window_changes_its_language(
    window: MainWindow, language: Language
) -> None:
    language.use(CHINESE)
    await settle(lambda: window.windowTitle() == "幸福氣體 訂單櫃檯")
    await settle(lambda: window.status.queue.text() == "待傳 0")
    assert window.order_desk.view.search.edit.placeholderText().startswith("電話")


async def test_the_window_comes_forward(window: MainWindow) -> None:
    window.showMinimized()
    window.come_forward()
    assert not window.isMinimized()
