"""Builds the file that a register bootstraps from: plain SQLite, compressed with zstd."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import sqlcipher3
import zstandard
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from app.wire import reference as ref
from app.wire.codec import encode
from app.wire.reference_rows import (
    Row,
    credit_row,
    customer_rows,
    delivery_row,
    invoice_row,
    order_row,
    payment_row,
    statistics_row,
)
from app.wire.registers import Entity
from server.feed.entities import Versioned, bodies

BATCH = 1000
ORDERS_PER_CUSTOMER = 5
COMPRESSION = 6
_ORDERS = f"""SELECT order_uid FROM (
            SELECT order_uid, status, row_number() OVER (
                PARTITION BY customer_id ORDER BY taken_at DESC) AS nth FROM orders) o
        WHERE nth <= {ORDERS_PER_CUSTOMER}
           OR status NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')"""


def _about_orders(table: str) -> str:
    return f"SELECT order_uid::text FROM {table} WHERE order_uid IN ({_ORDERS}) ORDER BY 1"


_IDS = {
    # Who ordered last gets the largest search id: a register cuts its matches from that end.
    Entity.CUSTOMER: """SELECT customer_id
                        FROM customers LEFT JOIN customer_statistics USING (customer_id)
                        ORDER BY last_order_date NULLS FIRST, customer_id""",
    Entity.CREDIT: "SELECT customer_id FROM credit_accounts ORDER BY 1",
    Entity.STATISTICS: "SELECT customer_id FROM customer_statistics ORDER BY 1",
    Entity.PRODUCT: "SELECT product_id FROM products ORDER BY 1",
    Entity.PRICING: "SELECT id FROM pricing_rules",
    Entity.PARAMETERS: "SELECT id FROM parameters",
    Entity.ORDER: _about_orders("orders"),
    Entity.DELIVERY: _about_orders("order_deliveries"),
    Entity.PAYMENT: _about_orders("order_payments"),
    Entity.INVOICE: _about_orders("order_invoices"),
}
# Each message becomes one row of one table; the other entities are written as documents.
_ROWS: Mapping[Entity, tuple[Table, Callable[[str, Any], Row]]] = {
    Entity.CREDIT: (ref.credit, lambda _, body: credit_row(body)),
    Entity.STATISTICS: (ref.statistics, statistics_row),
    Entity.ORDER: (ref.orders, lambda _, body: order_row(body)),
    Entity.DELIVERY: (ref.deliveries, lambda _, body: delivery_row(body)),
    Entity.PAYMENT: (ref.payments, lambda _, body: payment_row(body)),
    Entity.INVOICE: (ref.invoices, lambda _, body: invoice_row(body)),
}


@dataclass(frozen=True, slots=True)
class Contents:
    """What a finished file holds: its place in the feed, its size, rows per table."""

    epoch: int
    pos: int
    uncompressed_size: int
    counts: dict[str, int]


def build(dsn: str, plain: Path, compressed: Path) -> Contents:
    """Write the file as of one moment of the database; for a process or thread of its own."""
    plain.unlink(missing_ok=True)
    file = _ReferenceFile(plain)
    epoch, pos = asyncio.run(_fill(dsn, file))
    _compress(plain, compressed)
    size = plain.stat().st_size
    plain.unlink()
    return Contents(epoch, pos, size, file.counts)


