"""Writing many rows of one table in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from app.wire.codec import encode

Row = Mapping[str, Any]


async def upsert(
    connection: asyncpg.Connection, table: str, key: Sequence[str], rows: Sequence[Row]
) -> None:
    """Insert rows or replace the ones with the same key; equal rows are not touched.

    All rows have the same columns; column and table names come from this program only.
    """
    if not rows:
        return
    columns = list(rows[0])
    rest = [column for column in columns if column not in key]
    change = (
        f"DO UPDATE SET ({', '.join(rest)}) = ROW({', '.join(f'excluded.{c}' for c in rest)}) "
        f"WHERE ({', '.join(f'{table}.{c}' for c in rest)}) "
        f"IS DISTINCT FROM ({', '.join(f'excluded.{c}' for c in rest)})"
        if rest
        else "DO NOTHING"
    )
    await connection.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {', '.join(columns)} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb) "
        f"ON CONFLICT ({', '.join(key)}) {change}",
        encode(rows).decode(),
    )


async def insert_new(connection: asyncpg.Connection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows whose keys are new, by COPY: the fastest way in for many of them."""
    if rows:
        await connection.copy_records_to_table(
            table, records=[tuple(row.values()) for row in rows], columns=list(rows[0])
        )
