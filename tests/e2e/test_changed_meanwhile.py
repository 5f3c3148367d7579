"""The shop changes while an order is open, or while the counter is alone."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.composition import Counter
from app.demo.waiting import until
from app.domain.credit import RefusalReason
from app.domain.orders import PaymentMethod
from app.services.customers import Standing
from app.services.office import QueueItem
from app.services.orders import CreditRefused, TotalChanged, UploadState
from local_db.reference import find_customer, price_book
from local_db.reference_tables import customers
from local_db.tables import OutboxState
from tests.e2e.counters import (
    delivered,
    draft,
    drafts,
    on_account,
    open_for_business,
    place,
    saved_orders,
    states,
)
from tests.e2e.office import RealOffice

RAISE = "UPDATE product_prices SET price_cents = price_cents + 2100 WHERE product_id = 'P001'"
HOLD = """UPDATE credit_accounts SET on_hold = true, hold_reason = 'OVERDUE_PAYMENT'
          WHERE customer_id = $1"""
NEW_PRODUCT = """
    INSERT INTO products (product_id, name, size, weight_kg, track_inventory, available, reserved,
                          requires_empty_return, deposit_amount, active)
    VALUES ($1, $1, '1KG', 1, false, 0, 0, false, 0, true)"""
NEW_PRICE = "INSERT INTO product_prices VALUES ($1, '2020-01-01', 90000)"


def price(counter: Counter) -> Decimal:
    with counter.database.read() as session:
        book = price_book(session)
    assert book is not None
    found = book.standard_price("P001", counter.desks.orders.today())
    assert found is not None
    return found


def somebody(counter: Counter, *, with_credit: bool = False) -> str:
    """A customer without special prices; with credit, one whom the account allows an order."""
    with counter.database.read() as session:
        everybody = session.scalars(select(customers.c.customer_id)).all()
    for customer_id in everybody:
        card = counter.desks.customers.card(customer_id)
        if card is None or card.customer.special_prices or not card.customer.addresses:
            continue
        fits = card.credit.standing is Standing.GOOD and card.credit.available > 2000
        if card.credit.standing is not Standing.INACTIVE and fits is with_credit:
            return str(customer_id)
    raise AssertionError("the sample shop has no such customer")


def in_queue(counter: Counter, order_id: str) -> QueueItem:
    return next(item for item in counter.desks.office.queue() if item.order_id == order_id)


async def test_a_price_that_rises_while_the_order_is_open_is_shown_before_anything_is_saved(
    office: RealOffice, tmp_path: Path
) -> None:
    async with open_for_business(tmp_path / "counter", office.url) as counter:
        order = draft(counter, somebody(counter))
        shown = counter.desks.orders.quote(order)
        before = price(counter)
        await office.do(RAISE)
        await until(lambda: price(counter) > before, "the new price", 10)
        with pytest.raises(TotalChanged) as changed:
            await counter.desks.orders.place(order, shown)
        assert changed.value.quote.payable > shown.payable
        assert (saved_orders(counter), drafts(counter)) == ([], 1)
        await counter.desks.orders.place(changed.value.order, changed.value.quote)
        await delivered(counter)


async def test_a_price_that_rose_while_the_counter_was_alone_is_a_difference_that_is_shown(
    office: RealOffice, tmp_path: Path
) -> None:
    async with open_for_business(tmp_path / "counter", office.url) as counter:
        counter.desks.office.unplug(unplugged=True)
        await office.do(RAISE)
        placed = await place(counter, draft(counter, somebody(counter)))
        counter.desks.office.unplug(unplugged=False)
        await delivered(counter, 30)
        (found,) = await office.orders(placed.order_uid)
        assert (found.status, found.payable) == ("CONFIRMED", placed.payable)
        item = in_queue(counter, placed.order_id)
        assert (item.state, item.reason) == (UploadState.ATTENTION, "PRICE_DIFFERENCE")
        assert item.difference > 0
        assert counter.desks.office.status().attention == 1
        counter.desks.office.retry(item.msg_id)
        assert counter.desks.office.status().attention == 0
        assert in_queue(counter, placed.order_id).state is UploadState.RECEIVED


async def test_an_account_put_on_hold_while_the_order_is_open_refuses_it_and_keeps_the_draft(
    office: RealOffice, tmp_path: Path
) -> None:
    async with open_for_business(tmp_path / "counter", office.url) as counter:
        customer_id = somebody(counter, with_credit=True)
        order = on_account(counter, customer_id)
        await office.do(HOLD, customer_id)
        with pytest.raises(CreditRefused) as refused:
            await place(counter, order)
        assert refused.value.decision.reason is RefusalReason.ON_HOLD
        assert (saved_orders(counter), drafts(counter)) == ([], 1)
        paid = order.with_draft(replace(order.draft, payment=PaymentMethod.COD))
        await place(counter, paid)
        await delivered(counter)


async def test_an_account_put_on_hold_while_the_counter_was_alone_holds_the_order(
    office: RealOffice, tmp_path: Path
) -> None:
    async with open_for_business(tmp_path / "counter", office.url) as counter:
        customer_id = somebody(counter, with_credit=True)
        counter.desks.office.unplug(unplugged=True)
        placed = await place(counter, on_account(counter, customer_id))
        await office.do(HOLD, customer_id)
        counter.desks.office.unplug(unplugged=False)
        await until(lambda: states(counter) == [OutboxState.HELD], "the office's doubt", 30)
        item = in_queue(counter, placed.order_id)
        assert (item.state, item.reason) == (UploadState.ATTENTION, "CREDIT")
    (found,) = await office.orders(placed.order_uid)
    assert (found.status, found.hold_reason, found.reservations) == ("HELD", "CREDIT", 0)


async def test_a_customer_deleted_while_the_draft_is_open_leaves_an_order_that_is_held(
    office: RealOffice, tmp_path: Path
) -> None:
    async with open_for_business(tmp_path / "counter", office.url) as counter:
        customer_id = somebody(counter)
        older = draft(counter)
        order = draft(counter, customer_id)
        await office.do("DELETE FROM customers WHERE customer_id = $1", customer_id)
        await until(lambda: not known(counter, customer_id), "the farewell", 10)
        resumed = counter.desks.orders.resume()
        assert resumed is not None, "another draft is hidden behind the deleted customer's"
        assert resumed.draft.uid == older.draft.uid
        placed = await place(counter, order)
        await until(lambda: states(counter) == [OutboxState.HELD], "the office's doubt", 30)
        assert in_queue(counter, placed.order_id).reason == "UNKNOWN_CUSTOMER"
    (found,) = await office.orders(placed.order_uid)
    assert found.status == "HELD"


def known(counter: Counter, customer_id: str) -> bool:
    with counter.database.read() as session:
        return find_customer(session, customer_id) is not None


async def test_a_product_deleted_while_the_counter_was_alone_holds_the_order(
    office: RealOffice, tmp_path: Path
) -> None:
    await office.do(NEW_PRODUCT, "P900")
    await office.do(NEW_PRICE, "P900")
    async with open_for_business(tmp_path / "counter", office.url) as counter:
        counter.desks.office.unplug(unplugged=True)
        order = draft(counter)
        (line,) = order.draft.lines
        order = order.with_draft(
            replace(order.draft, lines=(replace(line, product_id="P900", empties=0),))
        )
        placed = await place(counter, order)
        await office.do("DELETE FROM products WHERE product_id = 'P900'")
        counter.desks.office.unplug(unplugged=False)
        await until(lambda: states(counter) == [OutboxState.HELD], "the office's doubt", 30)
        item = in_queue(counter, placed.order_id)
        assert (item.state, item.reason) == (UploadState.ATTENTION, "UNKNOWN_PRODUCT")
        counter.desks.office.retry(item.msg_id)
        following = await place(counter, draft(counter))
        await delivered(counter)
    found = await office.orders(placed.order_uid, following.order_uid)
    assert {o.status for o in found} == {"HELD", "CONFIRMED"}
