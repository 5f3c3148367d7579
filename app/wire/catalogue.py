"""Data Maintenance (spec, internal module 2)."""

from datetime import date
from decimal import Decimal

from app.domain.catalogue import Surcharge
from app.domain.customers import Zone
from app.wire.codec import Instant, Message
from app.wire.enums import CacheType


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
