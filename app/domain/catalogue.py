"""Products, dated prices and the shop's parameters: everything a quote is computed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from app.domain.customers import Zone
from app.domain.money import ZERO


class Surcharge(StrEnum):
    """Names of the spec's `time_slot_surcharges`; each multiplies the delivery fee."""

    URGENT = "URGENT"
    EVENING = "EVENING"
    HOLIDAY = "HOLIDAY"


@dataclass(frozen=True, slots=True)
class Product:
    """A product as sold over the counter. `weight_kg` is the gas content of one cylinder."""

    product_id: str
    name: str
    size: str
    weight_kg: int
    requires_empty_return: bool
    deposit: Decimal
    active: bool = True
    track_inventory: bool = True
    available: int = 0
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class ListPrice:
    """The standard unit price of a product from the start of `effective_from` on."""

    product_id: str
    price: Decimal
    effective_from: date


@dataclass(frozen=True, slots=True)
class VolumeDiscount:
    """From `min_quantity` pieces on one line, `percent` off the standard price."""

    min_quantity: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """Opening hours of the spec's parameters; None means closed that day."""

    weekday: tuple[time, time] = (time(8), time(18))
    saturday: tuple[time, time] | None = (time(8), time(12))
    sunday: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class OfflineAllowance:
    """How much on account may be taken unseen, whole 元: an order, a customer, this register."""

    per_order: Decimal = Decimal(3000)
    per_customer: Decimal = Decimal(6000)
    per_register: Decimal = Decimal(50000)


@dataclass(frozen=True, slots=True)
class ShopParameters:
    """The spec's system parameters and the additions of `readings.md`."""

    hours: BusinessHours = field(default_factory=BusinessHours)
    minimum_order_value: Decimal = Decimal(800)
    same_day_cutoff: time = time(14)
    advance_booking_days: int = 30
    cancellation_window_hours: int = 4
    prices_include_tax: bool = False
    invoice_delivery_fee: bool = False
    residual_price_per_kg: Decimal = ZERO
    allowance: OfflineAllowance = field(default_factory=OfflineAllowance)
    extra_closed_days: frozenset[date] = frozenset()
    extra_open_days: frozenset[date] = frozenset()
    extra_holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class PriceBook:
    """One consistent set of products, prices, fees and parameters; `version` names it."""

    version: str
    products: Mapping[str, Product]
    prices: tuple[ListPrice, ...]
    volume_discounts: tuple[VolumeDiscount, ...]
    zone_fees: Mapping[Zone, Decimal]
    surcharges: Mapping[Surcharge, Decimal]
    parameters: ShopParameters

    _listed: Mapping[str, tuple[ListPrice, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Quoted on every key: the prices of one product are found without a walk over all.
        listed: dict[str, list[ListPrice]] = {}
        for price in sorted(self.prices, key=lambda p: p.effective_from, reverse=True):
            listed.setdefault(price.product_id, []).append(price)
        newest_first = {product_id: tuple(prices) for product_id, prices in listed.items()}
        object.__setattr__(self, "_listed", newest_first)

    def standard_price(self, product_id: str, day: date) -> Decimal | None:
        """The list price in force on `day`; None when the product has no price yet."""
        listed = self._listed.get(product_id, ())
        return next((p.price for p in listed if p.effective_from <= day), None)

    def volume_discount(self, quantity: int) -> Decimal:
        """Percent off the standard price for a line of that many pieces: the highest tier reached.

        0 below the first tier.
        """
        reached = [d for d in self.volume_discounts if d.min_quantity <= quantity]
        return max(reached, key=lambda d: d.min_quantity).percent if reached else ZERO
