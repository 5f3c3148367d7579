"""What the neighbours report to Order Sales about an order (spec, "From …" of modules 3 to 5)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.wire.accounts import PaymentStatusUpdate
from app.wire.dispatch import DispatchStatusUpdate
from app.wire.invoices import InvoiceGenerated
from app.wire.orders import OrderReport
from server.http.access import EVERYBODY, NEIGHBOURS, Allowed, SpeaksFor
from server.http.messages import answer, documented, reader
from server.http.signatures import signed
from server.neighbours.names import Neighbour
from server.orders import progress, reports
from server.parts import parts_of

router = APIRouter(prefix="/internal/orders", tags=["Orders"])
reading = [Depends(Allowed(*EVERYBODY))]
reporting = [Depends(Allowed(*NEIGHBOURS)), Depends(signed)]
_ERRORS = (401, 403, 404, 409, 422)


@router.get(
    "/{order_id}",
    summary="One order, and how it stands",
    dependencies=reading,
    **documented(OrderReport, errors=(401, 404)),
)
async def read(request: Request, order_id: str) -> Response:
    """The order as printed, with delivery, payment and invoice as last reported (addition)."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await reports.report(connection, order_id))


@router.post(
    "/{order_id}/dispatch-status",
    summary="How far a delivery is",
    dependencies=[*reporting, Depends(SpeaksFor(Neighbour.DISPATCH))],
    **documented(OrderReport, reads=DispatchStatusUpdate, errors=_ERRORS),
)
async def dispatch_status(
    request: Request,
    order_id: str,
    body: Annotated[DispatchStatusUpdate, Depends(reader(DispatchStatusUpdate))],
) -> Response:
    """From Dispatch Operations; `DRIVER_ASSIGNED` reads as ASSIGNED. Late ones change nothing."""
    parts = parts_of(request)
    async with parts.pool.acquire() as connection:
        async with connection.transaction():
            await progress.delivery_reported(connection, order_id, body)
        parts.hub.wake()
        return answer(await reports.report(connection, order_id))


@router.post(
    "/{order_id}/invoice-generated",
    summary="An order has its invoice",
    dependencies=[*reporting, Depends(SpeaksFor(Neighbour.INVOICES))],
    **documented(OrderReport, reads=InvoiceGenerated, errors=_ERRORS),
)
async def invoice_generated(
    request: Request,
    order_id: str,
    body: Annotated[InvoiceGenerated, Depends(reader(InvoiceGenerated))],
) -> Response:
    """From Invoice Operations, again with each change of `submission_status`."""
    parts = parts_of(request)
    async with parts.pool.acquire() as connection:
        async with connection.transaction():
            await progress.invoice_reported(connection, order_id, body)
        parts.hub.wake()
        return answer(await reports.report(connection, order_id))


@router.post(
    "/{order_id}/payment-status",
    summary="What has been paid of an order",
    dependencies=[*reporting, Depends(SpeaksFor(Neighbour.ACCOUNTS))],
    **documented(OrderReport, reads=PaymentStatusUpdate, errors=_ERRORS),
)
async def payment_status(
    request: Request,
    order_id: str,
    body: Annotated[PaymentStatusUpdate, Depends(reader(PaymentStatusUpdate))],
) -> Response:
    """From Account Management."""
    parts = parts_of(request)
    async with parts.pool.acquire() as connection:
        async with connection.transaction():
            await progress.payment_reported(connection, order_id, body)
        parts.hub.wake()
        return answer(await reports.report(connection, order_id))
