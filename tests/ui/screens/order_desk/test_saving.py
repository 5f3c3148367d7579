from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.domain.orders import PaymentMethod
from app.domain.violations import Field, Rule, RuleViolation, Violation
from app.services.orders import CreditRefused, NotSaved, TotalChanged, UploadState
from tests.ui.conftest import Keyboard, focused, settle, told
from tests.ui.sample_customers import BOOK, NOW, TODAY, WANG
from tests.ui.sample_desks import SampleCounter
from tests.ui.sample_orders import DAY, REFUSED
from tests.ui.screens.order_desk.conftest import opened
from ui.screens.order_desk import OrderDesk
from ui.widgets.order.state import Phase


async def test_enter_on_the_button_saves(
    desk: OrderDesk, counter: SampleCounter, keyboard: Keyboard
) -> None:
    await opened(desk, counter, keyboard)
    desk.view.total.save.setFocus()
    keyboard.press("Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)


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
