import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.domain.orders import InvoiceType, TimeSlot
from tests.ui.conftest import Keyboard, focused, settle
from tests.ui.sample_customers import NOODLES
from tests.ui.sample_desks import SampleCounter
from tests.ui.sample_orders import REFUSED
from tests.ui.screens.order_desk.conftest import PHONE, opened, quantity
from ui.screens.order_desk import OrderDesk
from ui.widgets.order.state import Phase
from ui.widgets.question import Question


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
    await settle(lambda: QApplication.focusWidget() is not None)
    keyboard.press("Ctrl+D")
    await settle(lambda: bool(desk.findChildren(Question)))
    desk.findChildren(Question)[0].accept()
    await settle(lambda: desk.state.phase is Phase.CARD)
    assert len(counter.orders.dropped) == 1
    assert not desk.state.parked


async def test_the_invoice_asks_for_a_tax_id_only_when_it_needs_one(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    keyboard.press("Alt+5", "Enter", "Left")
    assert desk.state.order is not None
    assert desk.state.order.draft.invoice_type is InvoiceType.DUPLICATE
    assert not desk.view.form.payment.tax_id.isVisible()
