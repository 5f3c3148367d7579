"""Customer Management (spec, internal module 1)."""

from datetime import date
from decimal import Decimal

import msgspec

from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms, Zone
from app.wire.codec import Instant, Message
from app.wire.enums import CreditOperation, HoldStatus


class DeliveryAddress(Message, frozen=True, kw_only=True):
    """One entry of `delivery_addresses`; `note` is an addition."""

    address_id: int
    address_type: str
    full_address: str
    postal_code: str
    zone: Zone
    is_default: bool
    note: str = ""


class SpecialPrice(Message, frozen=True, kw_only=True):
    """One entry of `special_prices`; `valid_from` is an addition."""

    product_id: str
    special_price: Decimal
    valid_until: date | None = None
    valid_from: date | None = None


class PhoneNumber(Message, frozen=True, kw_only=True):
    """A further telephone number (addition): national digits, label, extension."""

    digits: str
    label: str = ""
    extension: str = ""


class CustomerBody(Message, frozen=True, kw_only=True):
    """`GET /internal/customers/{customer_id}`; fields after `special_prices` are additions.

    `phone_primary` is written for people (0912-345-678); `phones` holds all numbers as digits,
    the primary one first.
    """

    customer_id: str
    customer_name: str
    phone_primary: str
    tax_id: str | None
    customer_type: CustomerType
    credit_limit: Decimal
    credit_used: Decimal
    credit_available: Decimal
    status: CustomerStatus
    payment_terms: PaymentTerms
    delivery_addresses: tuple[DeliveryAddress, ...]
    special_prices: tuple[SpecialPrice, ...]
    phones: tuple[PhoneNumber, ...] = ()
    nickname: str = ""
    email: str = ""
    note: str = ""
    on_hold: bool = False
    hold_reason: str = ""
    overdue_amount: Decimal = Decimal(0)
    days_overdue: int = 0
    as_of: Instant | None = None
    affected_orders: tuple[str, ...] = ()


class CreditUpdate(Message, frozen=True, kw_only=True):
    """`POST /internal/customers/{customer_id}/credit`; idempotent on order, operation, revision.

    `override_by` (addition) is the supervisor who lets a RESERVE pass beyond limit and hold.
    `reference` (addition) names the document behind an entry and belongs to its key: a RELEASE
    for each payment of an order carries the receipt's number.
    """

    operation: CreditOperation
    amount: Decimal
    order_id: str
    timestamp: Instant
    revision: int = 1
    override_by: str = ""
    reference: str = ""


class CreditFigures(Message, frozen=True, kw_only=True):
    """A customer's account as it stands: answer to a credit update or question (addition).

    `version` grows with every change, so that a late answer never replaces a newer one.
    `affected_orders` are those that a hold named.
    """

    customer_id: str
    credit_limit: Decimal
    credit_used: Decimal
    credit_available: Decimal
    on_hold: bool
    hold_reason: str
    overdue_amount: Decimal
    days_overdue: int
    version: int
    as_of: Instant
    affected_orders: tuple[str, ...] = ()


class CreditEntry(Message, frozen=True, kw_only=True):
    """One line of the credit ledger; the changes are what it did to the account."""

    entry_id: int
    order_id: str
    operation: str
    revision: int
    reference: str
    amount: Decimal
    reserved_change: Decimal
    used_change: Decimal
    override_by: str
    timestamp: Instant


class CreditEntries(Message, frozen=True, kw_only=True):
    """`GET /internal/customers/{customer_id}/credit/entries` (addition), the newest first.

    `next_before` asks for older ones; None at the end.
    """

    customer_id: str
    entries: tuple[CreditEntry, ...]
    next_before: int | None


class CustomersFound(Message, frozen=True, kw_only=True):
    """`GET /internal/customers` (addition): `next_after` asks for more; None at the end.

    `statistics` by customer, where they were asked for.
    """

    customers: tuple[CustomerBody, ...]
    next_after: str | None = None
    statistics: dict[str, "CustomerStatistics"] = msgspec.field(default_factory=dict)


class CustomerStatistics(Message, frozen=True, kw_only=True):
    """`POST /internal/customers/{customer_id}/statistics`."""

    last_order_date: date
    total_orders_count: int
    total_order_value: Decimal
    average_order_value: Decimal
    favorite_products: tuple[str, ...]


class CreditHold(Message, frozen=True, kw_only=True):
    """`POST /internal/customers/{customer_id}/credit-hold` (from Account Management)."""

    hold_status: HoldStatus
    hold_reason: str
    overdue_amount: Decimal
    days_overdue: int
    affected_orders: tuple[str, ...]
