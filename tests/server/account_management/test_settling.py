"""In whatever order facts arrive, twice or at once, an order's account says the same."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.customers import PaymentTerms
from app.domain.orders import PaymentMethod
from app.wire.account_books import OrderAccount, ReceivableCancellation
from app.wire.accounts import PaymentCollection, Receivable
from server.account_management import payments, receivables
from server.account_management.reading import order_account
from server.database.shop import open_pool
from tests.conftest import Databases

NOW = datetime(2024, 1, 26, 6, 45, tzinfo=UTC)
_orders = count(1)
Fact = tuple[str, Any]

facts = st.lists(
    st.one_of(
        st.tuples(
            st.just("due"),
            st.tuples(st.booleans(), st.integers(1, 3), st.integers(1, 5000)),
        ),
        st.tuples(st.just("paid"), st.integers(1, 5000)),
        st.tuples(st.just("cancelled"), st.integers(1, 3)),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda fact: fact[1][:2] if isinstance(fact[1], tuple) else id(fact),
)


class Order:
    """One order of its own, told facts directly and each in a transaction of its own."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.order_id = f"O-20240125-{next(_orders):06}"

    async def tell(self, told: Sequence[tuple[int, Fact]]) -> OrderAccount:
        """The account after these facts; each has a number that is its identity."""
        for number, (kind, what) in told:
            await self._told(number, kind, what)
        async with self.pool.acquire() as connection:
            return await order_account(connection, self.order_id)

    async def _told(self, number: int, kind: str, what: Any) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            await self._change(kind, number, what)(connection)

    def _change(
        self, kind: str, number: int, what: Any
    ) -> Callable[[asyncpg.Connection], Awaitable[object]]:
        if kind == "due":
            body = self._receivable(*what)
            return lambda connection: receivables.book(connection, body, NOW)
        if kind == "paid":
            paid = self._payment(number, what)
            return lambda connection: payments.collect(connection, paid, NOW)
        cancellation = ReceivableCancellation(revision=what)
        return lambda connection: receivables.cancel(connection, self.order_id, cancellation, NOW)

    def _receivable(self, is_invoice: bool, revision: int, amount: int) -> Receivable:
        return Receivable(
            order_id=self.order_id,
            customer_id="C000123",
            amount=Decimal(amount),
            due_date=NOW.date() + timedelta(days=30),
            invoice_id="IV-202401-12345" if is_invoice else None,
            payment_terms=PaymentTerms.NET30,
            revision=revision,
        )

    def _payment(self, number: int, amount: int) -> PaymentCollection:
        return PaymentCollection(
            order_id=self.order_id,
            payment_method=PaymentMethod.CASH,
            amount_collected=Decimal(amount),
            collected_by="DRV001",
            collection_date=NOW,
            reference_number=f"{self.order_id}-{number}",
        )


def figures(account: OrderAccount) -> tuple[object, ...]:
    return (
        account.due_amount,
        account.paid_amount,
        account.open_amount,
        account.excess_amount,
        account.payment_status,
    )


@pytest.fixture(scope="module")
def dsn(databases: Databases) -> str:
    return databases.sample()


@given(facts, st.randoms(use_true_random=False))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_neither_order_nor_repetition_changes_an_account(
    dsn: str, told: list[Fact], random: Any
) -> None:
    async def compare() -> None:
        pool = await open_pool(dsn, 2)
        numbered = list(enumerate(told))
        shuffled = numbered * 2
        random.shuffle(shuffled)
        straight = await Order(pool).tell(numbered)
        await _check(pool, straight)
        assert figures(await Order(pool).tell(shuffled)) == figures(straight)
        await pool.close()

    asyncio.run(compare())


async def _check(pool: asyncpg.Pool, account: OrderAccount) -> None:
    received = sum((x.amount for x in account.payments), Decimal(0))
    living = sum((x.amount for x in account.receivables if x.stage == "LIVING"), Decimal(0))
    assert account.due_amount == living
    assert account.paid_amount + account.open_amount == account.due_amount
    assert account.paid_amount + account.excess_amount == received
    assert min(account.open_amount, account.excess_amount) == 0
    released = await pool.fetchval(
        """SELECT coalesce(sum((body::jsonb ->> 'amount')::numeric), 0) FROM outbox
           WHERE order_id = $1 AND operation = 'credit.paid'""",
        account.order_id,
    )
    assert released <= received
    assert released >= account.paid_amount


async def test_eight_writers_at_once_leave_sums_that_are_right(dsn: str) -> None:
    pool = await open_pool(dsn, 8)
    order = Order(pool)
    told: list[Fact] = [("paid", 100 + n) for n in range(12)]
    told += [("due", (n % 2 == 0, 1 + n // 2, 500 + n)) for n in range(6)]
    numbered = list(enumerate(told)) * 2
    await asyncio.gather(*(order.tell(numbered[start::8]) for start in range(8)))
    account = await order.tell([])
    await _check(pool, account)
    assert account.due_amount == 504 + 505
    assert account.paid_amount + account.excess_amount == sum(range(100, 112))
    assert len({x.receipt_number for x in account.payments}) == 12
    await pool.close()
