"""The stock ledger: append-only entries, and each product's figures as their sum.

See docs/rules/stock.md. Nothing here commits; products are locked in the order of their ids.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from app.wire.catalogue import (
    ProductBody,
    StockFigures,
    StockMovement,
    StockReservation,
    StockReserved,
)
from app.wire.enums import StockMovementKind, StockOperation
from server.plausibility import check_id
from server.refusals import Conflict, Malformed, NotFound

MOST_PIECES = 100_000
MOST_LINES = 500
_LEDGER_LOCK = 2


@dataclass(frozen=True, slots=True)
class Document:
    """The paper behind some entries: their key in the ledger, and when it happened."""

    number: str
    operation: str
    revision: int
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Movement:
    """What an entry does to the figures of one product; `quantity` is what was asked for."""

    product_id: str
    quantity: int
    available: int = 0
    reserved: int = 0


async def apply_reservation(
    connection: asyncpg.Connection, body: StockReservation
) -> StockReserved:
    """Write one reservation, release or consumption; a repetition changes nothing.

    Never refuses for want of stock. Raises `Malformed`, or `Conflict` for other contents.
    """
    asked = _asked(body)
    document = Document(body.order_id, body.operation.value, body.revision, body.timestamp)
    if not await _is_written(connection, document, asked):
        tracked = await _lock_products(connection, asked)
        held = await held_by(connection, body.order_id)
        moved = [
            _movement(body.operation, product_id, (pieces, held[product_id]), tracked)
            for product_id, pieces in asked.items()
        ]
        await _write(connection, document, moved)
    return await _answer(connection, body, asked)


async def apply_movement(
    connection: asyncpg.Connection, product_id: str, body: StockMovement
) -> StockFigures:
    """Write a receipt or a count of the warehouse; raises `NotFound`, `Malformed`, `Conflict`."""
    check_id(body.reference_number, "reference_number")
    if abs(body.quantity) > MOST_PIECES:
        raise Malformed("QUANTITY", f"At most {MOST_PIECES} pieces in one movement.")
    if body.operation is StockMovementKind.COUNT and body.quantity < 0:
        raise Malformed("QUANTITY", "Nobody counts fewer than no pieces.")
    document = Document(
        body.reference_number, body.operation.value, 0, body.timestamp, body.note[:500]
    )
    if not await _is_written(connection, document, {product_id: body.quantity}, only=product_id):
        await _lock_products(connection, [product_id])
        now = await _known_figures(connection, product_id)
        change = body.quantity
        if body.operation is StockMovementKind.COUNT:
            change -= now.available_quantity + now.reserved_quantity
        await _write(connection, document, [Movement(product_id, body.quantity, change)])
    return await _known_figures(connection, product_id)


async def set_available(
    connection: asyncpg.Connection, wanted: Mapping[str, int], document: Document
) -> None:
    """Count the free pieces of products that exist (an import knows no reserved ones)."""
    await _lock_products(connection, wanted)
    now = await figures(connection, list(wanted))
    moved = [
        Movement(product_id, pieces, pieces - now[product_id].available_quantity)
        for product_id, pieces in wanted.items()
        if product_id in now and pieces != now[product_id].available_quantity
    ]
    await _write(connection, document, moved)


async def open_ledger(
    connection: asyncpg.Connection, new: Sequence[StockFigures], at: datetime
) -> None:
    """Bring new products' figures forward; their rows hold them already."""
    rows = [(f.product_id, f.available_quantity, f.reserved_quantity, at) for f in new]
    await connection.executemany(
        """INSERT INTO stock_entries (document, operation, revision, product_id, quantity,
                                      available_change, reserved_change, at)
           VALUES ('OPENING', 'OPENING', 0, $1, $2, $2, $3, $4)""",
        rows,
    )


async def copy_figures(connection: asyncpg.Connection, bodies: Sequence[ProductBody]) -> None:
    """Stock as another server states it; no entries are written."""
    await connection.execute(
        """UPDATE products p SET available = a, reserved = r
           FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS said (id, a, r)
           WHERE p.product_id = said.id AND (available, reserved) IS DISTINCT FROM (a, r)""",
        [body.product_id for body in bodies],
        [body.available_quantity for body in bodies],
        [body.reserved_quantity for body in bodies],
    )


async def held_by(connection: asyncpg.Connection, order_id: str) -> Counter[str]:
    """The pieces of each product that an order has reserved, and neither released nor consumed."""
    rows = await connection.fetch(
        """SELECT product_id, sum(reserved_change)::bigint AS held FROM stock_entries
           WHERE document = $1 AND operation IN ('RESERVE', 'RELEASE', 'CONSUME') GROUP BY 1""",
        order_id,
    )
    return Counter({row["product_id"]: row["held"] for row in rows})


