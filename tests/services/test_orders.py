"""Taking orders over a real store."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from app.domain.credit import CreditOutcome, CreditSource, RefusalReason
from app.domain.orders import DraftLine, OrderStatus, PaymentMethod
from app.domain.violations import Rule, RuleViolation
from app.services.orders import CreditRefused, OrderInHand, TotalChanged, UploadState
from app.wire.accounts import OrderPayment
from app.wire.codec import decode
from app.wire.enums import PaymentStatus
from app.wire.orders import OrderBody
from app.wire.registers import OutboxMessage, Session
from app.wire.registers import Role as WireRole
from local_db.tables import DraftRow, OrderRow, OutboxRow
from tests.services.conftest import Shop

SPEC_CUSTOMER = "C000123"


def signed_in(shop: Shop) -> None:
    session = Session(
        access_token="token",
        refresh_token="refresh",
        expires_in=300,
        username="demo",
        display_name="示範櫃檯",
        role=WireRole.CLERK,
    )
    shop.stack.tokens.adopt(session)


def usual_order(shop: Shop, **changes: Any) -> OrderInHand:
    order = shop.orders.start(SPEC_CUSTOMER)
    said = {"lines": (DraftLine("P001", 2, 2),)} | changes
    return order.with_draft(replace(order.draft, **said))


async def test_an_order_opens_with_what_the_customer_took_last(shop: Shop) -> None:
    card = shop.customers.card(SPEC_CUSTOMER)
    assert card is not None
    last = card.last_orders[0]
    draft = shop.orders.start(SPEC_CUSTOMER).draft
    assert [(x.product_id, x.quantity) for x in draft.lines] == [
        (x.product_id, x.quantity) for x in last.lines
    ]
    assert draft.payment is PaymentMethod.MONTHLY


async def test_saving_writes_order_number_and_message_in_one_go(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop)
    shop.orders.keep(order)
    placed = await shop.orders.place(order, shop.orders.quote(order))
    assert placed.order_id == "O-20261123-010001"
    with shop.database.read() as session:
        row = session.get_one(OrderRow, placed.order_uid)
        message = session.get_one(OutboxRow, placed.order_uid)
        assert bytes(decode(OutboxMessage, message.message).body) == row.body
        assert decode(OrderBody, row.body).payable == placed.payable
        assert session.scalar(select(func.count()).select_from(DraftRow)) == 0


async def test_saving_the_same_draft_twice_gives_one_order(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop)
    first = await shop.orders.place(order, shop.orders.quote(order))
    second = await shop.orders.place(order, shop.orders.quote(order))
    assert second.order_id == first.order_id
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 1


async def test_an_order_that_breaks_a_rule_is_not_saved(shop: Shop) -> None:
    order = usual_order(shop, lines=())
    with pytest.raises(RuleViolation) as caught:
        await shop.orders.place(order, shop.orders.quote(order))
    assert Rule.LINES_MISSING in {violation.code for violation in caught.value.violations}
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(OrderRow)) == 0


async def test_a_price_that_moved_meanwhile_is_shown_before_saving(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop)
    shown = replace(shop.orders.quote(order), payable=Decimal(1))
    with pytest.raises(TotalChanged) as caught:
        await shop.orders.place(order, shown)
    assert caught.value.quote.payable == shop.orders.quote(order).payable


async def test_the_office_answers_the_credit_question_while_it_can_be_reached(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop)
    decision = await shop.orders.credit(order, shop.orders.quote(order))
    assert (decision.outcome, decision.source) == (CreditOutcome.APPROVED, CreditSource.LIVE)


async def test_a_copy_of_the_last_five_minutes_answers_when_the_office_does_not(
    shop: Shop,
) -> None:
    signed_in(shop)
    shop.line.is_cut = True
    shop.clock.advance(minutes=4)
    order = usual_order(shop)
    decision = await shop.orders.credit(order, shop.orders.quote(order))
    assert (decision.outcome, decision.source) == (CreditOutcome.APPROVED, CreditSource.COPY)
    assert decision.age == timedelta(minutes=4)


async def test_an_older_copy_leaves_only_the_offline_allowance(shop: Shop) -> None:
    signed_in(shop)
    shop.line.is_cut = True
    shop.clock.advance(minutes=6)
    order = usual_order(shop)
    decision = await shop.orders.credit(order, shop.orders.quote(order))
    assert decision.source is CreditSource.ALLOWANCE
    assert decision.outcome is CreditOutcome.PROVISIONAL


async def test_unsent_orders_use_up_the_copied_credit(shop: Shop) -> None:
    signed_in(shop)
    shop.state_credit(SPEC_CUSTOMER, credit_limit=Decimal(5000), credit_used=Decimal(2000))
    shop.line.is_cut = True
    first = usual_order(shop)
    await shop.orders.place(first, shop.orders.quote(first))
    second = usual_order(shop)
    decision = await shop.orders.credit(second, shop.orders.quote(second))
    assert decision.reason is RefusalReason.OVER_LIMIT
    assert decision.available == 3000 - shop.orders.quote(first).payable


async def test_a_customer_on_hold_may_not_buy_on_account_but_in_cash(shop: Shop) -> None:
    signed_in(shop)
    shop.state_credit(SPEC_CUSTOMER, on_hold=True)
    order = usual_order(shop)
    with pytest.raises(CreditRefused) as caught:
        await shop.orders.place(order, shop.orders.quote(order))
    assert caught.value.decision.reason is RefusalReason.ON_HOLD
    cash = order.with_draft(replace(order.draft, payment=PaymentMethod.COD))
    placed = await shop.orders.place(cash, shop.orders.quote(cash))
    assert placed.credit.source is CreditSource.NOT_NEEDED


async def test_a_draft_survives_a_restart_and_is_forgotten_when_dropped(shop: Shop) -> None:
    order = usual_order(shop, note="請按二樓門鈴")
    shop.orders.keep(order)
    resumed = shop.orders.resume()
    assert resumed is not None
    assert resumed.draft == order.draft
    shop.orders.drop(order)
    assert shop.orders.resume() is None


async def test_a_second_order_for_the_same_household_is_noticed(shop: Shop) -> None:
    signed_in(shop)
    first = usual_order(shop)
    assert shop.orders.similar(first) == ()
    placed = await shop.orders.place(first, shop.orders.quote(first))
    shop.clock.advance(hours=2)
    assert [o.order_id for o in shop.orders.similar(usual_order(shop))] == [placed.order_id]
    shop.clock.advance(hours=2)
    assert shop.orders.similar(usual_order(shop)) == ()


async def test_todays_list_shows_the_way_of_an_order_to_the_office(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop)
    placed = await shop.orders.place(order, shop.orders.quote(order))
    (row,) = [o for o in shop.orders.of_day(shop.orders.today()) if o.upload is not None]
    assert (row.order_id, row.upload) == (placed.order_id, UploadState.WAITING)
    assert row.items == "20kg 瓦斯桶 ×2"
    assert shop.orders.of_day(shop.orders.today(), "王大明")
    assert not shop.orders.of_day(shop.orders.today(), "沒有這個人")


async def test_todays_orders_say_how_they_stand_elsewhere(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop)
    placed = await shop.orders.place(order, shop.orders.quote(order))
    shop.report(
        OrderPayment(
            order_uid=placed.order_uid,
            order_id=placed.order_id,
            customer_id=order.draft.customer_id,
            payment_status=PaymentStatus.PAID,
            paid_amount=placed.payable,
            reported_at=shop.clock.now,
        )
    )
    (row,) = [o for o in shop.orders.of_day(shop.orders.today()) if o.upload is not None]
    assert (row.payment_status, row.paid) == ("PAID", placed.payable)
    assert (row.delivery_status, row.estimated_arrival, row.invoice_number) == ("", None, "")


async def test_cancelling_owes_the_office_a_second_message(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop)
    later = order.with_draft(
        replace(order.draft, delivery_date=order.draft.delivery_date + timedelta(days=1))
    )
    placed = await shop.orders.place(later, shop.orders.quote(later))
    shop.orders.cancel(placed.order_uid, "客人改叫別家")
    with shop.database.read() as session:
        assert session.get_one(OrderRow, placed.order_uid).status is OrderStatus.CANCELLED
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 2
    with pytest.raises(RuleViolation):
        shop.orders.cancel(placed.order_uid, "again")


async def test_a_clerk_may_not_cancel_shortly_before_the_delivery(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop)
    placed = await shop.orders.place(order, shop.orders.quote(order))
    with pytest.raises(RuleViolation) as caught:
        shop.orders.cancel(placed.order_uid, "")
    assert caught.value.violations[0].code == Rule.CANCELLATION_NEEDS_SUPERVISOR


async def test_a_consumer_invoice_names_no_tax_id(shop: Shop) -> None:
    signed_in(shop)
    order = usual_order(shop, tax_id="04595257")
    placed = await shop.orders.place(order, shop.orders.quote(order))
    with shop.database.read() as session:
        body = decode(OrderBody, session.get_one(OrderRow, placed.order_uid).body)
    assert body.tax_id == ""
