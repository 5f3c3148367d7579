"""The credit ledger as people read it."""

from decimal import Decimal

import asyncpg

from app.wire.customers import CreditEntries, CreditEntry
from server.reference.credit import account


async def entries_of(
    connection: asyncpg.Connection, customer_id: str, before: int | None, limit: int
) -> CreditEntries:
    """A page of an account's entries, the newest first; raises `NotFound`."""
    await account(connection, customer_id)
    rows = await connection.fetch(
        """SELECT * FROM credit_entries WHERE customer_id = $1 AND ($2::bigint IS NULL
               OR entry_id < $2) ORDER BY entry_id DESC LIMIT $3""",
        *(customer_id, before, limit),
    )
    return CreditEntries(
        customer_id=customer_id,
        entries=tuple(_entry(row) for row in rows),
        next_before=rows[-1]["entry_id"] if len(rows) == limit else None,
    )


def _entry(row: asyncpg.Record) -> CreditEntry:
    return CreditEntry(
        entry_id=row["entry_id"],
        order_id=row["order_id"],
        operation=row["operation"],
        revision=row["revision"],
        reference=row["reference"],
        amount=Decimal(row["amount"]),
        reserved_change=Decimal(row["reserved_change"]),
        used_change=Decimal(row["used_change"]),
        override_by=row["override_by"],
        timestamp=row["at"],
    )
