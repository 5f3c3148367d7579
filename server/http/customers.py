"""Customer Management (spec, internal module 1)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.wire.codec import Message
from app.wire.customers import (
    CreditFigures,
    CreditHold,
    CreditUpdate,
    CustomerBody,
    CustomerStatistics,
)
from server.customer_management import credit
from server.customer_management.customers import save_statistics
from server.http.access import EVERYBODY, NEIGHBOURS, Allowed
from server.http.messages import answer, documented, reader
from server.http.samples import CREDIT_UPDATE, CUSTOMER, FIGURES, HOLD, STATISTICS
from server.parts import parts_of
from server.reference import credit as accounts
from server.reference.customers import customer_bodies, search
from server.refusals import NotFound

router = APIRouter(prefix="/internal/customers", tags=["Customer Management"])
MOST_FOUND = 50
reading = [Depends(Allowed(*EVERYBODY))]
writing = [Depends(Allowed(*NEIGHBOURS))]


class CustomersFound(Message, frozen=True, kw_only=True):
    """`GET /internal/customers?query=` (addition)."""

    customers: tuple[CustomerBody, ...]


@router.get("", summary="Find customers", dependencies=reading, **documented(CustomersFound))
async def find(
    request: Request,
    query: Annotated[str, Query(min_length=1, description="Number, name or telephone.")],
) -> Response:
    """The first 50 customers whose number, name, nickname or telephone contains the text."""
    async with parts_of(request).pool.acquire() as connection:
        ids = await search(connection, query, MOST_FOUND)
        found = await customer_bodies(connection, ids)
    return answer(CustomersFound(customers=tuple(found[i][1] for i in ids if i in found)))


@router.get(
    "/{customer_id}",
    summary="One customer",
    dependencies=reading,
    **documented(CustomerBody, errors=(401, 404), examples={"answer": CUSTOMER}),
)
async def read(request: Request, customer_id: str) -> Response:
    """A customer with addresses, special prices and the account as it stands."""
    async with parts_of(request).pool.acquire() as connection:
        found = await customer_bodies(connection, [customer_id])
    if customer_id not in found:
        raise NotFound("UNKNOWN_CUSTOMER", f"There is no customer {customer_id}.")
    return answer(found[customer_id][1])


@router.get(
    "/{customer_id}/credit",
    summary="The account as it stands",
    dependencies=reading,
    **documented(CreditFigures, errors=(401, 404), examples={"answer": FIGURES}),
)
async def read_credit(request: Request, customer_id: str) -> Response:
    """The live credit answer (addition); a register asks it before an order on account."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await accounts.account(connection, customer_id))


@router.post(
    "/{customer_id}/credit",
    summary="Reserve, release or use credit",
    dependencies=writing,
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
    """Write one entry of the credit ledger; idempotent on order, operation and revision.

    409 `OVER_LIMIT`, `ON_HOLD`, `NOT_RESERVED`, `ALREADY_WRITTEN` (same key, other amount).
    """
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        figures = await credit.apply_update(connection, customer_id, body)
    parts.hub.wake()
    return answer(figures)


@router.post(
    "/{customer_id}/statistics",
    summary="Replace a customer's statistics",
    dependencies=writing,
    **documented(
        CustomerStatistics,
        reads=CustomerStatistics,
        errors=(401, 403, 404, 422),
        examples={"body": STATISTICS, "answer": STATISTICS},
    ),
)
async def update_statistics(
    request: Request,
    customer_id: str,
    body: Annotated[CustomerStatistics, Depends(reader(CustomerStatistics))],
) -> Response:
    """Sums of a customer's orders, as computed every hour."""
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        await accounts.account(connection, customer_id)
        await save_statistics(connection, [(customer_id, body)])
    parts.hub.wake()
    return answer(body)


@router.post(
    "/{customer_id}/credit-hold",
    summary="Begin or end a credit hold",
    dependencies=writing,
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
    """Account Management stops or reopens an account; orders that were taken stay as they are."""
    parts = parts_of(request)
    async with parts.pool.acquire() as connection, connection.transaction():
        await credit.set_hold(connection, customer_id, body)
        figures = await accounts.account(connection, customer_id)
    parts.hub.wake()
    return answer(figures)
