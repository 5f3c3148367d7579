from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, TimeSlot
from app.domain.violations import Field, Rule, RuleViolation, Violation
from app.services.calls import CallState
from app.services.orders import CreditRefused, NotSaved, TotalChanged, UploadState
from tests.ui.conftest import Keyboard, display, settle, told
from tests.ui.sample_customers import BOOK, NOODLES, NOW, TODAY, WANG
from tests.ui.sample_desks import SampleCounter
from tests.ui.sample_orders import DAY, REFUSED
from ui.screens.order_desk import OrderDesk
from ui.widgets.order.state import Phase
from ui.widgets.question import Question

PHONE = "0227001234"


@pytest.fixture
def desk(counter: SampleCounter, shown: Callable[..., object]) -> OrderDesk:
    screen = OrderDesk(
        counter.customers, counter.orders, counter.calls, counter.documents, counter.live
    )
    shown(screen)
    screen.take_focus()
    return screen


async def opened(desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard) -> None:
    """A known caller rings and the clerk opens the order."""
    counter.calls.ring(PHONE)
    await settle(lambda: desk.state.phase is Phase.CARD)
    keyboard.press("Enter")


def quantity(desk: OrderDesk, at: int = 0) -> int:
    assert desk.state.order is not None
    return desk.state.order.draft.lines[at].quantity


def focused() -> object:
    return QApplication.focusWidget()


