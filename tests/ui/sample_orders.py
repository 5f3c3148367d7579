"""The orders of the window's tests: a day's list, and a desk that quotes by the real rules."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.domain.credit import CreditDecision, CreditOutcome, CreditSource, RefusalReason
from app.domain.customers import Customer
from app.domain.orders import OrderStatus, PaymentMethod, TimeSlot
from app.domain.pricing import Quote, quote
from app.domain.read_back import read_back
from app.domain.violations import Field, Rule, RuleViolation, Violation
from app.services.orders import (
    OrderInHand,
    OrdersDesk,
    OrderSummary,
    PlacedOrder,
    UploadState,
)
from app.services.presets import preset_draft
from tests.ui.sample_customers import (
    BOOK,
    FACTORY,
    ITEMS,
    MONEY,
    NOODLES,
    NOW,
    TODAY,
    WANG,
    SampleCustomers,
    uid,
)
from ui.live import Live

# The dataclass makes an __init__ of its own: no store is behind the desk.

APPROVED = CreditDecision(CreditOutcome.APPROVED, CreditSource.LIVE, MONEY(31222), timedelta())
REFUSED = CreditDecision(
    CreditOutcome.REFUSED, CreditSource.LIVE, MONEY(1000), timedelta(), RefusalReason.OVER_LIMIT
)


@dataclass
class SampleOrders(OrdersDesk):
    """Quotes by the real rules; `refusal` is raised by the next `place`."""

    live: Live
    customers: SampleCustomers
    placed: list[OrderSummary] = field(default_factory=list)
    kept: list[OrderInHand] = field(default_factory=list)
    dropped: list[OrderInHand] = field(default_factory=list)
    doubles: tuple[OrderSummary, ...] = ()
    unfinished: OrderInHand | None = None
    refusal: Exception | None = None
    decision: CreditDecision = APPROVED
    now: datetime = NOW
    reasons: list[str] = field(default_factory=list)

    def start(self, customer_id: str) -> OrderInHand:
        card = self.customers.card(customer_id)
        if card is None:
            raise RuleViolation((Violation(Field.CUSTOMER, Rule.CUSTOMER_UNKNOWN),))
        last = card.last_orders[0] if card.last_orders else None
        number = uid(900 + len(self.placed) + len(self.dropped))
        return OrderInHand(
            preset_draft(card.customer, last, BOOK, number, self.now), card.customer, BOOK
        )

    def resume(self) -> OrderInHand | None:
        return self.unfinished

    def keep(self, order: OrderInHand) -> None:
        self.kept.append(order)

    def drop(self, order: OrderInHand) -> None:
        self.dropped.append(order)

    def quote(self, order: OrderInHand) -> Quote:
        return quote(order.draft, order.customer, order.book, self.now)

    def read_back(self, order: OrderInHand, quoted: Quote) -> str:
        return read_back(order.draft, quoted, order.customer)

    async def credit(self, order: OrderInHand, quoted: Quote) -> CreditDecision:
        return self.decision

    async def place(self, order: OrderInHand, shown: Quote) -> PlacedOrder:
        if self.refusal is not None:
            refusal, self.refusal = self.refusal, None
            raise refusal
        number = f"O-20260702-01{14 + len(self.placed):04d}"
        self.placed.append(summary_of(order, shown, number))
        self.live.hear(frozenset({"orders", "outbox"}))
        needs = order.draft.payment is PaymentMethod.MONTHLY
        free = CreditDecision(CreditOutcome.APPROVED, CreditSource.NOT_NEEDED)
        return PlacedOrder(order.draft.uid, number, shown.payable, self.decision if needs else free)

    def receive(self, at: int = 0) -> None:
        self.placed[at] = replace(self.placed[at], upload=UploadState.RECEIVED)
        self.live.hear(frozenset({"outbox"}))

    def similar(self, order: OrderInHand) -> tuple[OrderSummary, ...]:
        return self.doubles

    def today(self) -> date:
        return TODAY

    def of_day(self, day: date, text: str = "") -> tuple[OrderSummary, ...]:
        rows = [*reversed(self.placed), *DAY]
        return tuple(
            r for r in rows if text in f"{r.order_id} {r.customer_name} {r.address}"
        ) if day == TODAY else ()  # fmt: skip

    def cancel(self, order_uid: UUID, reason: str) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.reasons.append(reason)
        self.live.hear(frozenset({"orders", "outbox"}))


def summary_of(order: OrderInHand, quoted: Quote, number: str) -> OrderSummary:
    address = order.customer.address(order.draft.address_id)
    return OrderSummary(
        order_uid=order.draft.uid, order_id=number, taken_at=NOW,
        customer_id=order.customer.customer_id, customer_name=order.customer.name,
        address=address.full_address if address else "",
        items="、".join(f"{ITEMS[line.product_id]} ×{line.quantity}" for line in order.draft.lines),
        delivery_date=order.draft.delivery_date, slot=order.draft.slot,
        payment=order.draft.payment, payable=quoted.payable, status=OrderStatus.CONFIRMED,
        upload=UploadState.WAITING,
    )  # fmt: skip


def _listed(  # noqa: PLR0917  # one row of a table
    number: int, customer: Customer, minutes: int, items: str, payable: int,
    upload: UploadState | None, status: OrderStatus, reason: str = "",
) -> OrderSummary:  # fmt: skip
    retrying = upload is UploadState.RETRYING
    return OrderSummary(
        order_uid=uid(500 + number), order_id=f"O-20260702-01{number:04d}",
        taken_at=NOW - timedelta(minutes=minutes), customer_id=customer.customer_id,
        customer_name=customer.name, address=customer.addresses[0].full_address, items=items,
        delivery_date=TODAY + timedelta(days=number % 2), slot=list(TimeSlot)[number % 2],
        payment=PaymentMethod.MONTHLY if customer.has_account else PaymentMethod.COD,
        payable=Decimal(payable), status=status, upload=upload,
        next_attempt_at=NOW + timedelta(seconds=24) if retrying else None, reason=reason,
    )  # fmt: skip


_DONE, _OPEN = OrderStatus.COMPLETED, OrderStatus.CONFIRMED
DAY = (
    _listed(13, NOODLES, 4, "20kg ×4、16kg ×2", 4943, UploadState.WAITING, _OPEN),
    _listed(12, FACTORY, 11, "50kg ×6", 12554, UploadState.ATTENTION, OrderStatus.HELD,
            "信用額度不足：尚差 554 元"),
    _listed(11, WANG, 19, "20kg ×2", 1835, UploadState.RETRYING, _OPEN),
    _listed(10, NOODLES, 33, "20kg ×2", 1772, UploadState.RECEIVED, OrderStatus.DISPATCHED),
    replace(
        _listed(9, WANG, 52, "4kg ×1、10kg ×1", 785, UploadState.RECEIVED, OrderStatus.EN_ROUTE),
        delivery_status="EN_ROUTE", driver="DRV001",
        estimated_arrival=NOW + timedelta(minutes=25), payment_status="UNPAID",
    ),
    replace(
        _listed(8, FACTORY, 74, "50kg ×2", 4208, None, _DONE),
        delivery_status="COMPLETED", driver="DRV002", payment_status="PARTIAL",
        paid=Decimal(2000), invoice_number="AB12345678",
    ),
    _listed(7, WANG, 96, "16kg ×1", 775, UploadState.RECEIVED, OrderStatus.CANCELLED),
    _listed(6, NOODLES, 118, "20kg ×3", 2633, UploadState.RECEIVED, _DONE),
)  # fmt: skip
