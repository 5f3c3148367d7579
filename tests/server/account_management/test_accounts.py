"""Receivables and payments over the spec's paths, and what is owed for them."""

import asyncio
from datetime import timedelta

import asyncpg
import httpx
import pytest

from app.domain.numbers import new_uid
from tests.server.account_management.conftest import (
    Books,
    number,
    owed,
    payment,
    receivable,
)
from tests.server.messages import NOW

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_spec_s_order_is_paid_in_two_parts(books: Books, pool: asyncpg.Pool) -> None:
    order = number()
    await books.book(order)
    account = await books.book(order, 50.00, invoice_id=None)
    assert (account["due_amount"], account["payment_status"]) == (1835, "UNPAID")
    first = await books.pay(order, 1000.00)
    assert first["account"]["payment_status"] == "PARTIAL"
    second = await books.pay(order, 835.00)
    assert second["account"]["payment_status"] == "PAID"
    assert second["account"]["open_amount"] == 0
    told = await owed(pool, order, "payment.status")
    assert ['"PARTIAL"' in told[0], '"PAID"' in told[1], len(told)] == [True, True, 2]
    assert second["receipt_number"] in told[1]


async def test_a_payment_on_account_gives_credit_back_under_its_receipt(
    books: Books, pool: asyncpg.Pool
) -> None:
    order = number()
    await books.book(order, 1835.00)
    receipts = [(await books.pay(order, amount))["receipt_number"] for amount in (1000.00, 1000.00)]
    released = await owed(pool, order, "credit.paid")
    assert [('"amount":1000' in x, '"amount":835' in x) for x in released] == [
        (True, False),
        (False, True),
    ]
    assert all(receipt in x for receipt, x in zip(receipts, released, strict=True))


async def test_a_cash_order_gives_no_credit_back(books: Books, pool: asyncpg.Pool) -> None:
    order = number()
    await books.book(order, payment_terms="CASH")
    await books.pay(order)
    assert await owed(pool, order, "credit.paid") == []


async def test_what_is_paid_too_much_becomes_credit_balance(books: Books) -> None:
    order, customer = number(), f"C-{new_uid()}"
    await books.book(order, 1835.00, customer_id=customer)
    account = (await books.pay(order, 2000.00))["account"]
    assert (account["paid_amount"], account["excess_amount"]) == (1835, 165)
    found = (await books.client.get(f"/internal/accounts/customers/{customer}")).json()
    assert (found["open_amount"], found["credit_balance"]) == (0, 165)


async def test_a_repeated_payment_has_the_same_receipt_and_no_effect(books: Books) -> None:
    order = number()
    await books.book(order)
    body = payment(order, 1000.00)
    answers = [await books.post("/payments", body) for _ in range(3)]
    assert len({answer["receipt_number"] for answer in answers}) == 1
    assert answers[-1]["account"]["paid_amount"] == 1000
    other = body | {"amount_collected": 999.00}
    assert await books.refused("/payments", other) == (409, "REFERENCE_USED")


async def test_a_payment_that_comes_before_what_is_due_counts_afterwards(
    books: Books, pool: asyncpg.Pool
) -> None:
    order = number()
    early = await books.pay(order, 1835.00)
    assert early["account"]["payment_status"] is None
    await books.book(order)
    account = await books.book(order, 50.00, invoice_id=None)
    assert (account["payment_status"], account["paid_amount"]) == ("PAID", 1835)
    released = await owed(pool, order, "credit.paid")
    assert ['"amount":1785' in released[0], '"amount":50' in released[1]] == [True, True]
    assert len({x.partition("reference")[2] for x in released}) == 2


async def test_a_newer_revision_replaces_what_was_due_in_any_order(books: Books) -> None:
    for revisions in ((1, 2), (2, 1)):
        order = number()
        for revision in revisions:
            account = await books.book(order, 1000.00 * revision, revision=revision)
        assert account["due_amount"] == 2000
        assert {x["stage"] for x in account["receivables"]} == {"LIVING", "REPLACED"}


async def test_the_same_receivable_again_changes_nothing_and_another_is_refused(
    books: Books,
) -> None:
    order = number()
    first = await books.book(order)
    assert await books.book(order) == first
    refused = await books.refused("/receivables", receivable(order, 1.00))
    assert refused == (409, "ALREADY_BOOKED")


async def test_a_cancelled_order_owes_nothing_and_its_money_is_kept(books: Books) -> None:
    order = number()
    await books.book(order)
    await books.pay(order, 1000.00)
    for _ in range(2):
        account = await books.post(f"/receivables/{order}/cancel")
        assert (account["due_amount"], account["excess_amount"]) == (0, 1000)
    again = await books.book(order, 1500.00, revision=2)
    assert (again["open_amount"], again["payment_status"]) == (500, "PARTIAL")


async def test_a_receivable_that_comes_after_its_cancellation_is_born_cancelled(
    books: Books,
) -> None:
    order = number()
    await books.post(f"/receivables/{order}/cancel", {"revision": 1})
    account = await books.book(order)
    assert account["due_amount"] == 0
    assert account["receivables"][0]["stage"] == "CANCELLED"


@pytest.mark.parametrize("amount", [0, -5, 18.5, 1e300])
async def test_only_whole_dollars_are_due_or_paid(books: Books, amount: float) -> None:
    order = number()
    assert (await books.refused("/receivables", receivable(order, amount)))[0] == 422
    assert (await books.refused("/payments", payment(order, amount)))[0] == 422


async def test_nobody_pays_in_the_future(books: Books) -> None:
    late = (NOW + timedelta(days=3)).isoformat()
    body = payment(number(), collection_date=late)
    assert await books.refused("/payments", body) == (422, "COLLECTION_DATE")


async def test_eight_payments_at_once_have_eight_receipts_and_add_up(books: Books) -> None:
    order = number()
    await books.book(order, 800.00)
    answers = await asyncio.gather(*(books.pay(order, 100.00) for _ in range(8)))
    assert len({answer["receipt_number"] for answer in answers}) == 8
    account = (await books.client.get(f"/internal/accounts/orders/{order}")).json()
    assert (account["paid_amount"], account["payment_status"]) == (800, "PAID")


async def test_one_payment_sent_eight_times_at_once_counts_once(books: Books) -> None:
    order = number()
    await books.book(order, 800.00)
    body = payment(order, 100.00)
    answers = await asyncio.gather(*(books.post("/payments", body) for _ in range(8)))
    assert len({answer["receipt_number"] for answer in answers}) == 1
    account = (await books.client.get(f"/internal/accounts/orders/{order}")).json()
    assert account["paid_amount"] == 100


async def test_clerks_take_payments_but_book_nothing(clerk: httpx.AsyncClient) -> None:
    taken = await clerk.post("/internal/accounts/payments", json=payment(number()))
    assert taken.status_code == 200
    for path, body in (("/receivables", receivable(number())), ("/receivables/O-1/cancel", {})):
        assert (await clerk.post(f"/internal/accounts{path}", json=body)).status_code == 403


async def test_an_order_that_nobody_knows_has_no_account(books: Books) -> None:
    response = await books.client.get(f"/internal/accounts/orders/{number()}")
    assert (response.status_code, response.json()["code"]) == (404, "UNKNOWN_ORDER")
