from collections.abc import Callable

import pytest
from PySide6.QtTest import QTest

from app.domain.violations import Field, Rule, RuleViolation, Violation
from tests.ui.conftest import Keyboard, settle, told
from tests.ui.sample_desks import SampleCounter
from tests.ui.sample_orders import DAY
from ui.screens.todays_orders import TodaysOrders


@pytest.fixture
def screen(counter: SampleCounter, shown: Callable[..., object]) -> TodaysOrders:
    made = TodaysOrders(counter.orders, counter.documents, counter.live)
    shown(made)
    made.take_focus()
    return made


def test_the_newest_order_is_first_and_chosen(screen: TodaysOrders) -> None:
    assert screen.model.rowCount() == len(DAY)
    assert screen.table.current == DAY[0]
    assert screen.head.subtitle == "7 orders, 28,730 in all"


def test_typing_narrows_the_list_and_escape_widens_it(
    screen: TodaysOrders, keyboard: Keyboard
) -> None:
    keyboard.press(*"010012")
    assert screen.model.rowCount() == 1
    assert screen.table.current == DAY[1]
    keyboard.press("Esc")
    assert screen.model.rowCount() == len(DAY)


def test_nothing_found_says_what_to_do(screen: TodaysOrders, keyboard: Keyboard) -> None:
    keyboard.press(*"zzz")
    assert not screen.table.isVisible()


def test_arrow_keys_walk_the_list_from_the_search_box(
    screen: TodaysOrders, keyboard: Keyboard
) -> None:
    keyboard.press("Down", "Down")
    assert screen.table.current == DAY[2]
    assert screen.search.edit.hasFocus()


async def test_an_order_is_printed_again_as_a_reprint(
    screen: TodaysOrders, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("Ctrl+P")
    await settle(lambda: "Kept as PDF" in screen.detail.message.text)
    assert counter.documents.printed == [(DAY[0].order_uid, True)]


async def test_a_printer_that_refuses_is_told(
    screen: TodaysOrders, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.documents.problem = "lp: out of paper"
    keyboard.press("Ctrl+P")
    await settle(lambda: "out of paper" in screen.detail.message.text)


def test_cancelling_asks_for_a_reason_beside_the_order(
    screen: TodaysOrders, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("Ctrl+K")
    assert screen.detail.reason.hasFocus()
    keyboard.press("Enter")
    assert counter.orders.reasons == []
    QTest.keyClicks(screen.detail.reason, "rang to cancel")
    keyboard.press("Enter")
    assert counter.orders.reasons == ["rang to cancel"]
    assert "Cancelled" in screen.detail.message.text


def test_escape_leaves_the_order_as_it_is(
    screen: TodaysOrders, counter: SampleCounter, keyboard: Keyboard
) -> None:
    keyboard.press("Ctrl+K", "Esc")
    assert not screen.detail.reason.isVisible()
    assert screen.search.edit.hasFocus()
    assert counter.orders.reasons == []


def test_a_refused_cancellation_says_why(
    screen: TodaysOrders, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.orders.refusal = RuleViolation(
        (Violation(Field.CUSTOMER, Rule.CANCELLATION_NEEDS_SUPERVISOR),)
    )
    keyboard.press("Ctrl+K", "x", "Enter")
    assert "supervisor" in screen.detail.message.text


def test_orders_of_other_counters_can_not_be_touched(screen: TodaysOrders) -> None:
    screen.open_order(DAY[5].order_uid)
    assert screen.table.current == DAY[5]
    assert not screen.detail.cancel.isVisible()
    assert not screen.detail.reprint.isVisible()


async def test_news_repaint_only_what_differs_and_keep_the_choice(
    screen: TodaysOrders, counter: SampleCounter
) -> None:
    screen.open_order(DAY[3].order_uid)
    resets: list[bool] = []
    screen.model.modelReset.connect(lambda: resets.append(True))
    counter.live.hear(frozenset({"outbox"}))
    await told(counter.live)
    assert resets == []
    assert screen.table.current == DAY[3]