async def figures(
    connection: asyncpg.Connection, product_ids: Sequence[str]
) -> dict[str, StockFigures]:
    """The stock of these products, as far as they are known."""
    rows = await connection.fetch(
        "SELECT product_id, available, reserved FROM products WHERE product_id = ANY($1)",
        product_ids,
    )
    return {
        row["product_id"]: StockFigures(
            product_id=row["product_id"],
            available_quantity=row["available"],
            reserved_quantity=row["reserved"],
        )
        for row in rows
    }


def _asked(body: StockReservation) -> Counter[str]:
    """Pieces by product in the order of their ids; a product may stand on several lines."""
    check_id(body.order_id, "order_id")
    if len(body.lines) > MOST_LINES:
        raise Malformed("LINES", f"At most {MOST_LINES} lines in one reservation.")
    asked = Counter[str]()
    for line in sorted(body.lines, key=lambda line: line.product_id):
        if not 0 < line.quantity <= MOST_PIECES:
            raise Malformed("QUANTITY", f"{line.product_id}: 1 to {MOST_PIECES} pieces.")
        asked[check_id(line.product_id, "product_id")] += line.quantity
    return asked


def _movement(
    operation: StockOperation, product_id: str, pieces: tuple[int, int], tracked: Mapping[str, bool]
) -> Movement:
    """The effect on one product; `pieces` are what is asked and what the order still holds."""
    asked, holds = pieces
    back = min(asked, holds)
    is_kept = tracked.get(product_id, False)
    if operation is StockOperation.RESERVE:
        taken = asked if is_kept else 0
        return Movement(product_id, asked, -taken, taken)
    if operation is StockOperation.RELEASE:
        return Movement(product_id, asked, back, -back)
    return Movement(product_id, asked, back - asked if is_kept else 0, -back)


async def _is_written(
    connection: asyncpg.Connection, document: Document, asked: Mapping[str, int], only: str = ""
) -> bool:
    """Whether the document is in the ledger; waits for a twin. Raises `Conflict` if it differs.

    With `only`, the document of that product alone.
    """
    await connection.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", document.number, _LEDGER_LOCK
    )
    rows = await connection.fetch(
        """SELECT product_id, quantity FROM stock_entries
           WHERE document = $1 AND operation = $2 AND revision = $3
             AND (product_id = $4 OR $4 = '')""",
        *(document.number, document.operation, document.revision, only),
    )
    if rows and {row["product_id"]: row["quantity"] for row in rows} != dict(asked):
        raise Conflict(
            "ALREADY_WRITTEN",
            f"{document.operation} of {document.number}, revision {document.revision}, "
            "was written with other contents. Use a new number or revision.",
        )
    return bool(rows)


async def _lock_products(
    connection: asyncpg.Connection, product_ids: Mapping[str, int] | Sequence[str]
) -> dict[str, bool]:
    """Which of them are known, and whether their stock is kept; locked until the end."""
    rows = await connection.fetch(
        """SELECT product_id, track_inventory FROM products WHERE product_id = ANY($1)
           ORDER BY product_id FOR NO KEY UPDATE""",
        list(product_ids),
    )
    return {row["product_id"]: row["track_inventory"] for row in rows}


async def _write(
    connection: asyncpg.Connection, document: Document, moved: Sequence[Movement]
) -> None:
    await connection.executemany(
        """INSERT INTO stock_entries (document, operation, revision, at, note, product_id,
                                      quantity, available_change, reserved_change)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)""",
        [
            (
                *(document.number, document.operation, document.revision, document.at),
                *(document.note, m.product_id, m.quantity, m.available, m.reserved),
            )
            for m in moved
        ],
    )
    await connection.execute(
        """UPDATE products p SET available = available + a, reserved = reserved + r
           FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS moved (id, a, r)
           WHERE p.product_id = moved.id AND (a <> 0 OR r <> 0)""",
        [m.product_id for m in moved],
        [m.available for m in moved],
        [m.reserved for m in moved],
    )


async def _known_figures(connection: asyncpg.Connection, product_id: str) -> StockFigures:
    found = await figures(connection, [product_id])
    if product_id not in found:
        raise NotFound("UNKNOWN_PRODUCT", f"There is no product {product_id}.")
    return found[product_id]


async def _answer(
    connection: asyncpg.Connection, body: StockReservation, asked: Mapping[str, int]
) -> StockReserved:
    now = await figures(connection, list(asked))
    return StockReserved(
        order_id=body.order_id,
        revision=body.revision,
        operation=body.operation,
        products=tuple(now[product_id] for product_id in asked if product_id in now),
        short_products=tuple(p for p in asked if p in now and now[p].available_quantity < 0),
        unknown_products=tuple(p for p in asked if p not in now),
    )
