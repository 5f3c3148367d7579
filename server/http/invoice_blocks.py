"""Booklets of invoice numbers for registers that print without a line (additions)."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.wire.invoice_books import BlockRequest, BlockReturn, BlockReturned, InvoiceBlock
from server.http.access import EVERYBODY, Allowed
from server.http.kept_here import KeptHere
from server.http.messages import answer, documented, reader
from server.http.signatures import refuse_foreign, signed
from server.invoice_operations.leasing import block, lease_block, return_block
from server.invoice_operations.settings import papers_and_key
from server.neighbours.names import Neighbour
from server.parts import parts_of
from server.security.registers import code_of

router = APIRouter(
    prefix="/v1/invoice-blocks",
    tags=["Registers"],
    dependencies=[Depends(Allowed(*EVERYBODY)), Depends(KeptHere(Neighbour.INVOICES))],
)
LARGEST_ID = 2**31 - 1
_REQUEST = {
    "request_id": "018d4b1c-7a2e-7b11-8c66-3f1a5d9e0b77",
    "device_id": "018d4a00-1c2d-7e3f-8a4b-5c6d7e8f9a0b",
    "period": "11302",
}


@router.post(
    "",
    summary="Lease fifty invoice numbers",
    **documented(
        InvoiceBlock,
        reads=BlockRequest,
        errors=(401, 404, 409, 422),
        examples={"body": _REQUEST},
    ),
)
async def lease(
    request: Request,
    signed_by: Annotated[str, Depends(signed)],
    body: Annotated[BlockRequest, Depends(reader(BlockRequest))],
) -> Response:
    """A booklet of the running period, or of the next: numbers, random codes and AES texts.

    The same `request_id` always gets the same booklet. 409 `NO_NUMBERS`, `TOO_MANY`, `PERIOD`.
    """
    refuse_foreign(signed_by, body.device_id)
    parts = parts_of(request)
    key = (await papers_and_key(parts.secrets)).key
    async with parts.pool.acquire() as connection, connection.transaction():
        register = await code_of(connection, body.device_id)
        block_id = await lease_block(connection, body, register, datetime.now(UTC))
        leased = await block(connection, block_id, register, key)
    return answer(leased)


@router.post(
    "/{block_id}/return",
    summary="Return a booklet",
    **documented(BlockReturned, reads=BlockReturn, errors=(401, 404, 409, 422)),
)
async def give_back(
    request: Request,
    block_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    signed_by: Annotated[str, Depends(signed)],
    body: Annotated[BlockReturn, Depends(reader(BlockReturn))],
) -> Response:
    """Say which numbers were used and which were spoiled; the others are reported as unused.

    Repeatable. 409 `NUMBER_USED` (it is on an invoice), `ALREADY_RETURNED` (as unused).
    """
    refuse_foreign(signed_by, body.device_id)
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        register = await code_of(connection, body.device_id)
        returned = await return_block(connection, block_id, body, register)
    return answer(returned)
