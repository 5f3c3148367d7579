"""Data Maintenance (spec, internal module 2)."""

from datetime import date
from decimal import Decimal

from app.domain.catalogue import Surcharge
from app.domain.customers import Zone
from app.wire.codec import Instant, Message
from app.wire.enums import CacheType, StockMovementKind, StockOperation


class ProductBody(Message, frozen=True, kw_only=True):
    """One entry of `products`; fields after `active` are additions.

    `price_since` is the day from which `standard_price` has been valid.
    """

    product_id: str
    product_name: str
    product_size: str
    standard_price: Decimal
    track_inventory: bool
    available_quantity: int
    reserved_quantity: int
    requires_empty_return: bool
    deposit_amount: Decimal
    active: bool
    weight_kg: int = 0
    price_since: date | None = None
    upcoming_prices: tuple["DatedPrice", ...] = ()


class DatedPrice(Message, frozen=True, kw_only=True):
    """A list price from the start of `effective_from` on (addition)."""

    standard_price: Decimal
    effective_from: date


class Products(Message, frozen=True, kw_only=True):
    """`GET /internal/products`."""

    products: tuple[ProductBody, ...]


class VolumeDiscountBody(Message, frozen=True, kw_only=True):
    """One tier of `volume_discounts`."""

    min_quantity: int
    discount_percent: Decimal


class PricingRules(Message, frozen=True, kw_only=True):
    """`GET /internal/pricing/rules`."""

    volume_discounts: tuple[VolumeDiscountBody, ...]
    zone_delivery_fees: dict[Zone, Decimal]
    time_slot_surcharges: dict[Surcharge, Decimal]


class BusinessHoursBody(Message, frozen=True, kw_only=True):
    """`business_hours`: `HH:MM`, or `sunday: "CLOSED"` (other days may be CLOSED as well)."""

    weekday_start: str
    weekday_end: str
    saturday_start: str
    saturday_end: str
    sunday: str = "CLOSED"


class OrderSettings(Message, frozen=True, kw_only=True):
    """`order_settings`; fields after `cancellation_window_hours` are additions."""

    minimum_order_value: Decimal
    same_day_cutoff: str
    advance_booking_days: int
    cancellation_window_hours: int
    prices_include_tax: bool = False
    invoice_delivery_fee: bool = False
    residual_price_per_kg: Decimal = Decimal(0)
    offline_allowance_order: Decimal = Decimal(3000)
    offline_allowance_customer: Decimal = Decimal(6000)
    offline_allowance_register: Decimal = Decimal(50000)


class CalendarOverrides(Message, frozen=True, kw_only=True):
    """The shop's own days on top of Taiwan's calendar (addition)."""

    closed_days: tuple[date, ...] = ()
    open_days: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()


class Parameters(Message, frozen=True, kw_only=True):
    """`GET /internal/parameters`; `calendar` is an addition."""

    business_hours: BusinessHoursBody
    order_settings: OrderSettings
    calendar: CalendarOverrides = CalendarOverrides()


class CacheInvalidation(Message, frozen=True, kw_only=True):
    """`POST /internal/cache/invalidate`."""

    cache_type: CacheType
    affected_ids: tuple[str, ...]
    effective_time: Instant


class StockReservationLine(Message, frozen=True, kw_only=True):
    """Pieces of one product."""

    product_id: str
    quantity: int


class StockReservation(Message, frozen=True, kw_only=True):
    """`POST /internal/products/reservations` (addition); idempotent on order, operation, revision.

    RESERVE at order, CONSUME what was delivered, RELEASE what was not.
    """

    order_id: str
    revision: int
    operation: StockOperation
    lines: tuple[StockReservationLine, ...]
    timestamp: Instant


class StockFigures(Message, frozen=True, kw_only=True):
    """A product's stock as it stands; `available_quantity` may be below zero."""

    product_id: str
    available_quantity: int
    reserved_quantity: int


class StockReserved(Message, frozen=True, kw_only=True):
    """Answer to a reservation: never a refusal; what is short or not known is named."""

    order_id: str
    revision: int
    operation: StockOperation
    products: tuple[StockFigures, ...]
    short_products: tuple[str, ...] = ()
    unknown_products: tuple[str, ...] = ()


class StockMovement(Message, frozen=True, kw_only=True):
    """`POST /internal/products/{product_id}/stock` (addition), from the warehouse.

    RECEIPT: pieces that came in (negative: written off). COUNT: pieces found, reserved ones
    included. `reference_number` is the warehouse's own; the same one counts once per product.
    """

    operation: StockMovementKind
    quantity: int
    reference_number: str
    timestamp: Instant
    note: str = ""


class StockEntry(Message, frozen=True, kw_only=True):
    """One line of the stock ledger; `document` is an order's or the warehouse's number."""

    entry_id: int
    document: str
    operation: str
    revision: int
    quantity: int
    available_change: int
    reserved_change: int
    note: str
    timestamp: Instant


class StockEntries(Message, frozen=True, kw_only=True):
    """`GET /internal/products/{product_id}/stock/entries` (addition), the newest first.

    `next_before` asks for older ones; None at the end.
    """

    product_id: str
    entries: tuple[StockEntry, ...]
    next_before: int | None
