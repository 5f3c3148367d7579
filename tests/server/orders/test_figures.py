"""What orders tell Reports as it happens, against the summary of the same orders."""

from datetime import UTC, datetime
from decimal import Decimal

import httpx
from msgspec.structs import replace

from app.domain.hours import business_date
from app.domain.orders import OrderStatus
from app.wire.codec import decode
from app.wire.orders import OrderBody
from app.wire.reports import DailyOrders, LiveFigures
from server.orders.daily_summary import compute
from server.reference.customers import statistics_bodies
from tests.server.messages import CUSTOMER, NOW, Lanes, cancellation, order
from tests.server.office import Office

TODAY = business_date(NOW)


def bigger(body: OrderBody, quantity: int) -> OrderBody:
    """The next revision, with so many cylinders."""
    goods = Decimal(850 * quantity)
    tax = Decimal(int(goods) // 20)
    line = replace(body.lines[0], quantity=quantity, empties=quantity, amount=goods)
    return replace(
        body,
        revision=body.revision + 1,
        lines=(line,),
        goods=goods,
        tax=tax,
        payable=goods + tax + body.delivery_fee,
        invoice_sales=goods,
        invoice_tax=tax,
    )


async def report(boss: httpx.AsyncClient, body: OrderBody, status: str) -> None:
    known = {"status": status, "driver_id": "DRV001", "notes": ""}
    path = f"/internal/orders/{body.order_id}/dispatch-status"
    answered = await boss.post(path, json=known | {"timestamp": datetime.now(UTC).isoformat()})
    assert answered.status_code == 200, answered.text


async def figures(office: Office, boss: httpx.AsyncClient) -> tuple[LiveFigures, DailyOrders]:
    await office.settle()
    live = decode(LiveFigures, (await boss.get("/internal/reports/live")).content)
    (summary,) = await compute(office.pool, TODAY, TODAY, datetime.now(UTC))
    return live, summary


async def test_live_figures_and_the_summary_of_the_day_agree_whatever_happens(
    office: Office, supervisor: httpx.AsyncClient
) -> None:
    lanes = Lanes()
    bodies = [order(serial) for serial in range(1, 7)]
    for body in bodies:
        await office.accept(lanes, body)
    done, failed, gone, changed, again, _waiting = bodies
    await report(supervisor, done, "COMPLETED")
    await report(supervisor, failed, "ASSIGNED")
    await report(supervisor, failed, "FAILED")
    await office.accept(lanes, cancellation(gone))
    await office.accept(lanes, bigger(changed, 5))
    await report(supervisor, again, "ASSIGNED")
    await report(supervisor, again, "FAILED")
    await office.accept(lanes, bigger(again, 1))
    live, summary = await figures(office, supervisor)
    totals, told = live.totals, summary.summary
    assert (totals.orders, totals.revenue) == (told.total_orders, told.total_revenue)
    assert totals.cylinders == told.total_cylinders == 2 + 2 + 5 + 1 + 2
    assert (totals.cancelled, told.cancelled_orders) == (1, 1)
    assert (totals.completed, totals.failed) == (1, 2)
    for zone, part in summary.by_zone.items():
        assert live.by_zone[zone].revenue == part.revenue
    for kind, part in summary.by_customer_type.items():
        assert live.by_customer_type[kind].orders == part.orders


async def test_a_held_order_is_in_neither(office: Office, supervisor: httpx.AsyncClient) -> None:
    await office.accept(Lanes(), order(1, customer_id="C999999"))
    live, summary = await figures(office, supervisor)
    assert (live.totals.orders, summary.summary.total_orders) == (0, 0)


async def test_the_customer_has_new_sums_once_an_order_is_done(
    office: Office, supervisor: httpx.AsyncClient
) -> None:
    body = order(1)
    async with office.pool.acquire() as connection:
        _, before = (await statistics_bodies(connection, [CUSTOMER]))[CUSTOMER]
    await office.accept(Lanes(), body)
    await report(supervisor, body, "COMPLETED")
    await office.settle()
    async with office.pool.acquire() as connection:
        _, after = (await statistics_bodies(connection, [CUSTOMER]))[CUSTOMER]
        status = await connection.fetchval(
            "SELECT status FROM orders WHERE order_uid = $1", body.order_uid
        )
    assert status == OrderStatus.COMPLETED
    assert after.total_orders_count == before.total_orders_count + 1
    assert after.last_order_date == TODAY