def sha256_of(path: Path) -> str:
    """The hash of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _fill(dsn: str, file: "_ReferenceFile") -> tuple[int, int]:
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            head = await connection.fetchrow("SELECT epoch, pos FROM feed_head")
            for entity in _IDS:
                await _copy(connection, entity, file)
            dates = await connection.fetch(
                "SELECT customer_id, last_order_date FROM customer_statistics"
            )
    finally:
        await connection.close()
    file.finish(head["epoch"], head["pos"], dates)
    return head["epoch"], head["pos"]


async def _copy(connection: asyncpg.Connection, entity: Entity, file: "_ReferenceFile") -> None:
    ids = [row[0] for row in await connection.fetch(_IDS[entity])]
    for start in range(0, len(ids), BATCH):
        chunk = ids[start : start + BATCH]
        file.add(entity, chunk, await bodies(connection, entity, chunk))


def _compress(plain: Path, compressed: Path) -> None:
    with plain.open("rb") as source, compressed.open("wb") as target:
        zstandard.ZstdCompressor(level=COMPRESSION, threads=1).copy_stream(
            source, target, size=plain.stat().st_size
        )


class _ReferenceFile:
    """The SQLite file while it is filled."""

    def __init__(self, path: Path) -> None:
        self.counts = {table.name: 0 for table in ref.reference.sorted_tables}
        self._search_id = 0
        self._database = sqlcipher3.connect(str(path))
        run = self._database.execute
        run("PRAGMA journal_mode = OFF")
        run("PRAGMA synchronous = OFF")
        run(f"PRAGMA application_id = {ref.APPLICATION_ID}")
        run(f"PRAGMA user_version = {ref.SCHEMA_VERSION}")
        for table in ref.reference.sorted_tables:
            run(str(CreateTable(table).compile(dialect=sqlite.dialect())))
        run(ref.SEARCH_DDL)

    def add(self, entity: Entity, ids: Sequence[str], found: Versioned) -> None:
        """Write the rows of these bodies, in the order of the ids."""
        rows = [(row_id, *found[row_id]) for row_id in ids if row_id in found]
        if entity is Entity.CUSTOMER:
            self._add_customers(rows)
        elif entity in _ROWS:
            table, row_of = _ROWS[entity]
            self._insert(table, [row_of(i, body) | {"v": v} for i, v, body in rows])
        elif entity is Entity.PRODUCT:
            self._insert(ref.products, [_document("product_id", i, v, b) for i, v, b in rows])
        else:
            self._insert(ref.settings, [_document("name", entity.value, v, b) for _, v, b in rows])

    def finish(self, epoch: int, pos: int, dates: Iterable[asyncpg.Record]) -> None:
        """Write the cursor and the indexes, and close the file."""
        cursor = {"k": 1, "epoch": epoch, "pos": pos, "applied_at": _now()}
        self._insert(ref.feed_cursor, [cursor])
        self._database.executemany(
            "UPDATE customers SET last_order_on = ? WHERE customer_id = ?",
            [(row["last_order_date"].isoformat(), row["customer_id"]) for row in dates],
        )
        for table in ref.reference.sorted_tables:
            for index in sorted(table.indexes, key=lambda i: str(i.name)):
                self._database.execute(str(CreateIndex(index).compile(dialect=sqlite.dialect())))
        self._database.execute("INSERT INTO customer_search(customer_search) VALUES('optimize')")
        self._database.execute("ANALYZE")
        self._database.commit()
        self._database.close()

    def _add_customers(self, rows: Sequence[tuple[str, int, Any]]) -> None:
        search: list[tuple[Any, ...]] = []
        tables: dict[Table, list[Row]] = {ref.customers: [], ref.phones: [], ref.addresses: []}
        tables[ref.special_prices] = []
        for _, version, body in rows:
            self._search_id += 1
            parts = customer_rows(body)
            extra = {"search_id": self._search_id, "last_order_on": None, "v": version}
            tables[ref.customers].append(parts.customer | extra)
            tables[ref.phones] += parts.phones
            tables[ref.addresses] += parts.addresses
            tables[ref.special_prices] += parts.special_prices
            columns = parts.search
            search.append((self._search_id, columns["name"], columns["addr"], columns["dig"]))
        for table, its_rows in tables.items():
            self._insert(table, its_rows)
        self._database.executemany(
            "INSERT INTO customer_search(rowid, name, addr, dig) VALUES (?, ?, ?, ?)", search
        )

    def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        columns = [column.name for column in table.columns]
        self._database.executemany(
            f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(columns))})",
            [tuple(row[column] for column in columns) for row in rows],
        )
        self.counts[table.name] += len(rows)


def _document(key: str, row_id: str, version: int, body: Any) -> Row:
    return {key: row_id, "body": encode(body).decode(), "v": version}


def _now() -> int:
    return int(datetime.now(UTC).timestamp())
