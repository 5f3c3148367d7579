"""The stock ledger as people read it."""

import asyncpg

from app.wire.catalogue import StockEntries, StockEntry
from server.data_maintenance.stock import figures
from server.plausibility import check_id
from server.refusals import NotFound


async def entries_of(
    connection: asyncpg.Connection, product_id: str, before: int | None, limit: int
) -> StockEntries:
    """A page of a product's entries, the newest first; raises `NotFound`."""
    if not await figures(connection, [check_id(product_id, "product_id")]):
        raise NotFound("UNKNOWN_PRODUCT", f"There is no product {product_id}.")
    rows = await connection.fetch(
        """SELECT * FROM stock_entries WHERE product_id = $1 AND ($2::bigint IS NULL
               OR entry_id < $2) ORDER BY entry_id DESC LIMIT $3""",
        *(product_id, before, limit),
    )
    return StockEntries(
        product_id=product_id,
        entries=tuple(_entry(row) for row in rows),
        next_before=rows[-1]["entry_id"] if len(rows) == limit else None,
    )


def _entry(row: asyncpg.Record) -> StockEntry:
    return StockEntry(
        entry_id=row["entry_id"],
        document=row["document"],
        operation=row["operation"],
        revision=row["revision"],
        quantity=row["quantity"],
        available_change=row["available_change"],
        reserved_change=row["reserved_change"],
        note=row["note"],
        timestamp=row["at"],
    )
