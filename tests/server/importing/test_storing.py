"""An import into a shop that is already at work: adds, changes, repeats, and takes nothing away."""

from argparse import ArgumentParser
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from app.domain.hours import business_date
from app.wire.catalogue import ProductBody
from app.wire.customers import CustomerBody
from server.feed.changes import read_head
from server.importing.command import add_arguments, import_file
from server.importing.customers import read_customers
from server.importing.products import read_products
from server.importing.sheets import ImportRefused
from server.importing.storing import Stored, store_customers, store_products
from server.reference import catalogue as reference
from server.reference import customers as known_customers
from tests.conftest import Databases

SAMPLES = Path(__file__).parents[3] / "resources" / "sample_shop"


@pytest.fixture
def shop(databases: Databases) -> str:
    return databases.sample()


@pytest.fixture
async def connection(shop: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(shop)
    yield connection
    await connection.close()


async def bring(connection: asyncpg.Connection, folder: Path, text: str) -> Stored:
    path = folder / "customers.csv"
    path.write_text(text, encoding="utf-8")
    return await store_customers(connection, read_customers(path))


async def customer(connection: asyncpg.Connection, customer_id: str) -> CustomerBody:
    return (await known_customers.customer_bodies(connection, [customer_id]))[customer_id][1]


async def product(connection: asyncpg.Connection, product_id: str) -> ProductBody:
    today = business_date(datetime.now(UTC))
    return (await reference.product_bodies(connection, [product_id], today))[product_id][1]


async def test_the_same_file_twice_changes_nothing(connection: asyncpg.Connection) -> None:
    result = read_customers(SAMPLES / "import_customers.csv")
    assert await store_customers(connection, result) == Stored(5, 0, 0)
    head = await read_head(connection)
    assert await store_customers(connection, result) == Stored(0, 0, 5)
    workbook = read_customers(SAMPLES / "import_customers.xlsx")
    assert await store_customers(connection, workbook) == Stored(0, 0, 5)
    assert await read_head(connection) == head


async def test_products_twice_change_nothing(connection: asyncpg.Connection) -> None:
    result = read_products(SAMPLES / "import_products.csv")
    await store_products(connection, result)
    head = await read_head(connection)
    assert await store_products(connection, result) == Stored(0, 0, 5)
    assert await read_head(connection) == head


async def test_columns_that_the_file_lacks_stay(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    before = await customer(connection, "C000123")
    stored = await bring(connection, tmp_path, "編號,姓名,電話\nC000123,王大明,02-8761-0001\n")
    after = await customer(connection, "C000123")
    assert stored == Stored(0, 1, 0)
    assert {p.digits for p in after.phones} == {p.digits for p in before.phones} | {"0287610001"}
    assert after.delivery_addresses == before.delivery_addresses
    assert after.special_prices == before.special_prices
    assert (after.tax_id, after.note, after.customer_type) == (
        *(before.tax_id, before.note, before.customer_type),
    )
    assert (after.credit_limit, after.credit_used) == (before.credit_limit, before.credit_used)


async def test_an_address_in_another_spelling_keeps_its_id(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    await bring(
        connection,
        tmp_path,
        "編號,姓名,地址\nC000123,王大明,臺北市信義區信義路5段7號\n"
        "C000123,王大明,台北市大安區和平東路一段9號\n",
    )
    after = await customer(connection, "C000123")
    ids = {a.address_id: a.full_address for a in after.delivery_addresses}
    assert ids[456] == "臺北市信義區信義路5段7號"
    assert "台北市大安區和平東路一段9號" in ids.values()
    assert 457 in ids
    assert [a.is_default for a in after.delivery_addresses].count(True) == 1


async def test_a_new_limit_leaves_balance_and_hold_alone(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    before = await customer(connection, "C000123")
    text = "編號,姓名,信用額度,欠款,付款條件\nC000123,王大明,90000,5,月結\n"
    assert await bring(connection, tmp_path, text) == Stored(0, 1, 0)
    after = await customer(connection, "C000123")
    assert after.credit_limit == 90000
    assert after.credit_used == before.credit_used
    assert await bring(connection, tmp_path, text) == Stored(0, 0, 1)


async def test_a_new_customers_debt_opens_its_account(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    text = "編號,姓名,信用額度,欠款,付款條件\nN1,新客戶,90000,1200,月結\n"
    assert await bring(connection, tmp_path, text) == Stored(1, 0, 0)
    after = await customer(connection, "N1")
    assert (after.credit_used, after.credit_available) == (1200, 88800)


async def test_what_could_not_be_read_is_added_to_the_note_once(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    text = "編號,姓名,電話\nC000123,王大明,12345\n"
    await bring(connection, tmp_path, text)
    assert await bring(connection, tmp_path, text) == Stored(0, 0, 1)
    after = await customer(connection, "C000123")
    assert after.note == "請按門鈴；電話：12345"


async def test_another_price_holds_from_today(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    today = business_date(datetime.now(UTC))
    before = await product(connection, "P001")
    path = tmp_path / "products.csv"
    path.write_text("品號,品名,單價\nP001,20kg 瓦斯桶,860\n", encoding="utf-8")
    assert await store_products(connection, read_products(path)) == Stored(0, 1, 0)
    after = await product(connection, "P001")
    assert after.standard_price == 860
    assert (after.available_quantity, after.deposit_amount) == (
        *(before.available_quantity, before.deposit_amount),
    )
    yesterday = today - timedelta(days=1)
    bodies = await reference.product_bodies(connection, ["P001"], yesterday)
    assert bodies["P001"][1].standard_price == Decimal(850)


async def test_the_command_says_what_became_of_the_file(
    connection: asyncpg.Connection, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("編號,姓名,電話,特價20kg\nA1,王,2720-8889,815\n", encoding="utf-8")
    arguments = add_arguments(ArgumentParser())
    await import_file(connection, arguments.parse_args(["customers", str(path), "--dry-run"]))
    assert "沒有寫入" in capsys.readouterr().out
    await import_file(
        connection, arguments.parse_args(["customers", str(path), "--area-code", "02"])
    )
    said = capsys.readouterr().out
    assert "新增 1 筆" in said
    assert "AREA_CODE_ADDED" in said
    assert (tmp_path / "customers.csv.doubts.csv").exists()
    (special,) = (await customer(connection, "A1")).special_prices
    assert special.product_id == "P001"


async def test_a_broken_file_changes_nothing(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    head = await read_head(connection)
    path = tmp_path / "customers.csv"
    path.write_bytes('編號,姓名\nA1,"王\n'.encode())
    with pytest.raises(ImportRefused, match="引號"):
        await import_file(
            connection, add_arguments(ArgumentParser()).parse_args(["customers", str(path)])
        )
    assert await read_head(connection) == head
