"""A shop that was in use before there were ledgers: nothing is reserved twice, nothing is lost."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from app.wire.catalogue import StockReservation, StockReservationLine
from app.wire.codec import encode
from app.wire.enums import CreditOperation, StockOperation
from server.customer_management import credit
from server.customer_management.credit import Entry
from server.data_maintenance.stock import apply_reservation
from server.database import shop
from tests.conftest import Databases
from tests.server.messages import NOW, order

FIRST_OF_THIS_VERSION = "0003"
BEFORE = """
INSERT INTO products (product_id, name, size, track_inventory, available, reserved,
                      requires_empty_return, deposit_amount, active)
VALUES ('P001', '20kg', '20KG', true, 523, 45, true, 1500, true),
       ('P002', '16kg', '16KG', false, 9, 0, true, 1500, true);
INSERT INTO orders (order_uid, order_id, revision, status, customer_id, device_id, order_date,
                    delivery_date, payment_method, payable, body, taken_at)
SELECT uid, 'O-20240125-07000' || n, 2, 'CONFIRMED', 'C1', uid, '2024-01-25', '2024-01-26', 'CASH',
       100, $body$%s$body$, now()
FROM (SELECT n, gen_random_uuid() AS uid FROM generate_series(1, 2) n) o;
INSERT INTO order_lines (order_uid, position, product_id, description, quantity, unit_price_cents,
                         amount, empties, deposits, deposit_amount, residual_kg, residual_credit,
                         weight_kg, reserved)
SELECT order_uid, position, product, '', 3, 0, 0, 0, 0, 0, 0, 0, 0, order_id LIKE '%1'
FROM orders, (VALUES (0, 'P001'), (1, 'P001'), (2, 'P002')) AS l (position, product);
INSERT INTO customers (customer_id, name, customer_type, status, payment_terms)
VALUES ('C1', '王', 'COMMERCIAL', 'ACTIVE', 'NET30');
INSERT INTO credit_accounts (customer_id, credit_limit, reserved, used)
VALUES ('C1', 50000, 300, 12200);
INSERT INTO credit_entries (customer_id, order_id, operation, revision, amount, at)
VALUES ('C1', 'OPENING-C1', 'OPENING', 1, 12000, now()), ('C1', 'O1', 'RESERVE', 1, 1000, now()),
       ('C1', 'O1', 'RELEASE', 1, 500, now()), ('C1', 'O1', 'USE', 1, 200, now());
"""


@pytest.fixture
async def upgraded(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[asyncpg.Connection]:
    """A database that was filled by the version before, then brought to this one."""
    dsn = databases.create("template1")
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    for script in shop.MIGRATIONS.glob("*.sql"):
        if script.name < FIRST_OF_THIS_VERSION:
            shutil.copy(script, earlier)
    with monkeypatch.context() as patch:
        patch.setattr(shop, "MIGRATIONS", earlier)
        await shop.migrate(dsn)
    connection = await asyncpg.connect(dsn)
    await connection.execute(BEFORE.replace("%s", encode(order()).decode()))
    await shop.migrate(dsn)
    yield connection
    await connection.close()


async def test_what_open_orders_hold_is_given_back_once(upgraded: asyncpg.Connection) -> None:
    async def figures() -> tuple[int, int]:
        row = await upgraded.fetchrow("SELECT available, reserved FROM products ORDER BY 1 DESC")
        return row["available"], row["reserved"]

    assert await figures() == (523, 45)
    for order_id, released in (("O-20240125-070001", 6), ("O-20240125-070002", 0)):
        available, reserved = await figures()
        release = StockReservation(
            order_id=order_id,
            revision=2,
            operation=StockOperation.RELEASE,
            lines=(
                StockReservationLine(product_id="P001", quantity=6),
                StockReservationLine(product_id="P002", quantity=3),
            ),
            timestamp=NOW,
        )
        for _ in range(2):
            await apply_reservation(upgraded, release)
        assert await figures() == (available + released, reserved - released)
    assert not await upgraded.fetchval("SELECT bool_or(reserved) FROM order_lines")
    wrong = await upgraded.fetch(
        """SELECT product_id FROM products p JOIN stock_entries USING (product_id)
           GROUP BY product_id HAVING sum(available_change) <> max(available)
                                   OR sum(reserved_change) <> max(reserved)"""
    )
    assert wrong == []


async def test_the_credit_ledger_says_afterwards_what_each_entry_did(
    upgraded: asyncpg.Connection,
) -> None:
    sums = await upgraded.fetchrow(
        "SELECT sum(reserved_change)::int AS r, sum(used_change)::int AS u FROM credit_entries"
    )
    assert (sums["r"], sums["u"]) == (300, 12200)
    paid = Entry(CreditOperation.RELEASE, "O1", 1, 400, NOW, reference="RCP-1")
    figures = await credit.post(upgraded, "C1", paid)
    assert figures.credit_used == 12100
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await upgraded.execute("UPDATE credit_entries SET amount = 0")
