from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.orders import OrderStatus
from app.services.calls import CallState
from tests.ui.conftest import Keyboard, display, focused, settle, told
from tests.ui.sample_customers import NOODLES, WANG
from tests.ui.sample_desks import SampleCounter
from tests.ui.screens.order_desk.conftest import PHONE, opened, quantity
from ui.screens.order_desk import OrderDesk
from ui.widgets.order.state import Phase
from ui.widgets.text import Text


async def test_a_withheld_number_takes_eight_keys(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.calls.ring("")
    await settle(lambda: desk.state.phase is Phase.STRANGER)
    keyboard.press("1", "2", "3", "4")
    assert [hit.customer_id for hit in desk.state.hits] == [NOODLES.customer_id]
    keyboard.press("Enter", "Enter")
    assert desk.state.phase is Phase.ORDER
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    assert keyboard.pressed == 8
    assert counter.calls.log[0].state is CallState.ANSWERED


async def test_a_withheld_call_that_rings_while_digits_are_typed_is_answered_too(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("1", "2")
    counter.calls.ring("")
    await told(counter.live)
    keyboard.press("3", "4", "Enter", "Enter")
    assert counter.calls.log[0].state is CallState.ANSWERED


async def test_a_ring_never_takes_the_focus(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    before = focused()
    counter.calls.ring(PHONE)
    await settle(lambda: desk.state.phase is Phase.CARD)
    assert focused() is before
    keyboard.press("Enter")
    typing_in = focused()
    counter.calls.ring("0912345678", line=2)
    await told(counter.live)
    assert focused() is typing_in
    assert desk.state.card is not None
    assert desk.state.card.customer == NOODLES


async def test_a_ring_does_not_replace_what_a_clerk_is_typing(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("0", "9")
    counter.calls.ring(PHONE)
    await told(counter.live)
    assert desk.state.text == "09"
    assert desk.state.card is None
    keyboard.press("Esc")
    counter.live.hear(frozenset({"calls"}))
    await settle(lambda: desk.state.phase is Phase.CARD)


async def test_opening_the_order_answers_the_call(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    assert counter.calls.log[0].state is CallState.ANSWERED


async def test_typing_goes_to_the_search_from_anywhere_when_no_order_is_open(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.calls.ring(PHONE)
    await settle(lambda: desk.state.phase is Phase.CARD)
    desk.view.prompt.start.setFocus()
    keyboard.press("5", "6", "7", "8")
    assert desk.view.search.text == "5678"
    assert desk.view.search.edit.hasFocus()


async def test_arrow_keys_choose_among_results(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("0", "2", "Down", "Enter")
    assert desk.state.card is not None
    assert desk.state.card.customer == NOODLES


async def test_nobody_found_says_what_to_do(desk: OrderDesk, keyboard: Keyboard) -> None:
    keyboard.press("9", "9", "9", "9", "9")
    assert desk.view.hits.current is not None
    assert desk.view.hits.current.title == "Nobody found"
    keyboard.press("Enter")
    assert desk.state.phase is Phase.IDLE


async def test_a_draft_of_a_crash_waits_on_its_card(
    counter: SampleCounter, qtbot: QtBot, keyboard: Keyboard
) -> None:
    unfinished = counter.orders.start(NOODLES.customer_id)
    line = unfinished.draft.lines[0].with_quantity(9)
    counter.orders.unfinished = unfinished.with_draft(unfinished.draft.with_line(line))
    desk = OrderDesk(
        counter.customers, counter.orders, counter.calls, counter.documents, counter.live
    )
    qtbot.addWidget(desk)
    await display(desk)
    desk.take_focus()
    assert desk.state.parked
    keyboard.press("Enter")
    assert quantity(desk) == 9


async def test_another_caller_puts_the_open_order_aside(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("8")
    desk.open_call(counter.calls.ring("0912345678", line=2))
    assert desk.state.card is not None
    assert desk.state.card.customer == WANG
    desk.open_customer(NOODLES.customer_id)
    keyboard.press("Enter")
    assert quantity(desk) == 8


async def test_a_missed_call_is_called_back_from_the_idle_list(
    desk: OrderDesk, counter: SampleCounter
) -> None:
    call = counter.calls.ring(PHONE)
    counter.calls.miss(call.call_id)
    await settle(lambda: bool(desk.state.missed))
    desk.view.missed.picked.emit(str(call.call_id))
    assert desk.state.card is not None
    assert counter.calls.log[0].state is CallState.CALLED_BACK


async def test_an_inactive_customer_gets_no_order(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    desk.open_customer("C-000099")
    assert not desk.view.prompt.start.isEnabled()
    keyboard.press("Enter", "Ctrl+Enter")
    assert counter.orders.placed == []


async def test_a_running_order_is_what_they_ring_about(
    desk: OrderDesk, counter: SampleCounter
) -> None:
    counter.calls.ring("0222991188")
    await settle(lambda: desk.state.phase is Phase.CARD)
    assert desk.state.card is not None
    assert desk.state.card.last_orders[0].status is OrderStatus.EN_ROUTE
    assert desk.view.panel.standing.text() == "On hold"


async def test_a_customer_without_prices_here_says_why_no_order_opens(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.calls.ring(PHONE)
    await settle(lambda: desk.state.phase is Phase.CARD)
    counter.customers.gone = True
    keyboard.press("Enter")
    assert desk.state.phase is Phase.CARD
    assert "not on this counter yet" in desk.view.prompt.message.text


async def test_a_narrow_window_says_what_to_do_about_a_stranger(
    desk: OrderDesk, counter: SampleCounter
) -> None:
    desk.resize(760, 500)
    counter.calls.ring("0223456789")
    await settle(lambda: desk.state.phase is Phase.STRANGER)
    words = [text.text() for text in desk.findChildren(Text) if text.isVisible()]
    assert "02-2345-6789" in words
    assert any("Ask for a name" in text for text in words)


async def test_a_narrow_window_shows_the_order_alone_and_f8_brings_the_rest(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    desk.resize(760, 500)
    await opened(desk, counter, keyboard)
    assert desk.view.form.isVisible()
    assert not desk.view.panel.isVisible()
    keyboard.press("F8")
    assert desk.view.panel.isVisible()
    keyboard.press("F8")
    assert desk.view.context.isVisible()


def test_every_key_of_the_screen_is_told(desk: OrderDesk) -> None:
    said = " ".join(key for key, _meaning in desk.key_help())
    assert all(key in said for key in ("Enter", "Esc", "Ctrl+Enter", "Alt+1", "F8", "Ctrl+D"))


def test_no_key_is_needed_from_the_mouse(desk: OrderDesk) -> None:
    assert desk.focusPolicy() is Qt.FocusPolicy.ClickFocus
