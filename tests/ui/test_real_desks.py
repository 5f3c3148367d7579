"""The window over the real desks and a real store: what a clerk does ends up on disk."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from app.services.orders import UploadState
from local_db.tables import DraftRow, OrderRow, OutboxRow
from sync.gateways.phone_line import Ring
from tests.services.conftest import Shop, empty_snapshot, sample_changes, shop
from tests.ui.conftest import Keyboard, display, settle
from tests.ui.sample_desks import SampleDocuments, SamplePreferences
from ui.desks import Desks
from ui.language import Language
from ui.live import Live
from ui.main_window import MainWindow
from ui.theme import Theme
from ui.widgets.order.state import Phase

__all__ = ["empty_snapshot", "sample_changes", "shop"]


@pytest.fixture
def window(shop: Shop, theme: Theme, language: Language, qtbot: QtBot) -> MainWindow:
    live = Live()
    live.follow_database(shop.database.listen)
    live.follow_office(shop.office.listen)
    helpers: Any = (SampleDocuments(), SamplePreferences())
    documents, preferences = helpers
    desks = Desks(
        customers=shop.customers,
        calls=shop.calls,
        orders=shop.orders,
        office=shop.office,
        documents=documents,
        session=shop.session,
        preferences=preferences,
        clock=shop.clock,
    )
    made = MainWindow(desks, live, theme, language)
    made.setProperty("live", live)
    qtbot.addWidget(made, before_close_func=_put_down)
    return made


def _put_down(window: MainWindow) -> None:
    """Close without the question about unsent orders."""
    window._may_close = True


def caller(shop: Shop) -> str:
    """The number of somebody who may order and has ordered before."""
    for customer_id in shop.line.figures:
        card = shop.customers.card(customer_id)
        if card is not None and card.last_orders and card.customer.has_account:
            digits = card.customer.phones[0].digits
            if len(shop.customers.by_phone(digits)) == 1 and card.credit.available > 20000:
                return digits
    raise AssertionError("the sample shop has nobody to ring")


async def ring(shop: Shop, digits: str) -> None:
    async def once() -> AsyncIterator[Ring]:
        yield Ring(line=1, digits=digits, at=shop.clock())

    await shop.calls.follow(once())


async def test_a_phone_call_becomes_a_durable_order_in_three_keys(
    window: MainWindow, shop: Shop, keyboard: Keyboard
) -> None:
    await display(window)
    desk = window.order_desk
    await ring(shop, caller(shop))
    await settle(lambda: desk.state.phase is Phase.CARD)
    keyboard.press("Enter", "Ctrl+Enter")
    await settle(lambda: desk.state.phase is Phase.SAVED)
    assert keyboard.pressed == 3
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(OrderRow)) == 1
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 1
        assert session.scalar(select(func.count()).select_from(DraftRow)) == 0
    assert window.status.queue.text().startswith("to send 1")
    keyboard.press("F3")
    assert window.todays_orders.table.current.upload is UploadState.WAITING


async def test_a_draft_survives_the_window(
    window: MainWindow, shop: Shop, keyboard: Keyboard
) -> None:
    await display(window)
    desk = window.order_desk
    await ring(shop, caller(shop))
    await settle(lambda: desk.state.phase is Phase.CARD)
    keyboard.press("Enter", "7", "Esc", "Esc", "Esc")
    resumed = shop.orders.resume()
    assert resumed is not None
    assert resumed.draft.lines[0].quantity == 7


async def test_last_digits_find_a_customer(
    window: MainWindow, shop: Shop, keyboard: Keyboard
) -> None:
    await display(window)
    digits = caller(shop)
    keyboard.press(*digits[-4:])
    found = [hit.customer_id for hit in window.order_desk.state.hits]
    assert shop.customers.by_phone(digits)[0].customer_id in found
