"""Data Maintenance (spec, internal module 2): stock and its reservations, all additions.

The spec's catalogue shows `available_quantity` and `reserved_quantity`; these paths move them.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.wire.catalogue import (
    StockEntries,
    StockFigures,
    StockMovement,
    StockReservation,
    StockReserved,
)
from server.data_maintenance import stock
from server.data_maintenance.stock_listing import entries_of
from server.http.access import EVERYBODY, NEIGHBOURS, SUPERVISORS, Allowed
from server.http.kept_here import KeptHere
from server.http.messages import answer, documented, reader
from server.http.samples import MOVEMENT, RESERVATION
from server.neighbours.names import Neighbour
from server.parts import parts_of

router = APIRouter(prefix="/internal/products", tags=["Data Maintenance"])
kept_here = Depends(KeptHere(Neighbour.DATA))


@router.post(
    "/reservations",
    summary="Reserve, release or consume stock",
    dependencies=[Depends(Allowed(*NEIGHBOURS)), kept_here],
    **documented(
        StockReserved,
        reads=StockReservation,
        errors=(401, 403, 409, 422),
        examples={"body": RESERVATION},
    ),
)
async def reserve(
    request: Request, body: Annotated[StockReservation, Depends(reader(StockReservation))]
) -> Response:
    """What an order does to stock; idempotent on order, operation and revision.

    Never refused for want of stock: what is short or not known is named in the answer.
    409 `ALREADY_WRITTEN` (same key, other lines).
    """
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        done = await stock.apply_reservation(connection, body)
    parts.hub.wake()
    return answer(done)


@router.post(
    "/{product_id}/stock",
    summary="Receive or count a product",
    dependencies=[Depends(Allowed(*SUPERVISORS)), kept_here],
    **documented(
        StockFigures,
        reads=StockMovement,
        errors=(401, 403, 404, 409, 422),
        examples={"body": MOVEMENT},
    ),
)
async def move(
    request: Request,
    product_id: str,
    body: Annotated[StockMovement, Depends(reader(StockMovement))],
) -> Response:
    """Pieces that came in (or were written off), or a count; once per reference number."""
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        figures = await stock.apply_movement(connection, product_id, body)
    parts.hub.wake()
    return answer(figures)


@router.get(
    "/{product_id}/stock/entries",
    summary="A product's stock ledger",
    dependencies=[Depends(Allowed(*EVERYBODY))],
    **documented(StockEntries, errors=(401, 404, 422)),
)
async def entries(
    request: Request,
    product_id: str,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="Older than this.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Every movement of a product, the newest first."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await entries_of(connection, product_id, before, limit))
