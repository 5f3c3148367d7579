"""Registers ask for their code."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.wire.registers import RegisterEnrolment, RegisterLease
from server.http.access import EVERYBODY, Allowed
from server.http.messages import answer, documented, reader
from server.parts import parts_of
from server.security import registers

router = APIRouter(tags=["Registers"], dependencies=[Depends(Allowed(*EVERYBODY))])


@router.post(
    "/v1/registers",
    summary="Enrol a register",
    **documented(
        RegisterLease,
        reads=RegisterEnrolment,
        errors=(401, 409, 422),
        examples={
            "body": {
                "device_id": "018d4b1c-6e1f-7c3a-9a55-0c6f0f1f2a3b",
                "name": "櫃台一",
                "public_key": "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=",
            },
            "answer": {
                "register": 1,
                "install_epoch": 1,
                "shop_name": "幸福氣體有限公司",
                "shop_tax_id": "04595257",
                "shop_address": "台北市信義區信義路五段7號",
                "shop_phone": "0227208889",
            },
        },
    ),
)
async def enrol(
    request: Request, body: Annotated[RegisterEnrolment, Depends(reader(RegisterEnrolment))]
) -> Response:
    """Lease a register code (1-99), which becomes part of every order number.

    The same `device_id` always gets the same lease. `public_key` (addition) is what the register
    signs critical requests with; 409 `DEVICE_KEY` when it has another one already, 401
    `REGISTER_REVOKED` when it may no longer call.
    """
    parts = parts_of(request)
    async with parts.pool.acquire() as connection:
        lease = await registers.enrol(connection, body)
    return answer(lease)
