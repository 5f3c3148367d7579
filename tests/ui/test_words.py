from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.credit import CreditDecision, CreditOutcome, CreditSource, RefusalReason
from app.domain.customers import CustomerType, PaymentTerms, Zone
from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, TimeSlot
from app.services.calls import CallState
from app.services.customers import Standing
from app.services.office import LinkState
from app.services.orders import UploadState
from ui import words
from ui.tone import Tone

NAMED: list[tuple[Callable[..., object], Iterable[object]]] = [
    (words.standing, Standing),
    (words.customer_type, CustomerType),
    (words.customer_icon, CustomerType),
    (words.terms, PaymentTerms),
    (words.zone, Zone),
    (words.slot, TimeSlot),
    (words.payment, PaymentMethod),
    (words.invoice, InvoiceType),
    (words.order_status, OrderStatus),
    (words.upload, [*UploadState, None]),
    (words.link, LinkState),
    (words.call_state, CallState),
    (words.refusal, RefusalReason),
]


@pytest.mark.parametrize(
    ("name", "values"), NAMED, ids=lambda value: getattr(value, "__name__", "")
)
def test_every_value_has_a_word(name: Callable[..., object], values: Iterable[object]) -> None:
    assert all(name(value) for value in values)


def test_states_carry_the_colours_of_the_design() -> None:
    assert words.upload(UploadState.RECEIVED)[1] is Tone.OK
    assert words.upload(UploadState.RETRYING)[1] is Tone.WARN
    assert words.upload(UploadState.ATTENTION)[1] is Tone.DANGER
    assert words.link(LinkState.OFFLINE)[1] is Tone.WARN
    assert words.standing(Standing.ON_HOLD)[1] is Tone.DANGER


@pytest.mark.parametrize("source", CreditSource)
def test_an_approval_says_where_the_answer_came_from(source: CreditSource) -> None:
    decision = CreditDecision(CreditOutcome.APPROVED, source, Decimal(31222), timedelta(minutes=3))
    said, tone = words.credit(decision)
    assert said
    assert tone in (Tone.OK, Tone.WARN)


def test_credit_from_the_copy_is_told_with_its_age() -> None:
    decision = CreditDecision(
        CreditOutcome.APPROVED, CreditSource.COPY, Decimal(31222), timedelta(minutes=3)
    )
    said, tone = words.credit(decision)
    assert "31,222" in said
    assert "3 min" in said
    assert tone is Tone.WARN


def test_a_refusal_says_what_to_do() -> None:
    refused = CreditDecision(CreditOutcome.REFUSED, CreditSource.LIVE, reason=RefusalReason.ON_HOLD)
    assert words.credit(refused) == (words.refusal(RefusalReason.ON_HOLD), Tone.DANGER)


def test_a_reason_nobody_knows_is_shown_as_it_is() -> None:
    assert words.reason("CREDIT") != "CREDIT"
    assert words.reason("PAPER_JAM") == "PAPER_JAM"
    assert words.phase("dancing") == "dancing"
    assert words.message_kind("order.placed") == "New order"
