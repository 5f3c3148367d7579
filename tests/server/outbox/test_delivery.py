"""What is owed is delivered: in order, once in effect, until there is a definite answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal

import asyncpg
import pytest

from app.wire.customers import CreditUpdate
from app.wire.enums import CreditOperation
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed, owe, withdraw
from server.outbox.watchdog import requeue_forgotten
from tests.conftest import RunningServer
from tests.server.messages import CUSTOMER

LANE = "O-20240125-010001/customer_management"


def credit(operation: CreditOperation, amount: int) -> Owed:
    update = CreditUpdate(
        operation=operation,
        amount=Decimal(amount),
        order_id="O-20240125-010001",
        timestamp=datetime(2024, 1, 25, 6, 30, tzinfo=UTC),
    )
    path = f"/internal/customers/{CUSTOMER}/credit"
    return Owed(
        Neighbour.CUSTOMERS, "POST", path, update, LANE, update.order_id, f"credit.{operation}"
    )


@pytest.fixture
async def database(running_server: RunningServer) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(running_server.dsn)
    yield connection
    await connection.close()


async def states(connection: asyncpg.Connection) -> list[str]:
    """The states of all calls, once none is owed any more."""
    async with asyncio.timeout(10):
        owed = "SELECT 1 FROM outbox WHERE state = 'owed' LIMIT 1"
        while await connection.fetchval(owed):  # noqa: ASYNC110 - the database does not tell
            await asyncio.sleep(0.01)
    return [row["state"] for row in await connection.fetch("SELECT state FROM outbox ORDER BY n")]


async def reserved(connection: asyncpg.Connection) -> int:
    return int(
        await connection.fetchval(
            "SELECT reserved FROM credit_accounts WHERE customer_id = $1", CUSTOMER
        )
    )


async def test_owed_calls_of_a_lane_arrive_in_order(database: asyncpg.Connection) -> None:
    before = await reserved(database)
    async with database.transaction():
        await owe(
            database,
            [credit(CreditOperation.RESERVE, 300), credit(CreditOperation.RELEASE, 100)],
        )
    assert await states(database) == ["delivered", "delivered"]
    assert await reserved(database) == before + 200


async def test_nothing_is_owed_when_the_transaction_fails(database: asyncpg.Connection) -> None:
    under_way = database.transaction()
    await under_way.start()
    await owe(database, [credit(CreditOperation.RESERVE, 300)])
    await under_way.rollback()
    assert await states(database) == []


async def test_a_refused_call_is_kept_with_its_reason_and_the_lane_goes_on(
    database: asyncpg.Connection,
) -> None:
    async with database.transaction():
        await owe(
            database,
            [credit(CreditOperation.RELEASE, 100), credit(CreditOperation.RESERVE, 300)],
        )
    assert await states(database) == ["refused", "delivered"]
    assert "NOT_RESERVED" in await database.fetchval(
        "SELECT last_error FROM outbox WHERE state = 'refused'"
    )


async def test_a_call_is_taken_back_while_nobody_has_delivered_it(
    database: asyncpg.Connection,
) -> None:
    async with database.transaction():
        await owe(database, [credit(CreditOperation.RESERVE, 300)])
        assert await withdraw(database, "O-20240125-010001", "credit.RESERVE") == 1
    assert await states(database) == ["withdrawn"]


async def test_a_lane_whose_job_was_lost_is_queued_again(database: asyncpg.Connection) -> None:
    async with database.transaction():
        await owe(database, [credit(CreditOperation.RESERVE, 300)])
        await database.execute("DELETE FROM pgqueuer")
    assert await requeue_forgotten(database, 3600) == 0
    assert await requeue_forgotten(database, 0) == 1
    assert await states(database) == ["delivered"]
