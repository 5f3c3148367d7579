"""The whole way: a register's order is planned, delivered by a driver, and completed."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod
from app.wire.orders import OrderBody
from tests.server.messages import Lanes, cancellation, order
from tests.server.office import Office

pytestmark = pytest.mark.asyncio(loop_scope="module")
ORDERS = "/internal/dispatch/orders"


@pytest.fixture
def office(app: FastAPI) -> Office:
    """The office of this module."""
    return Office(app.state.parts)


async def waiting(client: httpx.AsyncClient, body: OrderBody) -> Any:
    """How the order stands in dispatch."""
    listing = await client.get(ORDERS, params={"date": body.delivery_date.isoformat()})
    known = {one["order"]["order_id"]: one for one in listing.json()["orders"]}
    return known[body.order_id]


async def status(client: httpx.AsyncClient, body: OrderBody) -> Any:
    answer = (await client.get(f"/internal/orders/{body.order_id}")).json()
    return answer["order"]["status"]


async def test_an_order_goes_from_the_register_to_the_door(
    dispatcher: httpx.AsyncClient, office: Office
) -> None:
    body = order(1, payment_method=PaymentMethod.COD, invoice_type=InvoiceType.DUPLICATE, tax_id="")
    await office.accept(Lanes(), body)
    await office.settle()
    known = await waiting(dispatcher, body)
    assert (known["state"], known["order"]["cash_due"]) == ("WAITING", int(body.payable))
    driver = (await dispatcher.get("/internal/dispatch/drivers")).json()["drivers"][0]
    everyday = {"weekdays": [1, 2, 3, 4, 5, 6, 7]}
    await dispatcher.put("/internal/dispatch/drivers", json={"drivers": [driver | everyday]})
    made = await dispatcher.post(
        f"/internal/dispatch/routes/{body.delivery_date}/plan", params={"seconds": 0.2}
    )
    assert made.json()["unassigned"] == []
    await office.settle()
    assert await status(dispatcher, body) == OrderStatus.DISPATCHED
    carrier = (await waiting(dispatcher, body))["stop"]["driver_id"]
    said = {"driver_id": carrier, "timestamp": datetime.now(UTC).isoformat()}
    for stage in ("EN_ROUTE", "ARRIVED", "COMPLETED"):
        cash = {"cash_collected": int(body.payable)} if stage == "COMPLETED" else {}
        answer = await dispatcher.post(
            f"{ORDERS}/{body.order_id}/status", json=said | cash | {"status": stage}
        )
        assert answer.json()["applied"]
        await office.settle()
        assert await status(dispatcher, body) == stage
    paid = (await dispatcher.get(f"/internal/orders/{body.order_id}")).json()["payment"]
    assert (paid["payment_status"], paid["paid_amount"]) == ("PAID", int(body.payable))
    assert [state for _, state in await office.calls() if state == "refused"] == []


async def test_a_cancelled_order_leaves_its_tour(
    dispatcher: httpx.AsyncClient, office: Office
) -> None:
    lanes, body = Lanes(), order(2)
    await office.accept(lanes, body)
    await office.settle()
    assert (await waiting(dispatcher, body))["state"] == "WAITING"
    await office.accept(lanes, cancellation(body))
    await office.settle()
    assert (await waiting(dispatcher, body))["state"] == "CANCELLED"
