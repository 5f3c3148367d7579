"""Order Sales' copy of what another server of this program keeps, by its feed."""

import asyncio
from argparse import ArgumentParser
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from app.domain.hours import business_date
from app.transport.clocks import utc_now
from app.transport.signing import SigningTransport
from app.wire.registers import Role
from server.importing.command import add_arguments, import_file
from server.mirror.standing import open_mirrors
from server.refusals import Conflict
from server.security.users import User
from tests.conftest import Databases
from tests.server.messages import CUSTOMER
from tests.server.two_servers import TwoServers, pool_of, two_servers

pytestmark = pytest.mark.asyncio(loop_scope="module")
COPIED = {
    "customers": "customer_id, name, nickname, status, payment_terms, tax_id, email, note",
    "customer_phones": "customer_id, position, digits, label, extension",
    "customer_addresses": "customer_id, address_id, full_address, zone, is_default, note",
    "customer_special_prices": "customer_id, position, product_id, price_cents, valid_until",
    "customer_statistics": "customer_id, last_order_date, total_orders_count, total_order_value",
    "credit_accounts": "customer_id, credit_limit, reserved + used AS used, on_hold, hold_reason, "
    "overdue_amount, days_overdue, affected_orders",
    "products": "product_id, name, size, available, reserved, active, deposit_amount",
    "pricing_rules": "body",
    "parameters": "body",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TwoServers]:
    """Sales begins with an empty database, the books with the sample shop; shared by all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.feed.snapshots.builder", lambda: ThreadPoolExecutor(1))
        folder = tmp_path_factory.mktemp("offices")
        async with two_servers(databases.empty(), databases.sample(), folder) as both:
            yield both


@pytest_asyncio.fixture(loop_scope="module")
async def undone(servers: TwoServers) -> AsyncIterator[asyncpg.Connection]:
    """A transaction in Order Sales' database that leaves nothing behind."""
    async with pool_of(servers.sales).acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        yield connection
        await transaction.rollback()


def boss(app: Any) -> httpx.AsyncClient:
    """A supervisor at one of the servers."""
    parts = app.state.parts
    inside = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(
        transport=SigningTransport(inside, lambda: parts.directory.now.own.signer),
        base_url="http://office",
    )
    token = parts.tokens.issue(User("boss", "boss", Role.SUPERVISOR))
    client.headers["Authorization"] = f"Bearer {token}"
    return client


async def assert_the_copy_is_true(servers: TwoServers) -> None:
    await servers.settle()
    for table, columns in COPIED.items():
        query = (
            f"SELECT {columns} FROM {table} ORDER BY 1, 2"
            if "," in columns
            else (f"SELECT {columns} FROM {table}")
        )
        assert await pool_of(servers.sales).fetch(query) == await pool_of(servers.books).fetch(
            query
        ), table


async def test_an_empty_server_fills_itself_and_follows(servers: TwoServers) -> None:
    await assert_the_copy_is_true(servers)
    async with boss(servers.books) as books:
        path = f"/internal/customers/{CUSTOMER}"
        body = (await books.get(path)).json()
        await books.put(path, json=body | {"nickname": "老王", "credit_limit": 77000})
        fresh = body | {"customer_id": "C777777", "customer_name": "新客戶"}
        await books.put("/internal/customers/C777777", json=fresh)
        entry = {
            "operation": "RESERVE",
            "amount": 1835,
            "order_id": "O-20240125-000123",
            "timestamp": "2024-01-25T14:30:00Z",
        }
        await books.post(f"{path}/credit", json=entry)
        hold = {
            "hold_status": "ACTIVE",
            "hold_reason": "OVERDUE_PAYMENT",
            "overdue_amount": 5600,
            "days_overdue": 45,
            "affected_orders": ["O-1"],
        }
        await books.post(f"{path}/credit-hold", json=hold)
        day = (business_date(datetime.now(UTC)) + timedelta(days=9)).isoformat()
        price = {"standard_price": 999.5, "effective_from": day}
        await books.put("/internal/products/P001/price", json=price)
        product = (await books.get("/internal/products/P002")).json()
        await books.put("/internal/products/P002", json=product | {"standard_price": 1.5})
        rules = (await books.get("/internal/pricing/rules")).json()
        await books.put("/internal/pricing/rules", json=rules | {"volume_discounts": []})
    await assert_the_copy_is_true(servers)
    async with boss(servers.sales) as sales, boss(servers.books) as books:
        ours, theirs = [
            (await client.get("/internal/products")).json() for client in (sales, books)
        ]
    assert ours == theirs


async def test_registers_of_sales_hear_of_what_changed_in_the_books(servers: TwoServers) -> None:
    before = await pool_of(servers.sales).fetchval("SELECT pos FROM feed_head")
    async with boss(servers.books) as books:
        movement = {
            "operation": "RECEIPT",
            "quantity": 7,
            "reference_number": "GR-1",
            "timestamp": "2024-01-25T14:30:00Z",
        }
        await books.post("/internal/products/P001/stock", json=movement)
    await servers.settle()
    rows = await pool_of(servers.sales).fetch(
        "SELECT entity, row_id, cause FROM feed WHERE pos > $1", before
    )
    assert ("product", "P001", "stock") in [tuple(row) for row in rows]


