"""A customer's sums: computed anew from the orders, sent for whom something changed, resumable."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from msgspec.structs import replace

from app.domain.hours import business_date
from app.domain.numbers import OrderNumber
from app.domain.orders import OrderStatus
from app.wire.customers import CustomerStatistics
from app.wire.orders import OrderBody
from server.feed.progress import Progress, read_progress, save_progress
from server.orders import statistics
from server.orders.statistics import (
    FOLLOWER,
    owed_statistics,
    save_openings,
    statistics_of,
    update_statistics,
)
from server.orders.stored import save_past_orders
from server.parts import Parts
from server.reference.customers import statistics_bodies
from server.refusals import NotFound
from tests.server.messages import CUSTOMER, NOW, order

JANUARY, FEBRUARY = date(2024, 1, 25), date(2024, 2, 2)
S = OrderStatus


def past(serial: int, day: date, goods: int = 1700, **changes: Any) -> OrderBody:
    body = order(serial, order_id=str(OrderNumber(day, 9, serial)), order_date=day)
    known = {"status": S.COMPLETED, "goods": Decimal(goods), "tax": Decimal(goods // 20)}
    return replace(body, **(known | changes))


async def sums(pool: asyncpg.Pool, bodies: Sequence[OrderBody]) -> CustomerStatistics:
    """The sums of the customer with these orders only."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("DELETE FROM orders")
        await connection.execute("DELETE FROM order_openings")
        await save_past_orders(connection, bodies)
        return (await statistics_of(connection, [CUSTOMER]))[CUSTOMER]


async def test_completed_orders_are_summed_up(pool: asyncpg.Pool) -> None:
    second = past(2, FEBRUARY, 850)
    line = replace(second.lines[0], product_id="P002", quantity=1)
    known = await sums(pool, [past(1, JANUARY), replace(second, lines=(line,))])
    assert (known.total_orders_count, known.total_order_value) == (2, 1785 + 892)
    assert known.average_order_value == Decimal("1338.50")
    assert known.last_order_date == FEBRUARY
    assert known.favorite_products == ("P001", "P002")


async def test_only_the_date_of_an_order_on_its_way_counts(pool: asyncpg.Pool) -> None:
    known = await sums(pool, [past(1, JANUARY), past(2, FEBRUARY, status=S.EN_ROUTE)])
    assert (known.total_orders_count, known.last_order_date) == (1, FEBRUARY)


async def test_a_cancelled_order_leaves_no_trace(pool: asyncpg.Pool) -> None:
    known = await sums(pool, [past(1, JANUARY), past(2, FEBRUARY, status=S.CANCELLED)])
    assert (known.total_orders_count, known.last_order_date) == (1, JANUARY)


async def test_without_a_completed_order_everything_is_zero(pool: asyncpg.Pool) -> None:
    known = await sums(pool, [past(1, JANUARY, status=S.CANCELLED)])
    assert (known.total_orders_count, known.average_order_value) == (0, 0)
    assert (known.last_order_date, known.favorite_products) == (JANUARY, ())


async def test_what_was_brought_forward_is_added(pool: asyncpg.Pool) -> None:
    await sums(pool, [past(1, JANUARY), past(2, FEBRUARY, 1714, tax=Decimal(86))])
    async with pool.acquire() as connection:
        await save_openings(connection, [(CUSTOMER, 154, 230_915, date(2023, 12, 1))])
        known = (await statistics_of(connection, [CUSTOMER]))[CUSTOMER]
    assert (known.total_orders_count, known.total_order_value) == (156, 234_500)
    assert (known.average_order_value, known.last_order_date) == (Decimal("1503.21"), FEBRUARY)


