from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.services.customers import CustomerCard, Standing
from app.services.orders import UploadState
from tests.ui.sample_customers import FACTORY, NOODLES, WANG, SampleCustomers
from tests.ui.sample_orders import DAY
from ui.language import CHINESE, Language
from ui.tone import Tone
from ui.widgets.card_prompt import CardPrompt
from ui.widgets.context_panel import ContextPanel
from ui.widgets.customer_panel import CustomerPanel
from ui.widgets.facts import Fact, Facts
from ui.widgets.order_detail import OrderDetail
from ui.widgets.saved_panel import SavedPanel, SavedView
from ui.widgets.text import Text


def card_of(customer_id: str) -> CustomerCard:
    card = SampleCustomers().card(customer_id)
    assert card is not None
    return card


def said(widget: QWidget) -> str:
    return " ".join(t.text() for t in widget.findChildren(Text) if t.isVisibleTo(widget))


@pytest.fixture
def panel(qtbot: QtBot) -> CustomerPanel:
    made = CustomerPanel()
    qtbot.addWidget(made)
    return made


def test_a_hold_is_a_colour_and_a_word_with_its_reason(panel: CustomerPanel) -> None:
    panel.set_card(card_of(FACTORY.customer_id))
    assert panel.standing.text() == "On hold"
    assert panel.standing.property("tone") == Tone.DANGER
    assert "票據逾期" in said(panel)
    assert "64,500, 37 days" in said(panel)


def test_the_open_order_is_taken_off_what_is_left(panel: CustomerPanel) -> None:
    panel.set_card(card_of(NOODLES.customer_id))
    assert panel.available.text() == "36,165"
    panel.set_card(card_of(NOODLES.customer_id), Decimal(4943))
    assert panel.available.text() == "31,222"
    assert "Left after this order" in said(panel)
    panel.set_card(card_of(NOODLES.customer_id), Decimal(40000))
    assert panel.available.property("tone") == Tone.DANGER


def test_the_age_of_the_figures_is_shown(panel: CustomerPanel) -> None:
    card = card_of(NOODLES.customer_id)
    panel.set_card(replace(card, credit=replace(card.credit, age=timedelta(minutes=7))))
    assert "7 min ago" in said(panel)


def test_a_cash_customer_has_no_gauge(panel: CustomerPanel) -> None:
    panel.set_card(card_of(WANG.customer_id))
    assert panel.standing.text() == "Cash only"
    assert not panel.gauge.isVisibleTo(panel)
    assert "12 days ago" in said(panel)


def test_a_bad_tax_id_is_flagged_not_hidden(panel: CustomerPanel) -> None:
    card = card_of(NOODLES.customer_id)
    panel.set_card(replace(card, customer=replace(card.customer, tax_id="12345678")))
    assert "12345678 (not valid)" in said(panel)


def test_the_panel_changes_its_language(
    panel: CustomerPanel, language: Language, qtbot: QtBot
) -> None:
    panel.set_card(card_of(FACTORY.customer_id))
    language.use(CHINESE)
    qtbot.waitUntil(lambda: panel.standing.text() == "停供")


def test_the_context_shows_orders_account_and_own_prices(qtbot: QtBot) -> None:
    context = ContextPanel()
    qtbot.addWidget(context)
    context.set_card(card_of(NOODLES.customer_id))
    assert "Prices of their own" not in said(context)
    context.set_card(card_of(NOODLES.customer_id), [("P001", "20kg 瓦斯桶")])
    assert "20kg ×4、16kg ×2" in said(context)
    assert "36,165" in said(context)
    assert "820" in said(context)


def test_a_customer_without_orders_is_told_so(qtbot: QtBot) -> None:
    context = ContextPanel()
    qtbot.addWidget(context)
    context.set_card(replace(card_of(WANG.customer_id), last_orders=()))
    assert "No orders yet" in said(context)


def test_the_card_guesses_why_they_ring(qtbot: QtBot) -> None:
    prompt = CardPrompt()
    qtbot.addWidget(prompt)
    prompt.set_card(card_of(NOODLES.customer_id), parked=False)
    assert "The same as last time?" in said(prompt)
    prompt.set_card(card_of(FACTORY.customer_id), parked=False)
    assert "is not delivered yet" in said(prompt)
    prompt.set_card(replace(card_of(WANG.customer_id), last_orders=()), parked=False)
    assert "First order" in said(prompt)
    prompt.set_card(card_of(WANG.customer_id), parked=True)
    assert "A draft is waiting" in said(prompt)
    assert prompt.drop.isVisibleTo(prompt)


def test_nobody_orders_for_an_inactive_customer(qtbot: QtBot) -> None:
    prompt = CardPrompt()
    qtbot.addWidget(prompt)
    card = card_of(WANG.customer_id)
    prompt.set_card(
        replace(card, credit=replace(card.credit, standing=Standing.INACTIVE)), parked=False
    )
    assert not prompt.start.isEnabled()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Printing …"),
        ({"files": ("a.pdf",)}, "Kept as PDF: a.pdf"),
        ({"files": ("a.pdf",), "printer": "EPSON"}, "Printed on EPSON"),
        ({"files": ("a.pdf",), "problem": "out of paper"}, "Not printed: out of paper"),
        ({"upload": UploadState.RECEIVED}, "The office has it."),
        ({"credit": "Credit approved"}, "Credit approved"),
    ],
)
def test_a_saved_order_says_what_became_of_it(
    qtbot: QtBot, changes: dict[str, Any], words: str
) -> None:
    saved = SavedPanel()
    qtbot.addWidget(saved)
    view = SavedView("O-20260702-010014", "好味小吃店", Decimal(4943))
    saved.set_saved(replace(view, **changes))
    assert saved.number.text() == "O-20260702-010014"
    assert words in said(saved)


def test_another_order_closes_the_question_about_a_reason(qtbot: QtBot) -> None:
    detail = OrderDetail()
    qtbot.addWidget(detail)
    detail.show()
    detail.set_order(DAY[0])
    detail.ask_reason()
    assert detail.reason.isVisible()
    detail.set_order(DAY[0])
    assert detail.reason.isVisible()
    detail.set_order(DAY[2])
    assert not detail.reason.isVisible()
    detail.set_order(None)
    assert said(detail) == ""


def test_a_cancelled_order_can_not_be_cancelled_again(qtbot: QtBot) -> None:
    detail = OrderDetail()
    qtbot.addWidget(detail)
    detail.set_order(DAY[6])
    assert not detail.cancel.isVisibleTo(detail)
    assert detail.reprint.isVisibleTo(detail)


def test_facts_reuse_their_lines(qtbot: QtBot) -> None:
    facts = Facts()
    qtbot.addWidget(facts)
    facts.set_facts([Fact("a", "1"), Fact("b", "2", Tone.WARN)])
    assert said(facts) == "a 1 b 2"
    facts.set_facts([Fact("c", "3")])
    assert said(facts) == "c 3"
