"""What an uploaded order or cancellation changes: order, credit, stock, statistics.

See docs/rules/order-intake.md.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import asyncpg

from app.domain.catalogue import PriceBook
from app.domain.credit import CreditRequest, Exposure, decide
from app.domain.customers import Customer
from app.domain.hours import business_date
from app.domain.orders import DraftLine, OrderDraft, OrderStatus, can_become
from app.domain.pricing import quote
from app.wire.customers import CreditFigures, CustomerBody
from app.wire.enums import CreditOperation
from app.wire.orders import OrderBody, OrderCancellation, UploadAnswer, UploadStatus
from app.wire.registers import OutboxMessage
from app.wire.to_domain import credit_state
from app.wire.to_domain import customer as customer_of
from server.orders import follow_through, obligations
from server.orders import stored as orders
from server.orders.overrides import note_approval, note_override
from server.orders.reservation import Reservation
from server.orders.stored import CHANGEABLE, Standing, StoredOrder
from server.outbox.owing import owe
from server.reference import credit
from server.reference.catalogue import prices_on
from server.reference.customers import customer_bodies


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the office knows about an order when it arrives.

    `account` is the copy, for when Customer Management could not be asked.
    """

    buyer: CustomerBody | None
    book: PriceBook
    reservation: Reservation
    account: CreditFigures | None
    number_is_taken: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an order: held for a reason, or accepted with a difference in price."""

    reason: str = ""
    detail: str = ""
    server_payable: Decimal | None = None

    @property
    def is_held(self) -> bool:
        """Whether a person must decide first."""
        return self.reason != ""


async def place(
    connection: asyncpg.Connection,
    message: OutboxMessage,
    body: OrderBody,
    reservation: Reservation,
) -> UploadAnswer:
    """Save an order; it is never refused for a business reason, at worst it is held."""
    stored = await orders.lock_order(connection, body.order_uid)
    if stored is not None:
        if stored.body.revision >= body.revision:
            return _standing_answer(message, stored)
        if stored.status not in CHANGEABLE:
            await _give_back(connection, body, reservation)
            return _rejected(message, "TOO_LATE", stored.status)
        if stored.status is not OrderStatus.HELD:
            await follow_through.replaced(connection, stored)
    facts = await _facts(connection, body, reservation)
    verdict = judge(body, facts)
    standing = Standing(
        status=OrderStatus.HELD if verdict.is_held else OrderStatus.CONFIRMED,
        hold_reason=verdict.reason,
        server_payable=None if verdict.server_payable is None else int(verdict.server_payable),
        number_is_taken=facts.number_is_taken,
    )
    await orders.save_order(connection, body, message.device_id, standing)
    await note_override(
        connection, body, was_let_through=reservation.is_overridden and not verdict.is_held
    )
    if verdict.is_held or facts.buyer is None:
        await _give_back(connection, body, reservation)
    else:
        await owe(connection, reservation.owed)
        await follow_through.confirmed(connection, body, facts.buyer)
    return _answer(message, body, verdict)


async def cancel(
    connection: asyncpg.Connection, message: OutboxMessage, cancellation: OrderCancellation
) -> UploadAnswer:
    """Cancel an order and take back what followed from it; too late once it is done."""
    stored = await orders.lock_order(connection, cancellation.order_uid)
    if stored is None:
        return _rejected(message, "UNKNOWN_ORDER", None)
    if stored.status is not OrderStatus.CANCELLED:
        if not can_become(stored.status, OrderStatus.CANCELLED):
            return _rejected(message, "TOO_LATE", stored.status)
        await orders.save_cancellation(connection, cancellation)
        await note_approval(connection, cancellation)
        if stored.status is not OrderStatus.HELD:
            await follow_through.cancelled(connection, stored, cancellation.cancelled_by)
    return UploadAnswer(
        status=UploadStatus.ACCEPTED,
        msg_id=message.msg_id,
        server_pos=0,
        order_status=OrderStatus.CANCELLED,
    )


def judge(body: OrderBody, facts: Facts) -> Verdict:
    """Whether the order stands as it was printed; a pure rule over what is known."""
    if facts.number_is_taken:
        return Verdict("DUP_NUMBER", f"{body.order_id} is the number of another order.")
    if facts.buyer is None:
        return Verdict("UNKNOWN_CUSTOMER", f"There is no customer {body.customer_id}.")
    unknown = sorted({x.product_id for x in body.lines} - set(facts.book.products))
    if unknown:
        return Verdict("UNKNOWN_PRODUCT", f"There is no product {', '.join(unknown)}.")
    customer = customer_of(facts.buyer)
    refusal = _credit_refusal(body, customer, facts)
    if refusal:
        return Verdict("CREDIT", refusal)
    payable = quote(draft_of(body), customer, facts.book, body.taken_at).payable
    return Verdict(server_payable=payable)


def draft_of(body: OrderBody) -> OrderDraft:
    """The order as it stood on the clerk's screen, to be priced again."""
    return OrderDraft(
        uid=body.order_uid,
        customer_id=body.customer_id,
        opened_at=body.taken_at,
        delivery_date=body.delivery_date,
        lines=tuple(
            DraftLine(x.product_id, x.quantity, x.empties, x.deposits, x.residual_kg)
            for x in body.lines
        ),
        address_id=body.address_id,
        slot=body.time_slot,
        priority=body.priority,
        payment=body.payment_method,
        invoice_type=body.invoice_type,
        tax_id=body.tax_id,
        contact_phone=body.contact_phone,
        note=body.note,
    )


