"""Customer Management (spec, internal module 1): who the customers are, and their statistics.

The spec's GET of one customer and its POST of statistics; search, PUT and the GET of statistics
are additions.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.wire.customers import CustomerBody, CustomersFound, CustomerStatistics
from app.wire.registers import Role
from server.customer_management.customers import (
    lock_customer,
    replace_customer,
    save_statistics,
)
from server.customer_management.plausible import check_customer, check_statistics
from server.http.access import EVERYBODY, NEIGHBOURS, SUPERVISORS, Allowed
from server.http.conditional import check_unchanged, tag_of, tagged
from server.http.kept_here import KeptHere
from server.http.messages import answer, documented, reader
from server.http.samples import CUSTOMER, STATISTICS
from server.neighbours.names import Neighbour
from server.parts import parts_of
from server.plausibility import check_id
from server.reference import credit as accounts
from server.reference.customers import customer_bodies, search, statistics_bodies
from server.refusals import Malformed, NotFound

router = APIRouter(prefix="/internal/customers", tags=["Customer Management"])
MOST_FOUND = 200
reading = [Depends(Allowed(*EVERYBODY, Role.SERVICE))]
kept_here = Depends(KeptHere(Neighbour.CUSTOMERS))


@router.get("", summary="Find customers", dependencies=reading, **documented(CustomersFound))
async def find(
    request: Request,
    query: Annotated[str, Query(max_length=100, description="Number, name or telephone.")] = "",
    after: Annotated[str, Query(max_length=64, description="The last one's `next_after`.")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 50,
    *,
    statistics: Annotated[bool, Query(description="With what they ordered so far.")] = False,
) -> Response:
    """Customers whose number, name, nickname or telephone contains the text; none: all of them.

    In the order of their numbers, page by page.
    """
    if "\x00" in query + after:
        raise Malformed("MALFORMED", "A text to search for has no zero bytes.")
    async with parts_of(request).pool.acquire() as connection:
        ids = await search(connection, query, limit, after)
        found = await customer_bodies(connection, ids)
        sums = await statistics_bodies(connection, ids if statistics else ())
    more = ids[-1] if len(ids) == limit else None
    customers = tuple(found[i][1] for i in ids if i in found)
    by_customer = {customer_id: body for customer_id, (_, body) in sums.items()}
    return answer(CustomersFound(customers=customers, next_after=more, statistics=by_customer))


@router.get(
    "/{customer_id}",
    summary="One customer",
    dependencies=reading,
    **documented(CustomerBody, errors=(401, 404), examples={"answer": CUSTOMER}),
)
async def read(request: Request, customer_id: str) -> Response:
    """A customer with addresses, special prices and the account as it stands."""
    check_id(customer_id, "customer_id")
    async with parts_of(request).pool.acquire() as connection:
        found = await customer_bodies(connection, [customer_id])
        account = await accounts.figures(connection, [customer_id])
    if customer_id not in found:
        raise NotFound("UNKNOWN_CUSTOMER", f"There is no customer {customer_id}.")
    version, body = found[customer_id]
    return tagged(request, body, version, *(a.version for a in account.values()))


@router.put(
    "/{customer_id}",
    summary="Create or change a customer",
    dependencies=[Depends(Allowed(*SUPERVISORS)), kept_here],
    **documented(
        CustomerBody,
        reads=CustomerBody,
        errors=(401, 403, 409, 422),
        examples={"body": CUSTOMER, "answer": CUSTOMER},
    ),
)
async def put(
    request: Request,
    customer_id: str,
    body: Annotated[CustomerBody, Depends(reader(CustomerBody))],
) -> Response:
    """Replace what is said of a customer, and the credit limit.

    What is used of the limit is the ledger's (a new customer's `credit_used` opens it), a hold is
    Account Management's. 409 `STALE` with an `If-Match` of an older state.
    """
    parts = parts_of(request)
    if body.customer_id != customer_id:
        raise Malformed("CUSTOMER_ID", "The body is about another customer than the path.")
    check_customer(body)
    async with parts.pool.acquire() as connection, connection.transaction():
        check_unchanged(request, *await lock_customer(connection, customer_id))
        await replace_customer(connection, body)
        version, saved = (await customer_bodies(connection, [customer_id]))[customer_id]
        account = await accounts.account(connection, customer_id)
    parts.hub.wake()
    return answer(saved, headers={"ETag": tag_of(version, account.version)})


@router.get(
    "/{customer_id}/statistics",
    summary="A customer's statistics",
    dependencies=reading,
    **documented(CustomerStatistics, errors=(401, 404), examples={"answer": STATISTICS}),
)
async def read_statistics(request: Request, customer_id: str) -> Response:
    """The sums of a customer's orders (addition); 404 for one who never ordered."""
    check_id(customer_id, "customer_id")
    async with parts_of(request).pool.acquire() as connection:
        found = await statistics_bodies(connection, [customer_id])
    if customer_id not in found:
        raise NotFound("NO_STATISTICS", f"Customer {customer_id} has no orders yet.")
    version, body = found[customer_id]
    return tagged(request, body, version)


@router.post(
    "/{customer_id}/statistics",
    summary="Replace a customer's statistics",
    dependencies=[Depends(Allowed(*NEIGHBOURS)), kept_here],
    **documented(
        CustomerStatistics,
        reads=CustomerStatistics,
        errors=(401, 403, 404, 409, 422),
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
    check_id(customer_id, "customer_id")
    check_statistics(body)
    async with parts.pool.acquire() as connection, connection.transaction():
        await accounts.account(connection, customer_id)
        await save_statistics(connection, [(customer_id, body)])
    parts.hub.wake()
    return answer(body)
