"""Orders with the status that they have now."""

from collections.abc import Sequence

import asyncpg
from msgspec.structs import replace

from app.domain.orders import OrderStatus
from app.wire.codec import decode
from app.wire.orders import OrderBody


async def order_bodies(
    connection: asyncpg.Connection, uids: Sequence[str]
) -> dict[str, tuple[int, OrderBody]]:
    """Version and body, with the status of now, of each of these orders that exists."""
    rows = await connection.fetch(
        "SELECT order_uid, body, status, revision, version FROM orders "
        "WHERE order_uid = ANY($1::text[]::uuid[])",
        uids,
    )
    return {
        str(row["order_uid"]): (
            row["version"],
            replace(
                decode(OrderBody, row["body"]),
                status=OrderStatus(row["status"]),
                revision=row["revision"],
            ),
        )
        for row in rows
    }