async def test_the_copy_refuses_to_be_written(servers: TwoServers) -> None:
    async with boss(servers.sales) as sales:
        customer = (await sales.get(f"/internal/customers/{CUSTOMER}")).json()
        refused = [
            await sales.put(f"/internal/customers/{CUSTOMER}", json=customer),
            await sales.post(
                f"/internal/customers/{CUSTOMER}/credit",
                json={
                    "operation": "RESERVE",
                    "amount": 1,
                    "order_id": "O-1",
                    "timestamp": "2024-01-25T14:30:00Z",
                },
            ),
            await sales.put(
                "/internal/parameters", json=(await sales.get("/internal/parameters")).json()
            ),
            await sales.post(
                "/internal/products/P001/stock",
                json={
                    "operation": "COUNT",
                    "quantity": 1,
                    "reference_number": "ST-1",
                    "timestamp": "2024-01-25T14:30:00Z",
                },
            ),
        ]
    for response in refused:
        assert (response.status_code, response.json()["code"]) == (409, "KEPT_ELSEWHERE")
    await assert_the_copy_is_true(servers)


async def test_an_import_into_the_copy_is_refused(servers: TwoServers, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("編號,姓名\nA1,王\n", encoding="utf-8")
    arguments = add_arguments(ArgumentParser()).parse_args(["customers", str(path)])
    async with pool_of(servers.sales).acquire() as connection:
        with pytest.raises(Conflict, match="keeps these books"):
            await import_file(connection, arguments)


async def test_a_hold_that_sales_is_told_reaches_the_books(servers: TwoServers) -> None:
    hold = {
        "hold_status": "ACTIVE",
        "hold_reason": "OVERDUE_PAYMENT",
        "overdue_amount": 5600,
        "days_overdue": 45,
        "affected_orders": [],
    }
    async with boss(servers.sales) as sales, boss(servers.books) as books:
        path = f"/internal/customers/{CUSTOMER}"
        assert (await sales.post(f"{path}/credit-hold", json=hold)).json()["on_hold"]
        await servers.settle()
        assert (await books.get(f"{path}/credit")).json()["overdue_amount"] == 5600
    await assert_the_copy_is_true(servers)


async def test_a_restored_original_is_copied_anew(servers: TwoServers) -> None:
    books = pool_of(servers.books)
    await books.execute("UPDATE feed_head SET epoch = epoch + 1")
    await books.execute("DELETE FROM customers WHERE customer_id = 'C000124'")
    await books.execute("ALTER TABLE customers DISABLE TRIGGER USER")
    await books.execute("UPDATE customers SET nickname = '還原' WHERE customer_id = $1", CUSTOMER)
    await books.execute("ALTER TABLE customers ENABLE TRIGGER USER")
    epoch = await books.fetchval("SELECT epoch FROM feed_head")
    same = "SELECT bool_and(epoch = $1) FROM mirrors"
    async with asyncio.timeout(20):
        while not await pool_of(servers.sales).fetchval(same, epoch):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await assert_the_copy_is_true(servers)


async def test_while_the_books_are_away_the_copys_age_is_known(
    servers: TwoServers, undone: asyncpg.Connection
) -> None:
    async with boss(servers.sales) as client:
        account = (await client.get(f"/internal/customers/{CUSTOMER}/credit")).json()
    assert utc_now() - datetime.fromisoformat(account["as_of"]) < timedelta(seconds=30)
    age = "SELECT clock_timestamp() - credit_as_of($1)"
    await undone.execute("UPDATE mirrors SET complete_at = now() - interval '7 minutes'")
    await undone.execute("UPDATE mirrored_customers SET fetched_at = now() - interval '9 minutes'")
    assert timedelta(minutes=7) <= await undone.fetchval(age, CUSTOMER) < timedelta(minutes=8)
    await undone.execute("UPDATE mirrors SET complete_at = NULL")
    assert timedelta(minutes=9) <= await undone.fetchval(age, CUSTOMER) < timedelta(minutes=10)


async def test_a_neighbour_that_is_our_own_again_has_no_copy(
    servers: TwoServers, undone: asyncpg.Connection
) -> None:
    parts: Any = servers.books.state.parts
    await undone.execute("UPDATE mirrors SET complete_at = now() - interval '7 minutes'")
    await open_mirrors(undone, parts.lines)
    assert await undone.fetchval("SELECT count(*) FROM mirrors") == 0
    age = await undone.fetchval("SELECT clock_timestamp() - credit_as_of($1)", CUSTOMER)
    assert age < timedelta(seconds=1)


async def test_an_invalidation_has_the_catalogue_fetched_again(servers: TwoServers) -> None:
    async with boss(servers.sales) as sales:
        pulled = "SELECT pulled_at FROM mirrors WHERE neighbour = 'data_maintenance'"
        before = await pool_of(servers.sales).fetchval(pulled)
        notice = {
            "cache_type": "PRODUCTS",
            "affected_ids": [],
            "effective_time": "2024-01-25T15:00:00Z",
        }
        assert (await sales.post("/internal/cache/invalidate", json=notice)).status_code == 200
        async with asyncio.timeout(20):
            while await pool_of(servers.sales).fetchval(pulled) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_change_in_the_books_is_announced_to_order_sales(servers: TwoServers) -> None:
    async with boss(servers.books) as books:
        parameters = (await books.get("/internal/parameters")).json()
        await books.put("/internal/parameters", json=parameters | {"calendar": {}})
    await servers.settle()
    told = await pool_of(servers.books).fetch(
        "SELECT state FROM outbox WHERE operation = 'cache.invalidate' "
        """AND body LIKE '%"cache_type":"PARAMETERS"%'"""
    )
    assert [row["state"] for row in told] == ["delivered"]
