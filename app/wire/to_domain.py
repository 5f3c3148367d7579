"""From messages to the frozen classes that the rules work on."""

from datetime import date, time
from decimal import Decimal
from hashlib import sha256
from typing import Any

import msgspec

from app.domain.catalogue import (
    BusinessHours,
    ListPrice,
    OfflineAllowance,
    PriceBook,
    Product,
    ShopParameters,
    VolumeDiscount,
)
from app.domain.credit import CreditState
from app.domain.customers import Address, Customer, Phone, SpecialPrice
from app.domain.phones import parse_phone
from app.wire import customers as wire
from app.wire.catalogue import (
    BusinessHoursBody,
    Parameters,
    PricingRules,
    ProductBody,
    Products,
)
from app.wire.codec import MalformedMessage, encode

CLOSED = "CLOSED"
_VERSION_DIGITS = 16


def customer(body: wire.CustomerBody) -> Customer:
    """The customer of a body; `phone_primary` counts when `phones` is missing."""
    return Customer(
        customer_id=body.customer_id,
        name=body.customer_name,
        customer_type=body.customer_type,
        status=body.status,
        payment_terms=body.payment_terms,
        phones=_phones(body),
        addresses=tuple(_address(a) for a in body.delivery_addresses),
        special_prices=tuple(_special_price(p) for p in body.special_prices),
        tax_id=body.tax_id or None,
        nickname=body.nickname,
        email=body.email,
        note=body.note,
    )


def credit_state(figures: wire.CreditFigures) -> CreditState:
    """A customer's account as the server stated it at `as_of`."""
    return CreditState(
        limit=figures.credit_limit,
        used=figures.credit_used,
        as_of=figures.as_of,
        on_hold=figures.on_hold,
        hold_reason=figures.hold_reason,
        overdue_amount=figures.overdue_amount,
        days_overdue=figures.days_overdue,
    )


def price_book(products: Products, rules: PricingRules, parameters: Parameters) -> PriceBook:
    """The price book of a catalogue; stock does not change its `version`, prices do."""
    return PriceBook(
        version=_version(products, rules, parameters),
        products={p.product_id: product(p) for p in products.products},
        prices=tuple(price for p in products.products for price in _list_prices(p)),
        volume_discounts=tuple(
            VolumeDiscount(tier.min_quantity, tier.discount_percent)
            for tier in rules.volume_discounts
        ),
        zone_fees=dict(rules.zone_delivery_fees),
        surcharges=dict(rules.time_slot_surcharges),
        parameters=shop_parameters(parameters),
    )


def product(body: ProductBody) -> Product:
    """The product of a body, without its prices."""
    return Product(
        product_id=body.product_id,
        name=body.product_name,
        size=body.product_size,
        weight_kg=body.weight_kg or _kilograms(body.product_size),
        requires_empty_return=body.requires_empty_return,
        deposit=body.deposit_amount,
        active=body.active,
        track_inventory=body.track_inventory,
        available=body.available_quantity,
        reserved=body.reserved_quantity,
    )


def shop_parameters(body: Parameters) -> ShopParameters:
    """The shop's parameters; `MalformedMessage` when a time of day is not `HH:MM`."""
    settings = body.order_settings
    return ShopParameters(
        hours=_hours(body.business_hours),
        minimum_order_value=settings.minimum_order_value,
        same_day_cutoff=_clock(settings.same_day_cutoff),
        advance_booking_days=settings.advance_booking_days,
        cancellation_window_hours=settings.cancellation_window_hours,
        prices_include_tax=settings.prices_include_tax,
        invoice_delivery_fee=settings.invoice_delivery_fee,
        residual_price_per_kg=settings.residual_price_per_kg,
        allowance=OfflineAllowance(
            settings.offline_allowance_order,
            settings.offline_allowance_customer,
            settings.offline_allowance_register,
        ),
        extra_closed_days=frozenset(body.calendar.closed_days),
        extra_open_days=frozenset(body.calendar.open_days),
        extra_holidays=frozenset(body.calendar.holidays),
    )


def _phones(body: wire.CustomerBody) -> tuple[Phone, ...]:
    if body.phones:
        return tuple(Phone(p.digits, p.label, p.extension) for p in body.phones)
    parsed = parse_phone(body.phone_primary)
    return (Phone(parsed[0], extension=parsed[1]),) if parsed else ()


def _address(body: wire.DeliveryAddress) -> Address:
    return Address(
        address_id=body.address_id,
        full_address=body.full_address,
        zone=body.zone,
        postal_code=body.postal_code,
        address_type=body.address_type,
        is_default=body.is_default,
        note=body.note,
    )


def _special_price(body: wire.SpecialPrice) -> SpecialPrice:
    return SpecialPrice(body.product_id, body.special_price, body.valid_until, body.valid_from)


def _list_prices(body: ProductBody) -> tuple[ListPrice, ...]:
    current = ListPrice(body.product_id, body.standard_price, date.min)
    upcoming = (
        ListPrice(body.product_id, p.standard_price, p.effective_from) for p in body.upcoming_prices
    )
    return (current, *upcoming)


def _version(products: Products, rules: PricingRules, parameters: Parameters) -> str:
    """A hash of what a price depends on; sold pieces and the order of products do not matter."""
    priced = sorted(
        (
            p.product_id,
            p.standard_price,
            p.deposit_amount,
            p.active,
            tuple((u.effective_from, u.standard_price) for u in p.upcoming_prices),
        )
        for p in products.products
    )
    contents = msgspec.to_builtins((priced, rules, parameters), builtin_types=(Decimal, date))
    return sha256(encode(_same_amounts(contents))).hexdigest()[:_VERSION_DIGITS]


def _same_amounts(value: Any) -> Any:
    """850 and 850.00 are the same price and must give the same version."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return {key: _same_amounts(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_same_amounts(item) for item in value]
    return value


def _hours(body: BusinessHoursBody) -> BusinessHours:
    weekday = _span(body.weekday_start, body.weekday_end)
    if weekday is None:
        raise MalformedMessage("business_hours.weekday_start: the shop must open on weekdays")
    return BusinessHours(
        weekday=weekday,
        saturday=_span(body.saturday_start, body.saturday_end),
        sunday=None if body.sunday == CLOSED else _span(*_both(body.sunday)),
    )


def _both(text: str) -> tuple[str, str]:
    start, _, end = text.partition("-")
    return start.strip(), end.strip()


def _span(start: str, end: str) -> tuple[time, time] | None:
    return None if CLOSED in (start, end) else (_clock(start), _clock(end))


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise MalformedMessage(f"{text!r} is not a time of day such as 08:00") from error


def _kilograms(size: str) -> int:
    digits = size.upper().removesuffix("KG").strip()
    return int(digits) if digits.isdecimal() else 0
