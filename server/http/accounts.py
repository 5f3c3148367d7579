"""Account Management (spec, internal module 5).

Additions to the spec: cancelling receivables, reading accounts of orders and customers, using
credit balances, and the nightly reconciliation.
"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.domain.hours import business_date
from app.wire.account_books import (
    BalanceUse,
    CustomerAccount,
    OrderAccount,
    PaymentRecorded,
    ReceivableCancellation,
    Reconciliation,
)
from app.wire.accounts import PaymentCollection, Receivable
from app.wire.codec import MalformedMessage, decode
from app.wire.registers import Role
from server.account_management import payments, receivables
from server.account_management.credit_balance import use_balance
from server.account_management.reading import customer_account, order_account
from server.account_management.reconciliation import reconciliation_of
from server.http.access import EVERYBODY, NEIGHBOURS, Allowed
from server.http.days import Day
from server.http.kept_here import KeptHere
from server.http.messages import answer, documented, read_body, reader
from server.http.signatures import signed
from server.neighbours.names import Neighbour
from server.parts import parts_of
from server.plausibility import check_id
from server.refusals import Malformed

router = APIRouter(prefix="/internal/accounts", tags=["Account Management"])
everybody = [Depends(Allowed(*EVERYBODY, Role.SERVICE))]
kept_here = Depends(KeptHere(Neighbour.ACCOUNTS))
neighbours = [Depends(Allowed(*NEIGHBOURS)), kept_here]
RECEIVABLE = {
    "order_id": "O-20240125-000123",
    "customer_id": "C000123",
    "amount": 1785.00,
    "due_date": "2024-02-25",
    "invoice_id": "IV-202401-12345",
    "payment_terms": "NET30",
}
PAYMENT = {
    "order_id": "O-20240125-000123",
    "payment_method": "CASH",
    "amount_collected": 1785.00,
    "collected_by": "DRV001",
    "collection_date": "2024-01-26T14:45:00Z",
    "reference_number": "CASH-20240126-001",
}
BALANCE_USE = {
    "reference_number": "BALANCE-20240130-001",
    "amount": 165.00,
    "used_by": "USER001",
    "used_at": "2024-01-30T09:00:00Z",
    "order_id": "O-20240129-000045",
}


@router.post(
    "/receivables",
    summary="Create a receivable",
    dependencies=neighbours,
    **documented(
        OrderAccount,
        reads=Receivable,
        errors=(401, 403, 409, 422),
        examples={"body": RECEIVABLE},
    ),
)
async def book(
    request: Request, body: Annotated[Receivable, Depends(reader(Receivable))]
) -> Response:
    """Book what is due for an order's invoice, or without one for the rest of the order.

    Idempotent on order, kind and revision; a newer revision replaces an older one. 409
    `ALREADY_BOOKED` (same revision, other contents).
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        await receivables.book(connection, body, datetime.now(UTC))
        account = await order_account(connection, body.order_id)
    return answer(account)


async def _cancellation(request: Request) -> ReceivableCancellation:
    """The body, which may be missing."""
    body = await read_body(request)
    try:
        return decode(ReceivableCancellation, body or b"{}")
    except MalformedMessage as error:
        raise Malformed("MALFORMED", f"That is not a cancellation: {error}") from error


@router.post(
    "/receivables/{order_id}/cancel",
    summary="Nothing is due any more",
    dependencies=[*neighbours, Depends(signed)],
    **documented(OrderAccount, errors=(401, 403, 422)),
)
async def cancel(
    request: Request,
    order_id: str,
    body: Annotated[ReceivableCancellation, Depends(_cancellation)],
) -> Response:
    """Cancel what is due for an order, up to `revision` if one is given; repeatable.

    What was paid already becomes the customer's credit balance.
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        await receivables.cancel(
            connection, check_id(order_id, "order_id"), body, datetime.now(UTC)
        )
        account = await order_account(connection, order_id)
    return answer(account)


@router.post(
    "/payments",
    summary="Record a payment",
    dependencies=[*everybody, kept_here, Depends(signed)],
    **documented(
        PaymentRecorded,
        reads=PaymentCollection,
        errors=(401, 403, 409, 422),
        examples={"body": PAYMENT},
    ),
)
async def collect(
    request: Request, body: Annotated[PaymentCollection, Depends(reader(PaymentCollection))]
) -> Response:
    """Write down what was collected, from till or driver; idempotent on `reference_number`.

    More than is due becomes the customer's credit balance. 409 `REFERENCE_USED`.
    """
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        receipt = await payments.collect(connection, body, datetime.now(UTC))
        account = await order_account(connection, body.order_id)
    recorded = PaymentRecorded(
        reference_number=body.reference_number, receipt_number=receipt, account=account
    )
    return answer(recorded)


@router.post(
    "/customers/{customer_id}/credit-balance",
    summary="Use a credit balance",
    dependencies=[*neighbours, Depends(signed)],
    **documented(
        CustomerAccount,
        reads=BalanceUse,
        errors=(401, 403, 404, 409, 422),
        examples={"body": BALANCE_USE},
    ),
)
async def use(
    request: Request,
    customer_id: str,
    body: Annotated[BalanceUse, Depends(reader(BalanceUse))],
) -> Response:
    """Pay another order with what was paid too much, or without `order_id` pay it back.

    Idempotent on `reference_number`. 409 `BALANCE`, `NOT_OPEN`, `REFERENCE_USED`.
    """
    now = datetime.now(UTC)
    check_id(customer_id, "customer_id")
    async with parts_of(request).pool.acquire() as connection, connection.transaction():
        await use_balance(connection, customer_id, body, now)
        account = await customer_account(connection, customer_id, business_date(now))
    return answer(account)


@router.get(
    "/reconciliation/{day}",
    summary="Do the accounts of a day agree?",
    dependencies=everybody,
    **documented(Reconciliation, errors=(401, 404, 422)),
)
async def read_reconciliation(request: Request, day: Day) -> Response:
    """A day's sums of receivables, payments and credit, with every difference."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await reconciliation_of(connection, day))


@router.get(
    "/orders/{order_id}",
    summary="What is due and paid for an order",
    dependencies=everybody,
    **documented(OrderAccount, errors=(401, 404)),
)
async def read_order(request: Request, order_id: str) -> Response:
    """An order's receivables and payments, and what is open."""
    async with parts_of(request).pool.acquire() as connection:
        return answer(await order_account(connection, check_id(order_id, "order_id")))


@router.get(
    "/customers/{customer_id}",
    summary="What a customer owes",
    dependencies=everybody,
    **documented(CustomerAccount, errors=(401,)),
)
async def read_customer(request: Request, customer_id: str) -> Response:
    """Open orders by age, credit balance, and whether the account is stopped."""
    today = business_date(datetime.now(UTC))
    check_id(customer_id, "customer_id")
    async with parts_of(request).pool.acquire() as connection:
        return answer(await customer_account(connection, customer_id, today))
