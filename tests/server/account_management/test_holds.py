"""Overdue orders stop an account, payments reopen it, and the nightly books agree."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest
from fastapi import FastAPI

from app.domain.numbers import new_uid
from server.account_management import overdue, reconciliation
from tests.server.account_management.conftest import (
    TODAY,
    Answer,
    Books,
    number,
    owed,
    settled,
)
from tests.server.messages import CUSTOMER

pytestmark = pytest.mark.asyncio(loop_scope="module")


def past(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


async def told_holds(pool: asyncpg.Pool) -> list[Answer]:
    rows = await pool.fetch("SELECT body FROM outbox WHERE operation = 'credit.hold' ORDER BY n")
    return [msgspec.json.decode(row["body"]) for row in rows]


async def credit(books: Books) -> Answer:
    answer: Any = await books.client.get(f"/internal/customers/{CUSTOMER}/credit")
    return dict(answer.json())


async def test_a_due_date_that_passes_makes_an_order_overdue_once(
    books: Books, pool: asyncpg.Pool
) -> None:
    order = number()
    await books.book(order, 1835.00)
    await books.pay(order, 1000.00)
    await pool.execute("UPDATE receivables SET due_date = $2 WHERE order_id = $1", *(order, TODAY))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    await pool.execute(
        "UPDATE order_accounts SET due_date = $2 WHERE order_id = $1", *(order, TODAY)
    )
    assert await overdue.mark_overdue(pool, datetime.now(UTC)) == 0
    assert [await overdue.mark_overdue(pool, tomorrow) for _ in range(2)] == [1, 0]
    told = await owed(pool, order, "payment.status")
    assert ['"PARTIAL"' in told[0], '"OVERDUE"' in told[1], len(told)] == [True, True, 2]


async def test_an_overdue_account_is_stopped_and_reopened_when_it_is_paid(
    books: Books, pool: asyncpg.Pool, app: FastAPI
) -> None:
    late, other = number(), number()
    await books.book(other, 900.00)
    await books.book(late, 5600.00, due_date=past(45))
    await settled(pool)
    stopped = await credit(books)
    assert (stopped["on_hold"], stopped["hold_reason"]) == (True, "OVERDUE_PAYMENT")
    assert (stopped["overdue_amount"], stopped["days_overdue"]) == (5600, 45)
    assert stopped["affected_orders"] == [late, other]
    await overdue.run(app.state.parts)
    await books.pay(late, 5000.00)
    await settled(pool)
    assert (await credit(books))["overdue_amount"] == 600
    await books.pay(late, 600.00)
    await settled(pool)
    reopened = await credit(books)
    assert (reopened["on_hold"], reopened["overdue_amount"]) == (False, 0)
    statuses = [(x["hold_status"], x["overdue_amount"]) for x in await told_holds(pool)]
    assert statuses == [("ACTIVE", 5600), ("ACTIVE", 600), ("RELEASED", 0)]


async def test_within_grace_or_below_the_threshold_nobody_is_stopped(
    books: Books, pool: asyncpg.Pool
) -> None:
    await books.book(number(), 5600.00, due_date=past(7))
    await books.book(number(), 999.00, due_date=past(90), customer_id="C000124")
    assert await told_holds(pool) == []


async def test_the_morning_keeps_the_figures_of_a_stopped_account_fresh(
    books: Books, pool: asyncpg.Pool
) -> None:
    await books.book(number(), 5600.00, due_date=past(45))
    await overdue.judge_all(pool, TODAY)
    await overdue.judge_all(pool, TODAY + timedelta(days=1))
    assert [x["days_overdue"] for x in await told_holds(pool)] == [45, 46]


async def test_a_customer_s_account_shows_open_orders_by_age(books: Books) -> None:
    customer = f"C-{new_uid()}"
    for amount, days in ((100, -5), (200, 10), (300, 45), (400, 80), (500, 200)):
        await books.book(number(), amount, due_date=past(days), customer_id=customer)
    account = await books.get(f"/customers/{customer}")
    assert list(account["ageing"].values()) == [500, 200, 300, 400, 100] or account["ageing"] == {
        "not_due": 100,
        "days_1_30": 200,
        "days_31_60": 300,
        "days_61_90": 400,
        "over_90": 500,
    }
    assert (account["open_amount"], account["overdue_amount"]) == (1500, 1400)
    assert (account["days_overdue"], account["on_hold"]) == (200, True)
    assert [x["days_overdue"] for x in account["open_orders"]] == [200, 80, 45, 10, 0]


def balance_use(amount: float, order_id: str = "", **changes: Any) -> Answer:
    fresh = {
        "reference_number": f"BALANCE-{new_uid()}",
        "amount": amount,
        "used_by": "boss",
        "used_at": datetime.now(UTC).isoformat(),
        "order_id": order_id,
    }
    return fresh | changes


async def test_a_credit_balance_pays_another_order_or_is_paid_back(books: Books) -> None:
    customer, first, second, third = f"C-{new_uid()}", number(), number(), number()
    for order in (first, second):
        await books.book(order, 100.00, customer_id=customer)
        await books.pay(order, 150.00)
    await books.book(third, 90.00, customer_id=customer)
    path = f"/customers/{customer}/credit-balance"
    body = balance_use(80.00, third)
    for _ in range(3):
        account = await books.post(path, body)
        assert (account["credit_balance"], account["open_amount"]) == (20, 10)
    assert await books.refused(path, body | {"amount": 5}) == (409, "REFERENCE_USED")
    assert await books.refused(path, balance_use(11.00, third)) == (409, "NOT_OPEN")
    assert await books.refused(path, balance_use(21.00)) == (409, "BALANCE")
    assert await books.refused(path, balance_use(1.00, number())) == (404, "UNKNOWN_ORDER")
    repaid = balance_use(20.00)
    for _ in range(2):
        assert (await books.post(path, repaid))["credit_balance"] == 0
    paid = await books.get(f"/orders/{third}")
    assert (paid["paid_amount"], paid["payment_status"]) == (80, "PARTIAL")


async def test_a_balance_is_not_used_twice_at_the_same_moment(books: Books) -> None:
    customer, order = f"C-{new_uid()}", number()
    await books.book(order, 100.00, customer_id=customer)
    await books.pay(order, 200.00)
    path = f"/internal/accounts/customers/{customer}/credit-balance"
    answers: list[httpx.Response] = await asyncio.gather(
        *(books.client.post(path, json=balance_use(60.00)) for _ in range(8))
    )
    assert sorted(x.status_code for x in answers) == [200] + [409] * 7
    assert (await books.get(f"/customers/{customer}"))["credit_balance"] == 40


async def test_the_books_of_a_day_agree_with_the_credit_ledger(
    books: Books, pool: asyncpg.Pool, app: FastAPI
) -> None:
    order = number()
    reserve = {
        "operation": "RESERVE",
        "amount": 1835.00,
        "order_id": order,
        "timestamp": "2024-01-25T14:30:00Z",
    }
    path = f"/internal/customers/{CUSTOMER}/credit"
    assert (await books.client.post(path, json=reserve)).status_code == 200
    await books.book(order, 1835.00)
    await books.pay(order, 1000.00)
    await settled(pool)
    parts = app.state.parts
    result = await reconciliation.reconcile(pool, parts.lines, TODAY)
    assert result.differences == ()
    assert (result.booked, result.collected) == (1835, 1000)
    assert result.open_on_account == result.credit_held == Decimal(835)
    stored = await books.get(f"/reconciliation/{TODAY}")
    assert (stored["open_total"], stored["differences"]) == (835, [])


async def test_every_difference_is_listed(books: Books, pool: asyncpg.Pool, app: FastAPI) -> None:
    unreserved, unclaimed, wrong = number(), number(), number()
    await books.book(unreserved, 100.00)
    await books.pay(unclaimed, 70.00)
    await books.book(wrong, 50.00, payment_terms="CASH")
    await pool.execute("UPDATE order_accounts SET due = 51 WHERE order_id = $1", wrong)
    result = await reconciliation.reconcile(pool, app.state.parts.lines, TODAY)
    found = {(x.kind.value, x.order_id, x.expected, x.found) for x in result.differences}
    assert found == {
        ("CREDIT", unreserved, 100, 0),
        ("PAID_WITHOUT_RECEIVABLE", unclaimed, 0, 70),
        ("SUMS", wrong, 51, 50),
    }


@pytest.mark.parametrize(("day", "status"), [("2001-01-01", 404), ("7", 422), ("2024-02-30", 422)])
async def test_a_day_without_reconciliation_is_said(books: Books, day: str, status: int) -> None:
    answer = await books.client.get(f"/internal/accounts/reconciliation/{day}")
    assert answer.status_code == status


async def test_reconciling_yesterday_is_repeatable(books: Books, app: FastAPI) -> None:
    for _ in range(2):
        await reconciliation.run(app.state.parts)
    assert (await books.get(f"/reconciliation/{TODAY - timedelta(days=1)}"))["differences"] == []
