"""A confirmation by text message, in the specification's own shape."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response

from app.domain.orders import PaymentMethod
from server.app import create_app
from server.neighbours.names import Neighbour
from server.place import Place
from tests.conftest import Databases
from tests.served import served_app
from tests.server.messages import Lanes, order
from tests.server.office import Office

KEY = "a key that nobody knows"
Sent = list[tuple[str, dict[str, str]]]


@pytest.fixture
async def gateway() -> AsyncIterator[tuple[str, Sent]]:
    """A gateway that keeps what it was sent; it insists on a bearer key."""
    sent: Sent = []
    app = FastAPI()

    @app.post("/send")
    async def send(request: Request) -> Response:
        sent.append((request.headers.get("authorization", ""), json.loads(await request.body())))
        return Response(b'{"id":"1"}', media_type="application/json")

    async with served_app(app) as address:
        yield address, sent


async def test_a_confirmed_order_is_confirmed_to_the_customer(
    databases: Databases, tmp_path: Path, gateway: tuple[str, Sent]
) -> None:
    address, sent = gateway
    folder = tmp_path / "office" / "secrets"
    folder.mkdir(parents=True, mode=0o700)
    (folder / "SMS_API_KEY").touch(mode=0o600)
    (folder / "SMS_API_KEY").write_text(KEY, encoding="utf-8")
    place = Place(databases.sample(), tmp_path / "office", urls={Neighbour.SMS: address})
    app = create_app(place)
    async with app.router.lifespan_context(app):
        office = Office(app.state.parts)
        body = order(contact_phone="0912-345-678", payment_method=PaymentMethod.COD)
        await office.accept(Lanes(), body)
        assert ("sms.confirm", "delivered") in await office.calls()
    ((authorization, message),) = sent
    assert authorization == f"Bearer {KEY}"
    assert message["to"] == "0912345678"
    assert message["message"].startswith(f"您的訂單 {body.order_id} 已確認。")


async def test_without_a_gateway_nothing_is_sent_and_nothing_waits(office: Office) -> None:
    await office.accept(Lanes(), order(contact_phone="0912-345-678"))
    assert ("sms.confirm", "withdrawn") in await office.calls()


async def test_a_telephone_at_home_gets_no_text(office: Office) -> None:
    await office.accept(Lanes(), order(contact_phone="02-2700-1234"))
    assert "sms.confirm" not in dict(await office.calls())