async def test_a_known_caller_who_wants_the_same_again_takes_three_keys(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.calls.ring(PHONE)
    await settle(lambda: desk.state.phase is Phase.CARD)
    keyboard.press("Enter", "Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    assert keyboard.pressed == 3
    assert counter.orders.placed[0].customer_name == NOODLES.name
    assert counter.orders.placed[0].items == "20kg ×4、16kg ×2"


async def test_another_quantity_takes_four_keys(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.calls.ring(PHONE)
    await settle(lambda: desk.state.phase is Phase.CARD)
    keyboard.press("Enter", "3", "Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    assert keyboard.pressed == 4
    assert counter.orders.placed[0].items == "20kg ×3、16kg ×2"


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


async def test_another_address_slot_and_note_stay_within_ten_keys_and_the_words(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Alt+1", "Down", "3", "Enter", "Right")
    assert desk.state.order is not None
    assert desk.state.order.draft.address_id == 12
    assert desk.state.order.draft.slot is TimeSlot.EVENING
    keyboard.press("Alt+N")
    assert isinstance(focused(), QLineEdit)
    QTest.keyClicks(focused(), "ab")
    assert desk.state.order.draft.note.endswith("ab")


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


async def test_the_order_opens_on_the_quantity_of_its_first_line(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    edit = focused()
    assert isinstance(edit, QLineEdit)
    assert edit.accessibleName() == "Quantity of 20kg 瓦斯桶"
    assert edit.selectedText() == "4"


async def test_enter_accepts_what_is_preset_and_goes_on_in_the_order_people_speak(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    names = []
    for _ in range(8):
        keyboard.press("Enter")
        names.append(focused().accessibleName())
    assert names == [
        "Quantity of 16kg 瓦斯桶",
        "Delivery day: Today 07/02",
        "Time of day: Afternoon",
        "20KG take back",
        "16KG take back",
        "Payment: On account",
        "Invoice: Business (tax ID)",
        "Tax ID",
    ]
    keyboard.press("Enter")
    assert focused() is desk.view.total.save


async def test_enter_on_the_button_saves(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    desk.view.total.save.setFocus()
    keyboard.press("Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)


async def test_escape_goes_back_one_step_at_a_time_and_never_discards(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("7", "Esc")
    assert focused() is desk.view.form.blocks[1].header
    keyboard.press("Esc")
    assert focused().accessibleName() == "Address: 復興南路一段219巷12號"
    keyboard.press("Esc")
    assert desk.state.phase is Phase.CARD
    assert desk.state.parked
    keyboard.press("Enter")
    assert quantity(desk) == 7
    assert counter.orders.kept[-1].draft.lines[0].quantity == 7


async def test_escape_from_the_button_goes_back_into_the_form(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    desk.view.total.save.setFocus()
    keyboard.press("Esc")
    assert focused().accessibleName() == "Tax ID"


@pytest.mark.parametrize("number", range(1, 6))
async def test_alt_and_a_digit_jump_to_a_block_from_anywhere(
    number: int, desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press(f"Alt+{number}")
    assert desk.view.form.blocks[number - 1].isAncestorOf(focused())
    assert quantity(desk) == 4


async def test_a_plain_digit_jumps_from_a_header_but_types_in_a_quantity(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("5")
    assert quantity(desk) == 5
    keyboard.press("Esc", "5")
    assert focused().accessibleName() == "Payment: On account"
    assert quantity(desk) == 5


async def test_empties_follow_the_quantity(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("6")
    assert desk.state.order is not None
    assert desk.state.order.draft.lines[0].empties == 6
    keyboard.press("Alt+4", "5")
    assert desk.state.order.draft.lines[0].empties == 5
    assert "收空桶七支" in desk.view.total.sentence


async def test_a_product_is_added_and_a_line_removed_by_keys(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Alt+A", "Enter")
    assert desk.state.order is not None
    assert [line.product_id for line in desk.state.order.draft.lines] == ["P001", "P002", "P003"]
    assert focused().accessibleName() == "Quantity of 50kg 瓦斯桶"
    keyboard.press("2")
    assert quantity(desk, 2) == 2
    keyboard.press("Alt+X")
    assert [line.product_id for line in desk.state.order.draft.lines] == ["P001", "P002"]


async def test_the_quote_follows_every_key(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    assert desk.view.total.total.text() == "4,943"
    keyboard.press("1")
    assert desk.view.total.total.text() == "2,360"
    assert "20公斤一桶" in desk.view.total.sentence


async def test_credit_is_asked_in_a_pause_and_never_blocks_typing(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("2")
    assert desk.state.credit is None
    assert quantity(desk) == 2
    await settle(lambda: desk.state.credit is not None)


async def test_a_late_answer_about_credit_is_not_shown_for_another_draft(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    await settle(lambda: desk.state.credit is not None)
    keyboard.press("2")
    assert desk.state.credit is None
    counter.orders.decision = REFUSED
    await settle(lambda: desk.state.credit is not None)
    assert desk.state.credit == REFUSED


async def test_nothing_is_saved_while_a_rule_is_broken_and_the_field_says_why(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    assert desk.state.order is not None
    sunday = replace(desk.state.order.draft, delivery_date=TODAY + timedelta(days=3))
    desk.view.form.draft_changed.emit(sunday)
    keyboard.press("Ctrl+Enter")
    assert counter.orders.placed == []
    assert desk.view.form.blocks[2].isAncestorOf(focused())
    assert "Closed on 07/05" in desk.view.form.blocks[2].message


async def test_a_rule_that_breaks_at_saving_leads_to_its_field(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    counter.orders.refusal = RuleViolation((Violation(Field.INVOICE, Rule.TAX_ID_MISSING),))
    keyboard.press("Ctrl+Enter")
    await settle(lambda: bool(desk.view.form.blocks[4].message))
    assert desk.view.form.blocks[4].isAncestorOf(focused())
    assert not desk.state.saving


async def test_a_moved_total_is_asked_about_inline_and_saved_by_the_same_key(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    order, quote = desk.state.order, desk.state.quote
    assert order is not None
    assert quote is not None
    dearer = replace(
        order, book=replace(BOOK, zone_fees={z: f + 10 for z, f in BOOK.zone_fees.items()})
    )
    counter.orders.refusal = TotalChanged(dearer, counter.orders.quote(dearer))
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.former_total is not None)
    assert "4,943 is now 4,953" in desk.view.message.text
    assert desk.view.total.total.text() == "4,953"
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    assert counter.orders.placed[0].payable == Decimal(4953)


async def test_refused_credit_leads_to_the_payment_and_says_what_to_do(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    counter.orders.refusal = CreditRefused(REFUSED)
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.credit == REFUSED)
    assert focused().accessibleName() == "Payment: On account"
    keyboard.press("Left")
    assert desk.state.order is not None
    assert desk.state.order.draft.payment is PaymentMethod.COD
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)


async def test_a_full_disk_is_said_and_the_draft_stays(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    counter.orders.refusal = NotSaved("The disk is full.")
    keyboard.press("Ctrl+Enter")
    await settle(lambda: bool(desk.state.problem))
    assert desk.view.message.text == "The disk is full."
    assert desk.state.phase is Phase.ORDER
    assert counter.documents.printed == []


async def test_a_similar_order_is_asked_about_before_saving(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.orders.doubles = (DAY[0],)
    await opened(desk, counter, keyboard)
    assert DAY[0].order_id in desk.view.double.text
    keyboard.press("Ctrl+Enter")
    assert counter.orders.placed == []
    assert "F6" in desk.view.message.text
    keyboard.press("F7", "Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)


async def test_the_similar_order_can_be_opened_instead(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.orders.doubles = (DAY[0],)
    await opened(desk, counter, keyboard)
    opened_orders: list[object] = []
    desk.order_opened.connect(opened_orders.append)
    keyboard.press("F6")
    assert opened_orders == [DAY[0].order_uid]
    assert desk.state.parked


async def test_the_saved_order_shows_number_server_and_paper(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.saved is not None and desk.state.saved.files is not None)
    assert desk.view.saved.number.text() == "O-20260702-010014"
    assert desk.view.saved.upload.text() == "To send"
    counter.orders.receive()
    await settle(lambda: desk.view.saved.upload.text() == "Received")
    keyboard.press("Ctrl+P")
    await settle(lambda: len(counter.documents.printed) == 2)
    assert counter.documents.printed[1][1] is True


async def test_a_failed_print_never_undoes_the_order(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    counter.documents.problem = "lp: out of paper"
    await opened(desk, counter, keyboard)
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.saved is not None and bool(desk.state.saved.problem))
    assert counter.orders.placed[0].upload is UploadState.WAITING


async def test_after_saving_the_next_digits_search(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    keyboard.press("5", "6", "7", "8", "Enter")
    assert desk.state.card is not None
    assert desk.state.card.customer == WANG


async def test_after_saving_the_next_ring_shows_its_card(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    counter.calls.ring("0912345678", line=2)
    await settle(lambda: desk.state.phase is Phase.CARD)
    assert desk.state.card is not None
    assert desk.state.card.customer == WANG


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


async def test_a_draft_is_thrown_away_only_after_a_question(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Ctrl+D")
    await settle(lambda: bool(desk.findChildren(Question)))
    question = desk.findChildren(Question)[0]
    question.reject()
    await settle(lambda: not desk.findChildren(Question))
    assert counter.orders.dropped == []
    assert desk.state.phase is Phase.ORDER
    await settle(lambda: focused() is not None)
    keyboard.press("Ctrl+D")
    await settle(lambda: bool(desk.findChildren(Question)))
    desk.findChildren(Question)[0].accept()
    await settle(lambda: bool(counter.orders.dropped))
    assert desk.state.phase is Phase.CARD
    assert not desk.state.parked


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


async def test_the_invoice_asks_for_a_tax_id_only_when_it_needs_one(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Alt+5", "Enter", "Left")
    assert desk.state.order is not None
    assert desk.state.order.draft.invoice_type is InvoiceType.DUPLICATE
    assert not desk.view.form.payment.tax_id.isVisible()


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


async def test_a_narrow_window_finds_the_search_again_after_saving(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    desk.resize(760, 500)
    await opened(desk, counter, keyboard)
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    keyboard.press("5", "6", "7", "8")
    assert desk.view.search.text == "5678"
    assert desk.view.search.edit.hasFocus()


async def test_keys_pressed_while_saving_change_nothing(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Ctrl+Enter", "9", "Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    assert [row.items for row in counter.orders.placed] == ["20kg ×4、16kg ×2"]
    assert counter.orders.placed[0].taken_at == NOW


def test_every_key_of_the_screen_is_told(desk: OrderDesk) -> None:
    said = " ".join(key for key, _meaning in desk.key_help())
    assert all(key in said for key in ("Enter", "Esc", "Ctrl+Enter", "Alt+1", "F8", "Ctrl+D"))


def test_no_key_is_needed_from_the_mouse(desk: OrderDesk) -> None:
    assert desk.focusPolicy() is Qt.FocusPolicy.ClickFocus


async def test_a_call_that_rang_before_saving_waits_until_the_number_has_been_read(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    counter.calls.ring("0912345678", line=2)
    keyboard.press("Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    await told(counter.live)
    assert desk.state.phase is Phase.SAVED
    keyboard.press("Enter")
    assert desk.state.card is not None
    assert desk.state.card.customer == WANG
