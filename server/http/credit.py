"""Customer Management (spec, internal module 1): accounts, their ledger, and holds.

The spec's two POSTs; both GETs are additions. See docs/rules/credit-ledger.md.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.wire.customers import CreditEntries, CreditFigures, CreditHold, CreditUpdate
from app.wire.registers import Role
from server.customer_management import credit
from server.customer_management.credit_listing import entries_of
from server.http.access import EVERYBODY, NEIGHBOURS, Allowed, SpeaksFor
from server.http.conditional import tagged
from server.http.kept_here import KeptHere
from server.http.messages import answer, documented, reader
from server.http.samples import CREDIT_UPDATE, FIGURES, HOLD
from server.http.signatures import signed
from server.neighbours.names import Neighbour
from server.outbox.owing import Owed, owe
from server.parts import parts_of
from server.plausibility import check_id
from server.reference import credit as accounts

router = APIRouter(prefix="/internal/customers/{customer_id}", tags=["Customer Management"])
reading = [Depends(Allowed(*EVERYBODY, Role.SERVICE))]
writing = Depends(Allowed(*NEIGHBOURS))
# Account Management says it, or Order Sales, who was told and passes it on.
passed_on = Depends(SpeaksFor(Neighbour.ACCOUNTS, Neighbour.ORDER_SALES))
by_signature = Depends(signed)


@router.get(
    "/credit",
    summary="The account as it stands",
    dependencies=reading,
    **documented(CreditFigures, errors=(401, 404), examples={"answer": FIGURES}),
)
async def read_credit(request: Request, customer_id: str) -> Response:
    """The live credit answer; a register asks it before an order on account."""
    check_id(customer_id, "customer_id")
    async with parts_of(request).pool.acquire() as connection:
        figures = await accounts.account(connection, customer_id)
    return tagged(request, figures, figures.version)


@router.post(
    "/credit",
    summary="Reserve, release or use credit",
    dependencies=[writing, by_signature, Depends(KeptHere(Neighbour.CUSTOMERS))],
    **documented(
        CreditFigures,
        reads=CreditUpdate,
        errors=(401, 403, 404, 409, 422),
        examples={"body": CREDIT_UPDATE, "answer": FIGURES},
    ),
)
async def update_credit(
    request: Request,
    customer_id: str,
    body: Annotated[CreditUpdate, Depends(reader(CreditUpdate))],
) -> Response:
    """Write one entry of the credit ledger; idempotent on order, operation, revision, reference.

    409 `OVER_LIMIT`, `ON_HOLD`, `NOT_RESERVED`, `ALREADY_WRITTEN` (same key, other contents).
    """
    parts = parts_of(request)
    check_id(customer_id, "customer_id")
    async with parts.pool.acquire() as connection, connection.transaction():
        figures = await credit.apply_update(connection, customer_id, body)
    parts.hub.wake()
    return answer(figures)


@router.get(
    "/credit/entries",
    summary="A customer's credit ledger",
    dependencies=reading,
    **documented(CreditEntries, errors=(401, 404, 422)),
)
async def entries(
    request: Request,
    customer_id: str,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="Older than this.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """Every entry of an account, the newest first."""
    check_id(customer_id, "customer_id")
    async with parts_of(request).pool.acquire() as connection:
        return answer(await entries_of(connection, customer_id, before, limit))


@router.post(
    "/credit-hold",
    summary="Begin or end a credit hold",
    dependencies=[writing, by_signature, passed_on],
    **documented(
        CreditFigures,
        reads=CreditHold,
        errors=(401, 403, 404, 422),
        examples={"body": HOLD, "answer": FIGURES},
    ),
)
async def hold(
    request: Request,
    customer_id: str,
    body: Annotated[CreditHold, Depends(reader(CreditHold))],
) -> Response:
    """Account Management stops or reopens an account; orders that were taken stay as they are.

    Where another server keeps the customers, the copy follows at once and the hold is passed on.
    """
    parts = parts_of(request)
    check_id(customer_id, "customer_id")
    async with parts.pool.acquire() as connection, connection.transaction():
        await credit.set_hold(connection, customer_id, body)
        figures = await accounts.account(connection, customer_id)
        if parts.lines.is_remote(Neighbour.CUSTOMERS):
            path = f"/internal/customers/{customer_id}/credit-hold"
            lane, operation = f"hold-{customer_id}", "credit.hold"
            await owe(
                connection,
                [Owed(Neighbour.CUSTOMERS, "POST", path, body, lane, operation=operation)],
            )
    parts.hub.wake()
    return answer(figures)
