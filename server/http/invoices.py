"""Invoice Operations (spec, internal module 4).

Additions to the spec: reading (`GET`), the platform's word on an invoice (`submission`), the
numbering that a job asks for (`numbering`), and the stock of numbers (`numbers`).
"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.domain.hours import business_date
from app.wire.invoice_books import (
    InvoiceRecord,
    InvoicesFound,
    Numbered,
    NumberStock,
    SubmissionUpdate,
)
from app.wire.invoices import InvoiceCancellation, InvoiceRequest
from server.http.access import EVERYBODY, NEIGHBOURS, Allowed
from server.http.kept_here import KeptHere
from server.http.messages import answer, documented, reader
from server.http.signatures import signed
from server.invoice_operations import cancelling, numbering, reading, requests, submissions
from server.invoice_operations.number_stock import number_stock
from server.invoice_operations.settings import papers, papers_and_key
from server.neighbours.names import Neighbour
from server.parts import parts_of
from server.plausibility import check_id

router = APIRouter(prefix="/internal/invoices", tags=["Invoice Operations"])
everybody = [Depends(Allowed(*EVERYBODY, *NEIGHBOURS))]
neighbours = [Depends(Allowed(*NEIGHBOURS)), Depends(KeptHere(Neighbour.INVOICES))]
REQUEST = {
    "order_id": "O-20240125-000123",
    "invoice_type": "TRIPLICATE",
    "customer_info": {
        "customer_id": "C000123",
        "customer_name": "大同股份有限公司",
        "tax_id": "24549210",
        "address": "台北市中山區...",
        "email": "accounting@datong.com.tw",
    },
    "items": [
        {"description": "20kg 瓦斯桶", "quantity": 2, "unit_price": 850.00, "amount": 1700.00}
    ],
    "subtotal": 1700.00,
    "tax_amount": 85.00,
    "total_amount": 1785.00,
    "payment_info": {"method": "MONTHLY", "due_date": "2024-02-25"},
}
CANCELLATION = {
    "reason": "ORDER_CANCELLED",
    "order_id": "O-20240125-000123",
    "cancelled_by": "USER001",
}
SUBMISSION = {"submission_status": "ACCEPTED", "timestamp": "2024-01-25T15:00:00Z"}


@router.get("", summary="Invoices of an order", dependencies=everybody, **documented(InvoicesFound))
async def find(
    request: Request, order_id: Annotated[str, Query(min_length=1, max_length=64)]
) -> Response:
    """All invoices of an order, the newest first; none is an answer, too."""
    async with parts_of(request).pool.acquire() as connection:
        found = await reading.of_order(connection, check_id(order_id, "order_id"), papers())
    return answer(InvoicesFound(invoices=tuple(found)))


@router.post(
    "/generate",
    summary="Request an invoice",
    dependencies=neighbours,
    **documented(
        InvoiceRecord,
        reads=InvoiceRequest,
        errors=(401, 403, 409, 422),
        examples={"body": REQUEST},
    ),
)
async def generate(
    request: Request, body: Annotated[InvoiceRequest, Depends(reader(InvoiceRequest))]
) -> Response:
    """Queue an invoice and answer at once with its `invoice_id`; idempotent on order and revision.

    Number and codes follow with `POST /internal/orders/{order_id}/invoice-generated`. 409
    `ALREADY_REQUESTED` (same revision, other contents), `INVOICE_EXISTS`, `STALE_REVISION`.
    """
    parts, now = parts_of(request), datetime.now(UTC)
    async with parts.pool.acquire() as connection, connection.transaction():
        invoice_id = await requests.take_request(connection, body, now)
        record = await reading.one(connection, invoice_id, papers())
    return answer(record)


@router.post(
    "/numbering",
    summary="Number what waits",
    dependencies=neighbours,
    **documented(Numbered, errors=(401, 403)),
)
async def number(request: Request) -> Response:
    """Give waiting invoices their numbers; asked for by a job, harmless at any time."""
    parts = parts_of(request)
    settings = await papers_and_key(parts.secrets)
    async with parts.pool.acquire() as connection, connection.transaction():
        done = await numbering.number_waiting(connection, settings, datetime.now(UTC))
    return answer(done)


@router.get(
    "/numbers",
    summary="How many invoice numbers are left",
    dependencies=everybody,
    **documented(NumberStock, errors=(401,)),
)
async def numbers(request: Request) -> Response:
    """The stock of the running period and of later ones, who waits, and what people should do."""
    async with parts_of(request).pool.acquire() as connection:
        stock = await number_stock(connection, business_date(datetime.now(UTC)))
    return answer(stock)


@router.get(
    "/{invoice_id}",
    summary="One invoice",
    dependencies=everybody,
    **documented(InvoiceRecord, errors=(401, 404)),
)
async def read(request: Request, invoice_id: str) -> Response:
    """An invoice as it stands, with what it waits for."""
    async with parts_of(request).pool.acquire() as connection:
        found = await reading.one(connection, check_id(invoice_id, "invoice_id"), papers())
    return answer(found)


@router.post(
    "/{invoice_id}/cancel",
    summary="Cancel an invoice",
    dependencies=[*neighbours, Depends(signed)],
    **documented(
        InvoiceRecord,
        reads=InvoiceCancellation,
        errors=(401, 403, 404, 409, 422),
        examples={"body": CANCELLATION},
    ),
)
async def cancel(
    request: Request,
    invoice_id: str,
    body: Annotated[InvoiceCancellation, Depends(reader(InvoiceCancellation))],
) -> Response:
    """CANCELLED before it has a number, VOID within its period, else ALLOWANCE_NEEDED.

    A repetition changes nothing. 409 `OTHER_ORDER`.
    """
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        await cancelling.cancel(
            connection, check_id(invoice_id, "invoice_id"), body, datetime.now(UTC)
        )
        record = await reading.one(connection, invoice_id, papers())
    return answer(record)


@router.post(
    "/{invoice_id}/submission",
    summary="The platform's word on an invoice",
    dependencies=neighbours,
    **documented(
        InvoiceRecord,
        reads=SubmissionUpdate,
        errors=(401, 403, 404, 409, 422),
        examples={"body": SUBMISSION},
    ),
)
async def submission(
    request: Request,
    invoice_id: str,
    body: Annotated[SubmissionUpdate, Depends(reader(SubmissionUpdate))],
) -> Response:
    """Note how far the invoice is with the authority; Order Sales is told when it is news."""
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        check_id(invoice_id, "invoice_id")
        await submissions.update(connection, invoice_id, body, papers())
        record = await reading.one(connection, invoice_id, papers())
    return answer(record)
