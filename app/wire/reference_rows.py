"""From feed bodies to rows of the reference tables; the server's snapshots use the same code.

Rows are plain dicts in the shape of `app.wire.reference`. Only what the body says is in them:
`search_id`, `last_order_on` and `v` belong to whoever keeps the table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.addresses import normalise_address
from app.domain.money import to_cents
from app.domain.phones import parse_phone
from app.domain.search_text import address_grams, digit_grams, name_grams
from app.domain.zhuyin import zhuyin_initials
from app.wire.accounts import OrderPayment
from app.wire.codec import encode
from app.wire.customers import (
    CreditFigures,
    CustomerBody,
    CustomerStatistics,
    DeliveryAddress,
    PhoneNumber,
)
from app.wire.dispatch import OrderDelivery
from app.wire.invoices import OrderInvoice
from app.wire.orders import OrderBody

Row = dict[str, Any]
_BETWEEN = " _ "  # a token nobody searches for: a phrase can not run from one number into the next


@dataclass(frozen=True, slots=True)
class CustomerRows:
    """One customer in its tables, and the columns of the search index."""

    customer: Row
    phones: list[Row]
    addresses: list[Row]
    special_prices: list[Row]
    search: Row


def customer_rows(body: CustomerBody, initials: str | None = None) -> CustomerRows:
    """A customer's rows; texts are normalised here, once, when they are written.

    `initials` are those of the name where they are known already.
    """
    addresses = [_address(body.customer_id, address) for address in body.delivery_addresses]
    phones = [
        _phone(body.customer_id, position, phone) for position, phone in enumerate(_phones(body))
    ]
    return CustomerRows(
        customer={
            "customer_id": body.customer_id,
            "name": body.customer_name,
            "nickname": body.nickname,
            "initials": zhuyin_initials(body.customer_name) if initials is None else initials,
            "customer_type": body.customer_type.value,
            "status": body.status.value,
            "payment_terms": body.payment_terms.value,
            "tax_id": body.tax_id,
            "email": body.email,
            "note": body.note,
        },
        phones=phones,
        addresses=addresses,
        special_prices=_special_prices(body),
        search=search_columns(
            (body.customer_name, body.nickname),
            (address["normalised"] for address in addresses),
            (*(phone["digits"] for phone in phones), body.tax_id or "", body.customer_id),
        ),
    )


def search_columns(
    names: Iterable[str], normalised_addresses: Iterable[str], numbers: Iterable[str]
) -> Row:
    """The columns of the search index; a match never runs from one value into the next."""
    return {
        "name": _joined(name_grams(name) for name in names),
        "addr": _joined(address_grams(address) for address in normalised_addresses),
        "dig": _joined(digit_grams("".join(filter(str.isdecimal, n))) for n in numbers),
    }


def credit_row(figures: CreditFigures) -> Row:
    """The row of `credit`."""
    return {
        "customer_id": figures.customer_id,
        "credit_limit": int(figures.credit_limit),
        "credit_used": int(figures.credit_used),
        "on_hold": int(figures.on_hold),
        "hold_reason": figures.hold_reason,
        "overdue_amount": int(figures.overdue_amount),
        "days_overdue": figures.days_overdue,
        "as_of": seconds(figures.as_of),
    }


def statistics_row(customer_id: str, body: CustomerStatistics) -> Row:
    """The row of `statistics`."""
    return {
        "customer_id": customer_id,
        "last_order_date": body.last_order_date.isoformat(),
        "total_orders_count": body.total_orders_count,
        "total_order_value": int(body.total_order_value),
        "average_order_value_cents": to_cents(body.average_order_value),
        "favorite_products": encode(body.favorite_products).decode(),
    }


def order_row(body: OrderBody) -> Row:
    """The row of `orders`."""
    lines = [[x.product_id, x.quantity, x.empties, x.deposits] for x in body.lines]
    return {
        "order_uid": str(body.order_uid),
        "order_id": body.order_id,
        "customer_id": body.customer_id,
        "customer_name": body.customer_name,
        "status": body.status.value,
        "revision": body.revision,
        "order_date": body.order_date.isoformat(),
        "delivery_date": body.delivery_date.isoformat(),
        "time_slot": body.time_slot.value,
        "address_id": body.address_id,
        "delivery_address": body.delivery_address,
        "payment_method": body.payment_method.value,
        "invoice_type": body.invoice_type.value,
        "lines": encode(lines).decode(),
        "payable": int(body.payable),
        "taken_at": seconds(body.taken_at),
    }


def delivery_row(body: OrderDelivery) -> Row:
    """The row of `deliveries`."""
    eta = body.estimated_arrival
    return {
        "order_uid": str(body.order_uid),
        "status": body.status.value,
        "driver_id": body.driver_id,
        "vehicle_id": body.vehicle_id,
        "route_sequence": body.route_sequence,
        "estimated_arrival": None if eta is None else seconds(eta),
        "notes": body.notes,
        "reported_at": seconds(body.reported_at),
    }


def payment_row(body: OrderPayment) -> Row:
    """The row of `payments`."""
    return {
        "order_uid": str(body.order_uid),
        "payment_status": body.payment_status.value,
        "paid_amount": int(body.paid_amount),
        "paid_date": _iso(body.paid_date),
        "payment_method": None if body.payment_method is None else body.payment_method.value,
        "receipt_number": body.receipt_number,
        "reported_at": seconds(body.reported_at),
    }


def invoice_row(body: OrderInvoice) -> Row:
    """The row of `invoices`."""
    return {
        "order_uid": str(body.order_uid),
        "invoice_id": body.invoice_id,
        "invoice_number": body.invoice_number,
        "invoice_date": body.invoice_date.isoformat(),
        "pdf_url": body.pdf_url,
        "submission_status": body.submission_status.value,
        "reported_at": seconds(body.reported_at),
    }


def seconds(instant: datetime) -> int:
    """An aware instant as whole UTC seconds."""
    return int(instant.timestamp())


def _joined(grams: Iterable[str]) -> str:
    return _BETWEEN.join(filter(None, grams))


def _phones(body: CustomerBody) -> tuple[PhoneNumber, ...]:
    if body.phones:
        return body.phones
    parsed = parse_phone(body.phone_primary)
    return (PhoneNumber(digits=parsed[0], extension=parsed[1]),) if parsed else ()


def _phone(customer_id: str, position: int, phone: PhoneNumber) -> Row:
    return {
        "customer_id": customer_id,
        "position": position,
        "digits": phone.digits,
        "reversed": phone.digits[::-1],
        "label": phone.label,
        "extension": phone.extension,
    }


def _address(customer_id: str, address: DeliveryAddress) -> Row:
    return {
        "customer_id": customer_id,
        "address_id": address.address_id,
        "address_type": address.address_type,
        "full_address": address.full_address,
        "normalised": normalise_address(address.full_address),
        "postal_code": address.postal_code,
        "zone": address.zone.value,
        "is_default": int(address.is_default),
        "note": address.note,
    }


def _special_prices(body: CustomerBody) -> list[Row]:
    return [
        {
            "customer_id": body.customer_id,
            "position": position,
            "product_id": price.product_id,
            "price_cents": to_cents(price.special_price),
            "valid_from": _iso(price.valid_from),
            "valid_until": _iso(price.valid_until),
        }
        for position, price in enumerate(body.special_prices)
    ]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
