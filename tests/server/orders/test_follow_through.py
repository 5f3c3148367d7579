"""What follows from an order reaches every neighbour, once, and is taken back when it must be."""

from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest
from msgspec.structs import replace

from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod
from app.wire.orders import OrderBody
from tests.server.messages import CUSTOMER, Lanes, cancellation, order
from tests.server.office import Office

TAX_ID = "04595257"


def sold(serial: int = 1) -> OrderBody:
    """The spec's order, on account, with a tax id that exists."""
    return order(
        serial,
        payment_method=PaymentMethod.MONTHLY,
        invoice_type=InvoiceType.TRIPLICATE,
        tax_id=TAX_ID,
    )


def delivery(status: str, minute: int = 0) -> dict[str, object]:
    at = datetime(2026, 1, 26, 13, minute, tzinfo=UTC).isoformat()
    return {"status": status, "driver_id": "DRV001", "timestamp": at, "notes": ""}


async def report(boss: httpx.AsyncClient, body: OrderBody, status: str) -> httpx.Response:
    path = f"/internal/orders/{body.order_id}/dispatch-status"
    return await boss.post(path, json=delivery(status))


async def refused(office: Office) -> list[str]:
    return [operation for operation, state in await office.calls() if state == "refused"]


async def balance(office: Office) -> int:
    """What Account Management still expects for all orders."""
    await office.settle()
    return int(
        await office.books.fetchval(
            "SELECT coalesce(sum(amount), 0) FROM receivables WHERE state = 'LIVING'"
        )
    )


async def test_a_confirmed_order_reaches_every_neighbour_and_none_refuses(office: Office) -> None:
    await office.accept(Lanes(), sold())
    assert dict(await office.calls()).keys() >= {
        "stock.reserve",
        "dispatch.submit",
        "invoice.generate",
        "receivable.create",
        "metric.ORDER_CREATED",
    }
    assert await refused(office) == []


async def test_both_receivables_are_the_payable(office: Office) -> None:
    body = sold()
    await office.accept(Lanes(), body)
    assert await balance(office) == body.payable == Decimal(1835)


async def test_a_completed_order_uses_its_credit_and_its_stock(
    office: Office, supervisor: httpx.AsyncClient
) -> None:
    available, reserved = await office.stock()
    body = sold()
    await office.accept(Lanes(), body)
    assert (await report(supervisor, body, "COMPLETED")).status_code == 200
    pieces = sum(line.quantity for line in body.lines)
    assert await office.stock() == (available - pieces, reserved)
    account = await office.books.fetchrow(
        "SELECT operation, amount FROM credit_entries WHERE order_id = $1 AND operation = 'USE'",
        body.order_id,
    )
    assert account["amount"] == body.payable
    assert await refused(office) == []


@pytest.mark.parametrize("ending", ["FAILED", "CANCELLED"])
async def test_an_order_that_is_not_delivered_leaves_nothing_behind(
    office: Office, supervisor: httpx.AsyncClient, ending: str
) -> None:
    before, stock_before = await office.used(), await office.stock()
    lanes, body = Lanes(), sold()
    await office.accept(lanes, body)
    await office.settle()
    if ending == "FAILED":
        await report(supervisor, body, "ASSIGNED")
        await report(supervisor, body, "FAILED")
    else:
        await office.accept(lanes, cancellation(body))
    assert (await office.used(), await office.stock()) == (before, stock_before)
    assert await balance(office) == 0
    assert await refused(office) == []
    status = "SELECT status FROM orders WHERE order_uid = $1"
    assert await office.pool.fetchval(status, body.order_uid) == ending


async def test_a_changed_order_is_due_in_its_new_amount_only(office: Office) -> None:
    before = await office.used()
    lanes, body = Lanes(), sold()
    await office.accept(lanes, body)
    line = replace(body.lines[0], quantity=1, amount=Decimal(850))
    smaller = replace(
        body,
        revision=2,
        lines=(line,),
        goods=Decimal(850),
        tax=Decimal(43),
        invoice_sales=Decimal(850),
        invoice_tax=Decimal(43),
        payable=Decimal(943),
    )
    await office.accept(lanes, smaller)
    assert await balance(office) == 943
    assert await office.used() == before + 943
    assert await refused(office) == []


async def test_an_order_that_failed_is_delivered_another_day(
    office: Office, supervisor: httpx.AsyncClient
) -> None:
    before = await office.used()
    lanes, body = Lanes(), sold()
    await office.accept(lanes, body)
    await report(supervisor, body, "ASSIGNED")
    await report(supervisor, body, "FAILED")
    again = await office.accept(lanes, replace(body, revision=2))
    assert again.order_status is OrderStatus.CONFIRMED
    assert await office.used() == before + int(body.payable)
    assert await balance(office) == body.payable


async def test_reports_that_come_twice_or_late_change_nothing(
    office: Office, supervisor: httpx.AsyncClient
) -> None:
    body = sold()
    await office.accept(Lanes(), body)
    for status in ("EN_ROUTE", "ASSIGNED", "COMPLETED", "COMPLETED", "EN_ROUTE"):
        assert (await report(supervisor, body, status)).status_code == 200
    seen = await supervisor.get(f"/internal/orders/{body.order_id}")
    assert seen.json()["order"]["status"] == "COMPLETED"
    assert seen.json()["delivery"]["status"] == "COMPLETED"
    used = "SELECT count(*) FROM credit_entries WHERE order_id = $1 AND operation = 'USE'"
    await office.settle()
    assert await office.books.fetchval(used, body.order_id) == 1


async def test_a_held_order_is_not_to_be_delivered(
    office: Office, supervisor: httpx.AsyncClient
) -> None:
    await office.books.execute(
        "UPDATE credit_accounts SET on_hold = true WHERE customer_id = $1", CUSTOMER
    )
    body = sold()
    await office.accept(Lanes(), body)
    assert await office.calls() == []
    response = await report(supervisor, body, "ASSIGNED")
    assert (response.status_code, response.json()["code"]) == (409, "ORDER_HELD")


async def test_an_unknown_order_is_reported_in_vain(supervisor: httpx.AsyncClient) -> None:
    response = await report(supervisor, sold(99), "ASSIGNED")
    assert (response.status_code, response.json()["code"]) == (404, "UNKNOWN_ORDER")
