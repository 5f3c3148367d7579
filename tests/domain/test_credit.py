"""Credit: live, from the copy, within the allowance, and by a supervisor."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import OfflineAllowance
from app.domain.credit import (
    COPY_LIFETIME,
    CreditDecision,
    CreditOutcome,
    CreditRequest,
    CreditSource,
    CreditState,
    Exposure,
    RefusalReason,
    decide,
    override,
)
from app.domain.orders import PaymentMethod
from app.domain.violations import Rule, RuleViolation

NOW = datetime(2024, 1, 25, 6, 30, tzinfo=UTC)
STATE = CreditState(limit=Decimal(50000), used=Decimal(12000), as_of=NOW)
ORDER = CreditRequest(Decimal(1835), PaymentMethod.MONTHLY, has_account=True)
ALLOWANCE = OfflineAllowance()
AMOUNTS = st.integers(0, 200_000).map(Decimal)
AGES = st.timedeltas(timedelta(0), timedelta(days=30))


def ask(
    request: CreditRequest = ORDER,
    state: CreditState | None = STATE,
    exposure: Exposure | None = None,
    age: timedelta = timedelta(0),
    *,
    live: bool = False,
) -> CreditDecision:
    return decide(request, state, exposure or Exposure(), ALLOWANCE, NOW + age, live=live)


@pytest.mark.parametrize("method", [PaymentMethod.CASH, PaymentMethod.COD, PaymentMethod.ONLINE])
def test_only_an_order_on_account_needs_credit(method: PaymentMethod) -> None:
    decision = ask(replace(ORDER, method=method), replace(STATE, on_hold=True))
    assert decision == CreditDecision(CreditOutcome.APPROVED, CreditSource.NOT_NEEDED)


def test_the_live_answer_is_the_best_one() -> None:
    assert ask(live=True) == CreditDecision(
        CreditOutcome.APPROVED, CreditSource.LIVE, Decimal(38000), timedelta(0)
    )


def test_exactly_the_limit_is_allowed_and_one_dollar_more_is_not() -> None:
    assert ask(replace(ORDER, amount=Decimal(38000)), live=True).allows
    over = ask(replace(ORDER, amount=Decimal(38001)), live=True)
    assert (over.allows, over.reason) == (False, RefusalReason.OVER_LIMIT)


def test_a_copy_counts_for_five_minutes() -> None:
    decision = ask(age=COPY_LIFETIME)
    assert (decision.outcome, decision.source) == (CreditOutcome.APPROVED, CreditSource.COPY)
    assert decision.age == timedelta(minutes=5)
    older = ask(age=COPY_LIFETIME + timedelta(seconds=1))
    assert (older.outcome, older.source) == (CreditOutcome.PROVISIONAL, CreditSource.ALLOWANCE)
    assert older.available == 38000


@pytest.mark.parametrize("live", [True, False])
def test_what_the_server_has_not_confirmed_is_taken_off(live: bool) -> None:
    assert ask(exposure=Exposure(customer=Decimal(36165)), live=live).allows
    refused = ask(exposure=Exposure(customer=Decimal(36166)), live=live)
    assert (refused.reason, refused.available) == (RefusalReason.OVER_LIMIT, 1834)


def test_a_clock_that_was_set_back_does_not_freshen_a_copy() -> None:
    assert ask(age=-timedelta(hours=1)).outcome is CreditOutcome.PROVISIONAL


@pytest.mark.parametrize(
    ("amount", "exposure"),
    [
        (3001, Exposure()),
        (1835, Exposure(provisional_customer=Decimal(4166))),
        (1835, Exposure(provisional_register=Decimal(48166))),
    ],
)
def test_the_allowance_has_three_bounds(amount: int, exposure: Exposure) -> None:
    request = replace(ORDER, amount=Decimal(amount))
    decision = ask(request, exposure=exposure, age=timedelta(hours=1))
    assert decision.outcome is CreditOutcome.REFUSED
    assert decision.reason is RefusalReason.OVER_ALLOWANCE


def test_the_allowance_may_be_used_up_to_the_last_dollar() -> None:
    exposure = Exposure(provisional_customer=Decimal(3000), provisional_register=Decimal(47000))
    request = replace(ORDER, amount=Decimal(3000))
    assert ask(request, exposure=exposure, age=timedelta(hours=1)).allows


def test_without_an_account_or_figures_nothing_goes_on_account() -> None:
    assert ask(replace(ORDER, has_account=False)).reason is RefusalReason.NO_ACCOUNT
    assert ask(state=None).reason is RefusalReason.UNKNOWN
    assert ask(state=None, live=True).reason is RefusalReason.UNKNOWN


@given(AMOUNTS, AMOUNTS, AGES, st.booleans())
def test_a_customer_on_hold_is_never_let_through(
    amount: Decimal, used: Decimal, age: timedelta, live: bool
) -> None:
    held = replace(STATE, used=used, on_hold=True)
    decision = ask(replace(ORDER, amount=amount), held, age=age, live=live)
    assert not decision.allows
    assert decision.reason is RefusalReason.ON_HOLD


@given(AMOUNTS, AMOUNTS, AMOUNTS, AGES)
def test_fresh_figures_never_let_anyone_past_the_limit(
    amount: Decimal, used: Decimal, pending: Decimal, age: timedelta
) -> None:
    decision = ask(
        replace(ORDER, amount=amount), replace(STATE, used=used), Exposure(customer=pending), age
    )
    if decision.outcome is CreditOutcome.APPROVED:
        assert used + pending + amount <= STATE.limit
    if decision.outcome is CreditOutcome.PROVISIONAL:
        assert age > COPY_LIFETIME
        assert amount <= ALLOWANCE.per_order


@given(AMOUNTS, AMOUNTS, AMOUNTS, AGES, st.booleans())
def test_a_smaller_order_is_never_refused_where_a_larger_one_passes(
    amount: Decimal, less: Decimal, used: Decimal, age: timedelta, live: bool
) -> None:
    state = replace(STATE, used=used)
    smaller = replace(ORDER, amount=max(amount - less, Decimal(0)))
    if ask(replace(ORDER, amount=amount), state, age=age, live=live).allows:
        assert ask(smaller, state, age=age, live=live).allows


@given(AMOUNTS, AMOUNTS, AGES, st.booleans())
def test_a_refusal_always_says_why(
    amount: Decimal, used: Decimal, age: timedelta, live: bool
) -> None:
    decision = ask(replace(ORDER, amount=amount), replace(STATE, used=used), age=age, live=live)
    assert decision.allows is (decision.reason is None)


def test_a_supervisor_lets_an_order_through() -> None:
    refused = ask(replace(ORDER, amount=Decimal(40000)), live=True)
    decision = override(refused, clerk="mei", supervisor="chen")
    assert decision.allows
    assert (decision.outcome, decision.source) == (
        CreditOutcome.PROVISIONAL,
        CreditSource.SUPERVISOR,
    )
    assert decision.reason is RefusalReason.OVER_LIMIT


def test_a_supervisor_is_another_person_than_the_clerk() -> None:
    refused = ask(replace(ORDER, amount=Decimal(40000)), live=True)
    with pytest.raises(RuleViolation, match=Rule.SUPERVISOR_IS_CLERK):
        override(refused, clerk="chen", supervisor="chen")


@pytest.mark.parametrize(
    "refused",
    [ask(state=replace(STATE, on_hold=True)), ask(replace(ORDER, has_account=False))],
)
def test_no_supervisor_lifts_a_hold_or_opens_an_account(refused: CreditDecision) -> None:
    with pytest.raises(RuleViolation, match=Rule.CREDIT_NOT_OVERRIDABLE):
        override(refused, clerk="mei", supervisor="chen")