async def test_the_sample_shop_has_the_sums_of_its_own_orders(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        ids = [r["customer_id"] for r in await connection.fetch("SELECT * FROM customers")]
        kept = await statistics_bodies(connection, ids)
        found = await statistics_of(connection, ids)
    for customer_id, (_, known) in kept.items():
        assert found[customer_id].total_orders_count == known.total_orders_count
        # The sample's total is its average times its count.
        assert abs(found[customer_id].total_order_value - known.total_order_value) <= 5


async def known_to_customers(parts: Parts) -> int:
    async with parts.pool.acquire() as connection:
        found = await statistics_bodies(connection, [CUSTOMER])
    return found[CUSTOMER][1].total_orders_count


async def add(parts: Parts, *bodies: OrderBody) -> None:
    async with parts.pool.acquire() as connection, connection.transaction():
        await save_past_orders(connection, bodies)


async def forget_all(parts: Parts) -> None:
    """Customer Management knows nobody's sums."""
    await parts.pool.execute("DELETE FROM customer_statistics")


async def test_sums_that_are_known_already_are_not_sent_again(app: FastAPI) -> None:
    parts: Parts = app.state.parts
    await update_statistics(parts.pool, parts.lines)
    await parts.pool.execute("DELETE FROM feed_progress")
    assert await update_statistics(parts.pool, parts.lines) == 0


async def test_a_run_sends_the_sums_of_whom_something_changed(app: FastAPI) -> None:
    parts: Parts = app.state.parts
    assert await update_statistics(parts.pool, parts.lines) > 1
    assert await update_statistics(parts.pool, parts.lines) == 0
    before = await known_to_customers(parts)
    await add(parts, past(1, business_date(NOW)))
    assert await update_statistics(parts.pool, parts.lines) == 1
    assert await known_to_customers(parts) == before + 1


async def test_a_run_that_stopped_goes_on_where_it_was(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: Parts = app.state.parts
    monkeypatch.setattr(statistics, "CUSTOMERS", 10)
    await forget_all(parts)
    everybody = await update_statistics(parts.pool, parts.lines)
    await forget_all(parts)
    async with parts.pool.acquire() as connection:
        reached = await read_progress(connection, FOLLOWER)
        assert reached is not None
        half = sorted(r[0] for r in await connection.fetch("SELECT customer_id FROM orders"))
        middle = half[len(half) // 2]
        await save_progress(connection, FOLLOWER, replace_sweep(reached, middle))
        left = await connection.fetchval(
            "SELECT count(DISTINCT customer_id) FROM orders WHERE customer_id > $1", middle
        )
    assert await update_statistics(parts.pool, parts.lines) == left < everybody


@pytest.mark.parametrize("lost", [{"epoch": 1}, {"pos": 10**9}])
async def test_a_follower_of_another_feed_looks_at_everybody(
    app: FastAPI, lost: dict[str, int]
) -> None:
    parts: Parts = app.state.parts
    await forget_all(parts)
    everybody = await update_statistics(parts.pool, parts.lines)
    await forget_all(parts)
    async with parts.pool.acquire() as connection:
        reached = await read_progress(connection, FOLLOWER)
        assert reached is not None
        elsewhere = Progress(lost.get("epoch", reached.epoch), lost.get("pos", reached.pos))
        await save_progress(connection, FOLLOWER, elsewhere)
    assert await update_statistics(parts.pool, parts.lines) == everybody


async def test_an_unknown_customer_does_not_keep_the_others_waiting(app: FastAPI) -> None:
    parts: Parts = app.state.parts
    await update_statistics(parts.pool, parts.lines)
    today = business_date(NOW)
    stranger = past(1, today, customer_id="A/../?x=1")
    await add(parts, stranger, past(2, today))
    assert await update_statistics(parts.pool, parts.lines) == 1


async def test_what_is_owed_after_completion_is_as_the_transaction_sees_it(
    pool: asyncpg.Pool,
) -> None:
    async with pool.acquire() as connection, connection.transaction():
        before = (await statistics_of(connection, [CUSTOMER]))[CUSTOMER]
        await save_past_orders(connection, [past(1, business_date(NOW))])
        owed = await owed_statistics(connection, CUSTOMER)
        with pytest.raises(NotFound):
            await owed_statistics(connection, "C999999")
    assert owed.path == f"/internal/customers/{CUSTOMER}/statistics"
    assert isinstance(owed.body, CustomerStatistics)
    assert owed.body.total_orders_count == before.total_orders_count + 1


def replace_sweep(reached: Progress, sweep: str) -> Progress:
    return Progress(reached.epoch, reached.pos, sweep)
