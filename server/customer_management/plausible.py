"""What may be said of a customer; refused with a sentence for people before it is saved."""

import re
from decimal import Decimal

from app.domain.money import unit_price, whole
from app.domain.phones import parse_phone
from app.wire.customers import CustomerBody, CustomerStatistics
from server.plausibility import check_id
from server.refusals import Malformed

HIGHEST_LIMIT = Decimal(100_000_000)
_DIGITS = re.compile(r"[0-9]{3,20}")
_TAX_ID = re.compile(r"[0-9]{8}")
_LENGTHS = {"customer_name": 100, "nickname": 100, "email": 254, "note": 2000}


def check_customer(body: CustomerBody) -> None:
    """Raise `Malformed` for a customer that can not be meant.

    A tax id needs eight digits; a wrong checksum is kept and shown as such (see docs/rules/tax.md).
    """
    check_id(body.customer_id, "customer_id")
    _demand("customer_name: it is missing.", bool(body.customer_name.strip()))
    for name, most in _LENGTHS.items():
        _demand(f"{name}: at most {most} characters.", len(getattr(body, name)) <= most)
    if body.tax_id:
        _demand("tax_id: eight digits.", _TAX_ID.fullmatch(body.tax_id) is not None)
    for name in ("credit_limit", "credit_used"):
        amount = getattr(body, name)
        is_whole = 0 <= amount <= HIGHEST_LIMIT and amount == whole(amount)
        _demand(f"{name}: whole 元, not below 0.", is_whole)
    _check_phones(body)
    _check_addresses(body)
    _check_special_prices(body)


def check_statistics(body: CustomerStatistics) -> None:
    """Raise `Malformed` for sums that no orders have."""
    counts = (body.total_orders_count, body.total_order_value, body.average_order_value)
    _demand("Sums and counts are not below 0.", all(count >= 0 for count in counts))
    total = body.total_order_value
    _demand("total_order_value: whole 元.", total == whole(total))
    _demand("favorite_products: at most 20.", len(body.favorite_products) <= 20)
    for product_id in body.favorite_products:
        check_id(product_id, "favorite_products")


def _check_phones(body: CustomerBody) -> None:
    _demand("phones: at most 20.", len(body.phones) <= 20)
    for phone in body.phones:
        _demand("phones: digits only, 3 to 20.", _DIGITS.fullmatch(phone.digits) is not None)
        short = len(phone.label) <= 40 and len(phone.extension) <= 10
        _demand("phones: label up to 40, extension up to 10 characters.", short)
    if not body.phones and body.phone_primary:
        number = parse_phone(body.phone_primary)
        _demand("phone_primary: a complete number of Taiwan, or empty.", number is not None)


def _check_addresses(body: CustomerBody) -> None:
    ids = [address.address_id for address in body.delivery_addresses]
    _demand("delivery_addresses: at most 100.", len(ids) <= 100)
    _demand("address_id: each number once, not below 0.", len(set(ids)) == len(ids))
    defaults = sum(address.is_default for address in body.delivery_addresses)
    _demand("is_default: at most one address.", defaults <= 1)
    for address in body.delivery_addresses:
        _demand("address_id: not below 0.", address.address_id >= 0)
        _demand("full_address: 1 to 200 characters.", 0 < len(address.full_address.strip()) <= 200)
        short = len(address.address_type) <= 10 and len(address.postal_code) <= 10
        _demand("address_type, postal_code: up to 10 characters.", short)
        _demand("note: at most 500 characters.", len(address.note) <= 500)


def _check_special_prices(body: CustomerBody) -> None:
    _demand("special_prices: at most 200.", len(body.special_prices) <= 200)
    for special in body.special_prices:
        check_id(special.product_id, "product_id")
        price = special.special_price
        fits = 0 <= price <= 1_000_000 and price == unit_price(price)
        _demand("special_price: steps of 0.01 元.", fits)
        if special.valid_from and special.valid_until:
            in_order = special.valid_from <= special.valid_until
            _demand("valid_until: not before valid_from.", in_order)


def _demand(otherwise: str, holds: bool) -> None:
    if not holds:
        raise Malformed("IMPLAUSIBLE", otherwise)
