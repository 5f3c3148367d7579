"""Every event name of the spec, and every added one, as a register reads it from its socket."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import asyncpg
import pytest
from websockets.asyncio.client import ClientConnection

from app.wire.codec import Message, decode
from app.wire.dispatch import DriverLocationUpdated, TrackedLocation
from app.wire.events import Envelope, EventName, Notice, event_data
from app.wire.registers import Entity
from server.database.shop import open_pool, snapshot_of
from server.feed.changes import page
from server.feed.hub import Hub
from tests.conftest import RunningServer
from tests.server.feed.sockets import subscribed, transaction

NEWEST = 2
ONE = "(SELECT order_uid FROM orders WHERE customer_id = 'C000123' ORDER BY order_uid LIMIT 1)"
REPORTED = f"SELECT order_uid, order_id, {{}} FROM orders WHERE order_uid = {ONE}"
DELIVERY = "INSERT INTO order_deliveries (order_uid, order_id, status, driver_id, reported_at) "
DELIVERY += REPORTED.format("'ASSIGNED', 'DRV001', now()")
PAYMENT = "INSERT INTO order_payments (order_uid, order_id, customer_id, payment_status) "
PAYMENT += REPORTED.format("customer_id, 'UNPAID'")
INVOICE = """INSERT INTO order_invoices (order_uid, order_id, invoice_id, invoice_number,
                                         invoice_date, submission_status) """
INVOICE += REPORTED.format("'IV-1', 'AB12345678', DATE '2026-07-01', 'PENDING'")
# One statement after the other, and what each says.
STORY: Sequence[tuple[str, EventName, dict[str, object]]] = (
    (
        "UPDATE credit_accounts SET credit_limit = 50000, reserved = 100, used = 20 "
        "WHERE customer_id = 'C000123'",
        EventName.CREDIT_CHANGED,
        {"new_credit": Decimal(49_880), "credit_used": Decimal(120), "on_hold": False},
    ),
    (
        "UPDATE credit_accounts SET on_hold = true, hold_reason = 'OVERDUE_PAYMENT' "
        "WHERE customer_id = 'C000123'",
        EventName.CREDIT_HOLD_CHANGED,
        {"hold_status": "ACTIVE", "hold_reason": "OVERDUE_PAYMENT"},
    ),
    (
        "UPDATE products SET available = 21, low_stock_at = 20 WHERE product_id = 'P001'",
        EventName.STOCK_CHANGED,
        {"available_quantity": 21},
    ),
    (
        "UPDATE products SET available = 20, reserved = reserved + 1 WHERE product_id = 'P001'",
        EventName.STOCK_LOW,
        {"available_quantity": 20},
    ),
    (
        "UPDATE products SET available = 19 WHERE product_id = 'P001'",
        EventName.STOCK_CHANGED,
        {"available_quantity": 19},
    ),
    (
        "INSERT INTO product_prices VALUES ('P001', '2999-01-01', 88050)",
        EventName.PRICE_UPDATED,
        {"standard_price": Decimal("880.50"), "product_id": "P001"},
    ),
    (
        f"UPDATE orders SET status = 'DISPATCHED' WHERE order_uid = {ONE}",
        EventName.ORDER_STATUS_CHANGED,
        {"new_status": "DISPATCHED"},
    ),
    (DELIVERY, EventName.DELIVERY_STATUS_CHANGED, {"old_status": None, "new_status": "ASSIGNED"}),
    (
        "UPDATE order_deliveries SET status = 'ARRIVED'",
        EventName.DELIVERY_STATUS_CHANGED,
        {"old_status": "ASSIGNED", "new_status": "ARRIVED", "driver_id": "DRV001"},
    ),
    (PAYMENT, EventName.PAYMENT_RECEIVED, {"payment_status": "UNPAID", "payment_method": None}),
    (
        "UPDATE order_payments SET payment_status = 'PAID', paid_amount = 1785, "
        "payment_method = 'CASH', receipt_number = 'RCP-1'",
        EventName.PAYMENT_RECEIVED,
        {"paid_amount": Decimal(1785), "receipt_number": "RCP-1", "customer_id": "C000123"},
    ),
    (
        INVOICE,
        EventName.INVOICE_GENERATED,
        {"invoice_number": "AB12345678", "submission_status": "PENDING"},
    ),
    ("DELETE FROM order_invoices", EventName.ORDER_CHANGED, {"entity": Entity.INVOICE}),
    (
        f"UPDATE orders SET status = 'HELD', hold_reason = 'CREDIT' WHERE order_uid = {ONE}",
        EventName.ORDER_HELD,
        {"reason": "CREDIT"},
    ),
    ("UPDATE parameters SET body = body", EventName.CATALOG_INVALIDATED, {}),
    (
        "UPDATE customers SET note = 'x' WHERE customer_id = 'C000123'",
        EventName.CUSTOMER_CHANGED,
        {"customer_id": "C000123"},
    ),
    ("DELETE FROM products WHERE product_id = 'P001'", EventName.CATALOG_INVALIDATED, {}),
)


@pytest.fixture
async def database(running_server: RunningServer) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(running_server.dsn)
    yield connection
    await connection.close()


async def told(connection: ClientConnection) -> Sequence[tuple[EventName, Message]]:
    events = await transaction(connection)
    return [(event.event, event_data(event.event, event.data)) for event in events]


async def test_every_change_has_its_event_and_its_event_the_specs_body(
    running_server: RunningServer, database: asyncpg.Connection
) -> None:
    async with subscribed(running_server.base_url, database, schema=NEWEST) as (socket, _):
        for statement, name, body in STORY:
            await database.execute(statement)
            ((found, data),) = await told(socket)
            assert found is name, statement
            assert {field: getattr(data, field) for field in body} == body
    missing = set(EventName) - {name for _, name, _ in STORY}
    assert missing == {EventName.DRIVER_LOCATION_UPDATED, EventName.UNKNOWN}


async def test_stock_that_crosses_its_mark_within_a_transaction_is_low_once(
    running_server: RunningServer, database: asyncpg.Connection
) -> None:
    async with subscribed(running_server.base_url, database, schema=NEWEST) as (socket, _):
        for first, second, name in (
            (30, 25, EventName.STOCK_CHANGED),
            (24, 5, EventName.STOCK_LOW),  # the second change crosses
            (4, 30, EventName.STOCK_CHANGED),  # and it is enough again
            (5, 40, EventName.STOCK_CHANGED),  # low only in between
        ):
            async with database.transaction():
                for available in (first, second):
                    await database.execute(
                        "UPDATE products SET available = $1, low_stock_at = 20 "
                        "WHERE product_id = 'P001'",
                        available,
                    )
            ((found, data),) = await told(socket)
            assert (found, getattr(data, "available_quantity", None)) == (name, second)


async def test_the_drivers_place_comes_from_any_process_without_a_place_in_the_feed(
    running_server: RunningServer, database: asyncpg.Connection
) -> None:
    data = DriverLocationUpdated(
        driver_id="DRV001",
        order_id="O-20240125-000123",
        location=TrackedLocation(
            latitude=Decimal("25.0330"),
            longitude=Decimal("121.5654"),
            accuracy=Decimal(10),
            speed_kmh=Decimal(35),
            heading=Decimal(145),
        ),
        timestamp=datetime(2024, 1, 26, 14, 25, tzinfo=UTC),
    )
    pool = await open_pool(running_server.dsn)
    elsewhere = Hub(pool)
    await elsewhere.start()
    working = asyncio.create_task(elsewhere.run())
    async with subscribed(running_server.base_url, database) as (socket, _):
        elsewhere.announce(EventName.DRIVER_LOCATION_UPDATED, data)
        notice = decode(Notice, await socket.recv())
        assert (notice.event, event_data(notice.event, notice.data)) == (
            EventName.DRIVER_LOCATION_UPDATED,
            data,
        )
        assert notice.eph
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await pool.close()


async def test_a_register_of_the_version_before_keeps_its_count_and_nothing_else(
    running_server: RunningServer, database: asyncpg.Connection
) -> None:
    async with subscribed(running_server.base_url, database, schema=1) as (socket, welcome):
        async with database.transaction():
            await database.execute("UPDATE customers SET note = 'x' WHERE customer_id = 'C000123'")
            await database.execute(DELIVERY)
        frames = [decode(Envelope, await socket.recv()) for _ in range(2)]
    assert [frame.pos - welcome.head for frame in frames] == [1, 2]
    assert [frame.tx_last for frame in frames] == [False, True]
    nothing = frames[1].change
    assert (nothing.e, nothing.op, nothing.v, nothing.d) == (Entity.PARAMETERS, "D", 0, None)
    pool = await open_pool(running_server.dsn)
    async with snapshot_of(pool) as connection:
        older = await page(connection, welcome.epoch, welcome.head, 100, schema=1)
        newer = await page(connection, welcome.epoch, welcome.head, 100)
    await pool.close()
    assert [row.e for row in older.rows] == [Entity.CUSTOMER]
    assert [row.e for row in newer.rows] == [Entity.CUSTOMER, Entity.DELIVERY]
    assert (older.to, older.complete) == (newer.to, True)
