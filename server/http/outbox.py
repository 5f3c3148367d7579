"""Registers report what happened: orders and cancellations."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from app.wire.orders import UploadAnswer
from app.wire.registers import LaneGap, OutboxMessage
from server.http.access import EVERYBODY, Allowed
from server.http.messages import answer, documented, read_body
from server.http.samples import OUTBOX, UPLOADED
from server.http.signatures import refuse_foreign, signed
from server.orders.intake import receive, unpack
from server.parts import parts_of

router = APIRouter(tags=["Orders"], dependencies=[Depends(Allowed(*EVERYBODY))])


@router.post(
    "/v1/outbox",
    summary="Report one fact",
    **documented(
        UploadAnswer,
        reads=OutboxMessage,
        errors=(401, 409, 422),
        examples={"body": OUTBOX, "answer": UPLOADED},
        also={409: LaneGap},
    ),
)
async def report(
    request: Request,
    signed_by: Annotated[str, Depends(signed)],
    idempotency_key: Annotated[str, Header(description="The `msg_id`.")],
) -> Response:
    """Take in one message, once, in the order of its lane.

    `kind` says what `body` is: `order.placed` an `OrderBody`, `order.cancelled` an
    `OrderCancellation`.

    Business answers come with 200: `accepted`, `accepted_with_difference` (the office would have
    charged another amount; the printed price stands), `held` (with a reason: CREDIT, DUP_NUMBER,
    UNKNOWN_CUSTOMER, UNKNOWN_PRODUCT) or `rejected`. The same key and bytes get the same answer.

    Signed by the register that the message is from; 401 `SIGNATURE_FOREIGN` when it is another.

    409 with a `LaneGap` body (`expected`) when an earlier message of the lane is missing; 409
    `IN_PROGRESS` while a twin is being handled; 422 when the key was used for other bytes.
    """
    parts = parts_of(request)
    parcel = unpack(await read_body(request), idempotency_key)
    refuse_foreign(signed_by, parcel.message.device_id)
    result = await receive(parts.pool, parts.lines, parcel)
    parts.hub.wake()
    return answer(result)
