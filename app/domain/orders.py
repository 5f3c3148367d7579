"""Orders: the draft that a clerk fills in, and the life of an order. See docs/rules/orders.md."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID


class TimeSlot(StrEnum):
    """Delivery slots of the wire: 01 morning 08-12, 02 afternoon 12-18, 03 evening 18-21."""

    MORNING = "01"
    AFTERNOON = "02"
    EVENING = "03"


class Priority(StrEnum):
    """URGENT goes out on the next truck and multiplies the delivery fee."""

    NORMAL = "NORMAL"
    URGENT = "URGENT"


class PaymentMethod(StrEnum):
    """How the customer pays; MONTHLY is on account and needs credit."""

    CASH = "CASH"
    COD = "COD"
    MONTHLY = "MONTHLY"
    ONLINE = "ONLINE"


class InvoiceType(StrEnum):
    """二聯 (consumer) or 三聯 (business, needs a valid tax id)."""

    DUPLICATE = "DUPLICATE"
    TRIPLICATE = "TRIPLICATE"


class OrderStatus(StrEnum):
    """The life of an order; dispatch statuses are the spec's."""

    DRAFT = "DRAFT"
    CONFIRMED = "CONFIRMED"
    HELD = "HELD"
    DISPATCHED = "DISPATCHED"
    EN_ROUTE = "EN_ROUTE"
    ARRIVED = "ARRIVED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One product on a draft.

    Of `quantity` cylinders, `empties` are exchanged, `deposits` are lent against a deposit and
    the rest is owed. `residual_kg` is gas left in the returned cylinders, weighed.
    """

    product_id: str
    quantity: int
    empties: int = 0
    deposits: int = 0
    residual_kg: Decimal = Decimal(0)

    def with_quantity(self, quantity: int) -> "DraftLine":
        """Another number of cylinders: exchanged ones follow it, lent ones never exceed it."""
        deposits = min(self.deposits, quantity)
        exchanged = self.empties + self.deposits == self.quantity
        empties = quantity - deposits if exchanged else min(self.empties, quantity - deposits)
        return replace(self, quantity=quantity, empties=empties, deposits=deposits)


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """Everything a clerk says about an order. `uid` is minted when the draft opens (UUIDv7)."""

    uid: UUID
    customer_id: str
    opened_at: datetime
    delivery_date: date
    lines: tuple[DraftLine, ...] = ()
    address_id: int | None = None
    slot: TimeSlot = TimeSlot.AFTERNOON
    priority: Priority = Priority.NORMAL
    payment: PaymentMethod = PaymentMethod.CASH
    invoice_type: InvoiceType = InvoiceType.DUPLICATE
    tax_id: str = ""
    contact_phone: str = ""
    note: str = ""

    def with_line(self, line: DraftLine) -> "OrderDraft":
        """The draft with that product's line added or replaced; quantity 0 removes it."""
        position = next(
            (i for i, old in enumerate(self.lines) if old.product_id == line.product_id), None
        )
        lines = list(self.lines)
        if position is None:
            lines.append(line)
        else:
            lines[position] = line
        return replace(self, lines=tuple(item for item in lines if item.quantity > 0))

    def line(self, product_id: str) -> DraftLine | None:
        """The line of that product, if there is one."""
        return next((item for item in self.lines if item.product_id == product_id), None)


# Drivers' reports get lost or come late, so a delivery may skip stations, but only forward.
_FOLLOWING = {
    OrderStatus(status): frozenset(OrderStatus(name) for name in following.split())
    for status, following in {
        "DRAFT": "CONFIRMED HELD CANCELLED",
        "HELD": "CONFIRMED CANCELLED",
        "CONFIRMED": "HELD DISPATCHED EN_ROUTE ARRIVED COMPLETED CANCELLED",
        "DISPATCHED": "CONFIRMED EN_ROUTE ARRIVED COMPLETED FAILED CANCELLED",
        "EN_ROUTE": "ARRIVED COMPLETED FAILED CANCELLED",
        "ARRIVED": "COMPLETED FAILED",
        "FAILED": "CONFIRMED CANCELLED",
        "COMPLETED": "",
        "CANCELLED": "",
    }.items()
}


def can_become(status: OrderStatus, following: OrderStatus) -> bool:
    """Whether an order may go from `status` to `following`; no status follows itself."""
    return following in _FOLLOWING[status]
