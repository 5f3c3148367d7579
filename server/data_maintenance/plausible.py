"""What a catalogue may say: checked before it is saved, refused with a sentence for people."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from app.domain.catalogue import Surcharge
from app.domain.customers import Zone
from app.domain.money import unit_price, whole
from app.wire.catalogue import DatedPrice, Parameters, PricingRules, ProductBody
from app.wire.codec import MalformedMessage
from app.wire.to_domain import shop_parameters
from server.plausibility import check_id
from server.refusals import Malformed

DEAREST = Decimal(1_000_000)
HEAVIEST_KG = 10_000
FARTHEST_AHEAD = timedelta(days=732)


def check_product(body: ProductBody, today: date) -> None:
    """Raise `Malformed` for a product that can not be meant."""
    check_id(body.product_id, "product_id")
    _demand(0 < len(body.product_name.strip()) <= 100, "product_name: 1 to 100 characters.")
    _demand(0 < len(body.product_size.strip()) <= 20, "product_size: 1 to 20 characters.")
    _demand(0 <= body.weight_kg <= HEAVIEST_KG, f"weight_kg: 0 to {HEAVIEST_KG}.")
    _check_unit_price(body.standard_price, "standard_price")
    _check_amount(body.deposit_amount, "deposit_amount")
    for price in body.upcoming_prices:
        check_announcement(price, today + timedelta(days=1))
    days = [price.effective_from for price in body.upcoming_prices]
    _demand(len(set(days)) == len(days), "upcoming_prices: one price for each day.")


def check_announcement(price: DatedPrice, earliest: date) -> None:
    """Raise `Malformed` for a price that would change the past, or lies too far ahead."""
    _check_unit_price(price.standard_price, "standard_price")
    _demand(
        earliest <= price.effective_from <= earliest + FARTHEST_AHEAD,
        f"effective_from: from {earliest} on, at most two years ahead. Past prices stay.",
    )


def check_pricing_rules(rules: PricingRules) -> None:
    """Raise `Malformed` for tiers out of order, zones without a fee, surcharges below 1."""
    tiers = [tier.min_quantity for tier in rules.volume_discounts]
    _demand(
        all(quantity > 1 for quantity in tiers) and tiers == sorted(set(tiers)),
        "volume_discounts: tiers of 2 or more pieces, each larger than the one before.",
    )
    for tier in rules.volume_discounts:
        _demand(0 <= tier.discount_percent < 100, "discount_percent: 0 to below 100.")
    _demand(set(rules.zone_delivery_fees) == set(Zone), f"zone_delivery_fees: {_names(Zone)}.")
    for fee in rules.zone_delivery_fees.values():
        _check_amount(fee, "zone_delivery_fees")
    _demand(
        set(rules.time_slot_surcharges) == set(Surcharge),
        f"time_slot_surcharges: {_names(Surcharge)}.",
    )
    for factor in rules.time_slot_surcharges.values():
        _demand(1 <= factor <= 10, "time_slot_surcharges: factors of 1 to 10.")


def check_parameters(body: Parameters) -> None:
    """Raise `Malformed` for hours that no clock shows, or settings that stop the shop."""
    try:
        shop = shop_parameters(body)
    except (MalformedMessage, ValueError) as error:
        raise Malformed("PARAMETERS", f"{error}") from error
    spans = (shop.hours.weekday, shop.hours.saturday, shop.hours.sunday)
    _demand(
        all(span is None or span[0] < span[1] for span in spans),
        "business_hours: opening comes before closing.",
    )
    settings = body.order_settings
    _demand(0 <= settings.advance_booking_days <= 366, "advance_booking_days: 0 to 366.")
    _demand(0 <= settings.cancellation_window_hours <= 168, "cancellation_window_hours: 0 to 168.")
    _check_amount(settings.minimum_order_value, "minimum_order_value")
    _check_unit_price(settings.residual_price_per_kg, "residual_price_per_kg")
    for name in ("order", "customer", "register"):
        _check_amount(getattr(settings, f"offline_allowance_{name}"), f"offline_allowance_{name}")
    days = body.calendar
    _demand(
        not set(days.closed_days) & set(days.open_days),
        "calendar: a day is either open or closed.",
    )


def _check_unit_price(price: Decimal, name: str) -> None:
    _demand(0 <= price <= DEAREST and price == unit_price(price), f"{name}: steps of 0.01 元.")


def _check_amount(amount: Decimal, name: str) -> None:
    _demand(0 <= amount <= DEAREST and amount == whole(amount), f"{name}: whole 元, not below 0.")


def _demand(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Malformed("IMPLAUSIBLE", otherwise)


def _names(words: Iterable[str]) -> str:
    return ", ".join(words)
