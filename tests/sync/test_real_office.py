"""The engine against the real server: PostgreSQL, HTTP and WebSocket as they are."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select, update

from app.domain.credit import CreditOutcome, CreditSource
from app.domain.customers import Customer
from app.domain.numbers import OrderNumber, new_uid
from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, Priority, TimeSlot
from app.transport.clocks import Clock
from app.transport.errors import WrongPassword
from app.transport.signing import Signer, register_key_id
from app.wire.codec import encode
from app.wire.orders import CreditEvidence, OrderBody, OrderLineBody
from app.wire.reference import feed_cursor
from app.wire.registers import OutboxKind, RegisterEnrolment
from local_db import outbox
from local_db.database import Database
from local_db.device_key import device_key
from local_db.identity import ensure_identity
from local_db.outbox import OutboxEntry
from local_db.reference import find_customer, find_order
from local_db.reference_tables import customers
from local_db.tables import RegisterRow
from sync.engine import SyncEngine
from sync.state import Link, SyncState
from sync.transport.stack import OfficeStack, build_stack
from tests.conftest import RunningServer
from tests.sync.conftest import KEY, states, until


def signer_of(register: Database) -> Signer:
    return Signer(register_key_id(ensure_identity(register)), device_key(KEY))


@pytest.fixture
async def real_line(
    running_server: RunningServer, register: Database, brisk: Clock
) -> AsyncIterator[OfficeStack]:
    stack = build_stack(running_server.base_url, clock=brisk, signer=signer_of(register))
    yield stack
    await stack.client.aclose()


@pytest.fixture
async def engine(real_line: OfficeStack, register: Database, brisk: Clock) -> SyncEngine:
    """Signed in and enrolled with the real office."""
    engine = SyncEngine(register, real_line, SyncState(), brisk)
    await engine.office.sign_in("demo", "demo")
    with register.read() as session:
        device_id = session.get_one(RegisterRow, 1).device_id
    public_key = signer_of(register).public_key
    lease = await engine.office.enrol(
        RegisterEnrolment(device_id=device_id, name="front", public_key=public_key)
    )
    with register.write() as session:
        row = session.get_one(RegisterRow, 1)
        row.register, row.install_epoch = lease.register, lease.install_epoch
    return engine


LINE = OrderLineBody(
    product_id="P001",
    description="20kg",
    quantity=1,
    unit_price=Decimal(1),
    amount=Decimal(1),
    empties=1,
    deposits=0,
    deposit_amount=Decimal(0),
    residual_kg=Decimal(0),
    residual_credit=Decimal(0),
    weight_kg=20,
)


def order(customer: Customer, serial: int) -> OrderBody:
    """An order whose prices are not the office's, so that the office says so."""
    number = OrderNumber(date(2026, 7, 1), 1, serial)
    address = customer.addresses[0]
    zero = Decimal(0)
    return OrderBody(
        order_uid=new_uid(),
        order_id=str(number),
        revision=1,
        status=OrderStatus.CONFIRMED,
        customer_id=customer.customer_id,
        customer_name=customer.name,
        contact_phone="",
        address_id=address.address_id,
        delivery_address=address.full_address,
        zone=address.zone,
        order_date=date(2026, 7, 1),
        delivery_date=date(2026, 7, 2),
        time_slot=TimeSlot.AFTERNOON,
        priority=Priority.NORMAL,
        payment_method=PaymentMethod.COD,
        invoice_type=InvoiceType.DUPLICATE,
        tax_id="",
        note="",
        lines=(LINE,),
        goods=Decimal(1),
        tax=zero,
        delivery_fee=zero,
        deposits=zero,
        residual_credit=zero,
        payable=Decimal(1),
        invoice_sales=Decimal(1),
        invoice_tax=zero,
        price_version="test",
        credit=CreditEvidence(outcome=CreditOutcome.APPROVED, source=CreditSource.NOT_NEEDED),
        clerk="demo",
        taken_at=datetime(2026, 7, 1, 2, tzinfo=UTC),
    )


def queue(register: Database, body: OrderBody) -> UUID:
    with register.write() as session:
        entry = OutboxEntry(
            msg_id=body.order_uid,
            lane=body.customer_id,
            kind=OutboxKind.ORDER_PLACED,
            order_uid=body.order_uid,
            body=encode(body),
            created_at=datetime.now(UTC),
        )
        outbox.enqueue(session, entry)
    return body.order_uid


def some_customers(register: Database, count: int) -> list[Customer]:
    with register.read() as session:
        ids = session.scalars(select(customers.c.customer_id).limit(count)).all()
        found = [find_customer(session, customer_id) for customer_id in ids]
    return [customer for customer in found if customer is not None]


async def orders_at(server: RunningServer) -> list[str]:
    connection = await asyncpg.connect(server.dsn)
    try:
        rows = await connection.fetch("SELECT order_id FROM orders ORDER BY order_id")
        return [row["order_id"] for row in rows]
    finally:
        await connection.close()


async def test_a_wrong_password_is_said_as_such(real_line: OfficeStack, register: Database) -> None:
    engine = SyncEngine(register, real_line, SyncState())
    with pytest.raises(WrongPassword):
        await engine.office.sign_in("demo", "wrong")


async def test_orders_taken_without_a_cable_arrive_once_and_come_back_in_the_feed(
    running_server: RunningServer,
    real_line: OfficeStack,
    engine: SyncEngine,
    register: Database,
) -> None:
    before = await orders_at(running_server)
    state = engine._state
    running = asyncio.ensure_future(engine.run())
    await until(lambda: register.has_reference and state.has_socket)
    taken: list[OrderBody] = []
    real_line.cable.pull()
    await until(lambda: state.link is Link.OFFLINE, seconds=1)
    for serial, customer in enumerate(some_customers(register, 10) * 2, 1):
        taken.append(order(customer, serial))
        queue(register, taken[-1])
    real_line.cable.plug_in()
    await until(lambda: set(states(register)) == {"CONFIRMED"}, seconds=30)
    assert sorted(await orders_at(running_server)) == sorted(
        [*before, *(body.order_id for body in taken)]
    )
    with register.read() as session:
        assert all(find_order(session, body.order_uid) for body in taken)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_the_same_message_twice_is_one_order(
    running_server: RunningServer, engine: SyncEngine, register: Database
) -> None:
    before = await orders_at(running_server)
    await engine.feed.pull()
    queue(register, order(some_customers(register, 1)[0], 1))
    with register.read() as session:
        (parcel,) = outbox.ready(session, datetime.now(UTC))
    answers = [await engine.office.upload(parcel.message, parcel.msg_id) for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(await orders_at(running_server)) == len(before) + 1


async def test_another_history_of_the_office_bootstraps_again(
    engine: SyncEngine, register: Database
) -> None:
    await engine.feed.pull()
    cursor = engine.feed.cursor()
    assert cursor is not None
    with register.write_reference() as session:
        session.execute(update(feed_cursor).values(epoch=cursor.epoch + 5))
    await engine.feed.pull()
    again = engine.feed.cursor()
    assert again is not None
    assert again.epoch == cursor.epoch
