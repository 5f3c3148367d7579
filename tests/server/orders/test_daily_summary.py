"""The summary of a day: which orders count, that its parts add up, and that it is sent."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.customers import Zone
from app.domain.hours import business_date
from app.domain.numbers import OrderNumber
from app.domain.orders import OrderStatus
from app.wire.codec import decode
from app.wire.orders import OrderBody
from app.wire.reports import DailyOrders, DailyReports
from server.orders.daily_summary import aggregate, summaries
from server.orders.stored import save_past_orders
from server.reference.order_sums import STANDING, day_sums
from tests.conftest import Databases
from tests.server.messages import NOW, order

DAY = date(2024, 1, 25)
WHEN = datetime.fromisoformat("2024-01-26T03:00:00+08:00")
NEXT = DAY + timedelta(days=1)
S = OrderStatus


def past(serial: int, **changes: Any) -> OrderBody:
    """The spec's order (goods 1700, tax 85, two P001), completed and delivered the same day."""
    fresh = {
        "order_id": str(OrderNumber(DAY, 9, serial)),
        "order_date": DAY,
        "delivery_date": DAY,
        "taken_at": WHEN - timedelta(hours=12),
        "status": S.COMPLETED,
    }
    return order(serial, **(fresh | changes))


@pytest.fixture(scope="module")
def dsn(databases: Databases) -> str:
    return databases.sample()


async def summed(dsn: str, orders: list[OrderBody], first: date = DAY, last: date = DAY) -> Any:
    """The summaries with these orders only, which are not kept."""
    connection = await asyncpg.connect(dsn)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("DELETE FROM orders")
        await save_past_orders(connection, orders)
        sums = await day_sums(connection, first, last)
        return summaries(sums, first, last, WHEN)
    finally:
        await transaction.rollback()
        await connection.close()


async def test_the_specs_order_makes_the_specs_figures(dsn: str) -> None:
    (day,) = await summed(dsn, [past(1)])
    assert (day.summary.total_orders, day.summary.total_cylinders) == (1, 2)
    assert day.summary.total_revenue == Decimal(1785)
    assert day.by_product["P001"].revenue == Decimal(1700)


async def test_a_held_order_is_none_and_a_cancelled_one_is_counted_apart(dsn: str) -> None:
    orders = [past(1), past(2, status=S.HELD), past(3, status=S.CANCELLED)]
    (day,) = await summed(dsn, orders)
    assert (day.summary.total_orders, day.summary.cancelled_orders) == (1, 1)
    assert day.summary.total_revenue == 1785
    assert day.by_product["P001"].quantity == 2


async def test_an_order_belongs_to_its_date_and_its_delivery_to_the_trucks(dsn: str) -> None:
    orders = [past(1, delivery_date=NEXT), past(2, delivery_date=NEXT, status=S.FAILED)]
    taken, driven = await summed(dsn, orders, DAY, NEXT)
    assert (taken.summary.total_orders, driven.summary.total_orders) == (2, 0)
    assert (taken.summary.delivery_success_rate, driven.summary.delivery_success_rate) == (
        1,
        Decimal("0.5"),
    )
    assert (driven.summary.deliveries_completed, driven.summary.deliveries_failed) == (1, 1)


async def test_a_hose_is_no_cylinder(dsn: str) -> None:
    body = past(1)
    hose = replace(body.lines[0], product_id="P900", quantity=3, weight_kg=0)
    (day,) = await summed(dsn, [replace(body, lines=(*body.lines, hose))])
    assert day.summary.total_cylinders == 2
    assert day.by_product["P900"].quantity == 3


async def test_a_customer_whom_nobody_knows_counts_as_residential(dsn: str) -> None:
    (day,) = await summed(dsn, [past(1, customer_id="C999999")])
    assert list(day.by_customer_type) == ["RESIDENTIAL"]


@dataclass(frozen=True)
class Drawn:
    customer: str
    zone: Zone
    status: OrderStatus
    taken: int
    due: int
    goods: list[tuple[str, int]]

    def order(self, serial: int) -> OrderBody:
        body = past(serial)
        lines = tuple(
            replace(body.lines[0], product_id=product, quantity=n, amount=Decimal(850 * n))
            for product, n in self.goods
        )
        goods = sum((line.amount for line in lines), Decimal(0))
        return replace(
            body,
            customer_id=self.customer,
            zone=self.zone,
            status=self.status,
            order_date=DAY + timedelta(days=self.taken),
            delivery_date=DAY + timedelta(days=self.due),
            lines=lines,
            goods=goods,
            tax=Decimal(int(goods) // 20),
        )


DRAWN = st.builds(
    Drawn,
    customer=st.sampled_from(["C000001", "C000123", "C000124", "C999999"]),
    zone=st.sampled_from(Zone),
    status=st.sampled_from([S.CONFIRMED, S.HELD, S.EN_ROUTE, S.COMPLETED, S.FAILED, S.CANCELLED]),
    taken=st.integers(0, 2),
    due=st.integers(0, 2),
    goods=st.lists(
        st.tuples(st.sampled_from(["P001", "P002"]), st.integers(1, 9)), min_size=1, max_size=3
    ),
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=st.lists(DRAWN, max_size=12))
def test_the_parts_of_a_day_add_up_to_its_totals(dsn: str, drawn: list[Drawn]) -> None:
    orders = [one.order(serial) for serial, one in enumerate(drawn, 1)]
    days = asyncio.run(summed(dsn, orders, DAY, DAY + timedelta(days=2)))
    for day in days:
        mine = [o for o in orders if o.order_date == day.report_date and o.status in STANDING]
        assert day.summary.total_orders == len(mine)
        assert day.summary.total_revenue == sum(o.goods + o.tax for o in mine)
        for parts in (day.by_zone, day.by_customer_type):
            assert sum(part.orders for part in parts.values()) == day.summary.total_orders
            assert sum(part.revenue for part in parts.values()) == day.summary.total_revenue
        sold = sum(part.revenue for part in day.by_product.values())
        assert sold + sum(o.tax for o in mine) == day.summary.total_revenue
        assert day.summary.total_cylinders == sum(x.quantity for o in mine for x in o.lines)
        assert 0 <= day.summary.delivery_success_rate <= 1


async def reported(client: httpx.AsyncClient, day: date) -> list[DailyOrders]:
    answered = await client.get(f"/internal/reports/daily-orders/{day}/history")
    return list(decode(DailyReports, answered.content).reports)


async def test_yesterday_is_reported_and_a_second_run_adds_nothing(
    app: FastAPI, supervisor: httpx.AsyncClient
) -> None:
    parts = app.state.parts
    yesterday = business_date(NOW) - timedelta(days=1)
    assert await aggregate(parts.pool, parts.lines, NOW) > 1
    assert await aggregate(parts.pool, parts.lines, NOW) == 1
    assert [report.report_date for report in await reported(supervisor, yesterday)] == [yesterday]


async def test_an_order_that_comes_in_late_corrects_its_day(
    app: FastAPI, supervisor: httpx.AsyncClient
) -> None:
    parts = app.state.parts
    day = (NOW - timedelta(days=10)).date()
    await aggregate(parts.pool, parts.lines, NOW)
    before = (await reported(supervisor, day))[:1]
    async with parts.pool.acquire() as connection, connection.transaction():
        late = past(7, order_date=day, delivery_date=day, order_id=str(OrderNumber(day, 9, 7)))
        await save_past_orders(connection, [late])
    assert await aggregate(parts.pool, parts.lines, NOW) == 2
    after = await reported(supervisor, day)
    known = before[0].summary.total_orders if before else 0
    assert after[0].summary.total_orders == known + 1