def _credit_refusal(body: OrderBody, customer: Customer, facts: Facts) -> str:
    """Why the order is held; the copy decides only while nobody else can be asked."""
    reservation = facts.reservation
    if not reservation.is_unknown or reservation.is_overridden:
        return reservation.refusal
    request = CreditRequest(
        amount=body.payable, method=body.payment_method, has_account=customer.has_account
    )
    state = credit_state(facts.account) if facts.account else None
    allowance = facts.book.parameters.allowance
    decision = decide(request, state, Exposure(), allowance, facts.now, live=False)
    return "" if decision.allows else str(decision.reason)


async def _facts(
    connection: asyncpg.Connection, body: OrderBody, reservation: Reservation
) -> Facts:
    found = await customer_bodies(connection, [body.customer_id])
    account = None
    if found and reservation.is_unknown:
        account = await credit.account(connection, body.customer_id)
    return Facts(
        buyer=found[body.customer_id][1] if found else None,
        book=await prices_on(connection, business_date(body.taken_at)),
        reservation=reservation,
        account=account,
        number_is_taken=await orders.number_taken(connection, body),
        now=datetime.now(UTC),
    )


async def _give_back(
    connection: asyncpg.Connection, body: OrderBody, reservation: Reservation
) -> None:
    """A held order holds no credit: what was reserved for it is released."""
    releases = [call for call in reservation.owed if call.operation != obligations.RESERVE_CREDIT]
    if reservation.is_reserved:
        releases.append(obligations.credit(body, CreditOperation.RELEASE))
    await owe(connection, releases)


def _answer(message: OutboxMessage, body: OrderBody, verdict: Verdict) -> UploadAnswer:
    difference = Decimal(0)
    status = UploadStatus.HELD if verdict.is_held else UploadStatus.ACCEPTED
    if verdict.server_payable is not None and verdict.server_payable != body.payable:
        difference = verdict.server_payable - body.payable
        status = UploadStatus.ACCEPTED_WITH_DIFFERENCE
    return UploadAnswer(
        status=status,
        msg_id=message.msg_id,
        server_pos=0,
        reason=verdict.reason,
        detail=verdict.detail,
        difference=difference,
        order_status=OrderStatus.HELD if verdict.is_held else OrderStatus.CONFIRMED,
    )


def _standing_answer(message: OutboxMessage, stored: StoredOrder) -> UploadAnswer:
    """The order is known already: nothing changes, the register learns how it stands."""
    is_held = stored.status is OrderStatus.HELD
    return UploadAnswer(
        status=UploadStatus.HELD if is_held else UploadStatus.ACCEPTED,
        msg_id=message.msg_id,
        server_pos=0,
        reason=stored.hold_reason,
        order_status=stored.status,
    )


def _rejected(
    message: OutboxMessage, reason: str, order_status: OrderStatus | None
) -> UploadAnswer:
    return UploadAnswer(
        status=UploadStatus.REJECTED,
        msg_id=message.msg_id,
        server_pos=0,
        reason=reason,
        detail="" if order_status is None else f"The order is {order_status}.",
        order_status=order_status,
    )
