"""Putting what a file says onto what is known: an import adds and changes, it never takes away."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from app.domain.addresses import normalise_address
from app.wire.catalogue import ProductBody
from app.wire.customers import CustomerBody, DeliveryAddress, PhoneNumber, SpecialPrice

B = TypeVar("B", CustomerBody, ProductBody)
# Column of the file -> fields of the body that it decides.
_CUSTOMER_FIELDS = {
    "customer_name": ("customer_name",),
    "nickname": ("nickname",),
    "tax_id": ("tax_id",),
    "customer_type": ("customer_type",),
    "status": ("status",),
    "payment_terms": ("payment_terms",),
    "email": ("email",),
    "note": ("note",),
}
_PRODUCT_FIELDS = {
    "product_name": ("product_name",),
    "product_size": ("product_size", "weight_kg"),
    "standard_price": ("standard_price",),
    "deposit_amount": ("deposit_amount",),
    "available_quantity": ("available_quantity", "track_inventory"),
    "requires_empty_return": ("requires_empty_return",),
    "active": ("active",),
}


def merged(first: CustomerBody, again: CustomerBody) -> CustomerBody:
    """Two rows of one customer as one: the first row's words, the numbers and doors of both."""
    notes = dict.fromkeys(note for note in (first.note, again.note) if note)
    return replace(
        first,
        tax_id=first.tax_id or again.tax_id,
        phone_primary=first.phone_primary or again.phone_primary,
        phones=_phones(first.phones, again.phones),
        delivery_addresses=_addresses(first.delivery_addresses, again.delivery_addresses),
        special_prices=_prices(first.special_prices, again.special_prices),
        nickname=first.nickname or again.nickname,
        email=first.email or again.email,
        note="；".join(notes),
    )


def onto_known(known: CustomerBody, read: CustomerBody, fields: frozenset[str]) -> CustomerBody:
    """The known customer with what the file has columns for; its balance and hold stay.

    Numbers, addresses and special prices that the file does not mention stay as well.
    """
    body = _decided(known, read, fields, _CUSTOMER_FIELDS)
    # What could not be read of other columns stands in the note and must not get lost.
    unclear = "" if "note" in fields or read.note in known.note else read.note
    return replace(
        body,
        note="；".join(note for note in (body.note, unclear) if note),
        phones=_phones(read.phones, known.phones),
        delivery_addresses=_known_ids(known.delivery_addresses, read.delivery_addresses),
        special_prices=_prices(read.special_prices, known.special_prices),
    )


def product_onto_known(
    known: ProductBody, read: ProductBody, fields: frozenset[str]
) -> ProductBody:
    """The known product with what the file has columns for; announced prices are added."""
    body = _decided(known, read, fields, _PRODUCT_FIELDS)
    upcoming = {price.effective_from: price for price in known.upcoming_prices}
    upcoming |= {price.effective_from: price for price in read.upcoming_prices}
    return replace(body, upcoming_prices=tuple(upcoming[day] for day in sorted(upcoming)))


def priced_on(read: ProductBody, today: date) -> ProductBody:
    """A product as its file prices it on `today`: an announced price that has begun is the price.

    So an old file that is read again does not bring last month's price back.
    """
    begun = [price for price in read.upcoming_prices if price.effective_from <= today]
    if not begun:
        return read
    return replace(
        read,
        standard_price=max(begun, key=lambda price: price.effective_from).standard_price,
        upcoming_prices=tuple(p for p in read.upcoming_prices if p.effective_from > today),
    )


def _decided(known: B, read: B, fields: frozenset[str], names: Mapping[str, tuple[str, ...]]) -> B:
    chosen = [name for field, its_names in names.items() if field in fields for name in its_names]
    return replace(known, **{name: getattr(read, name) for name in chosen})


def _phones(
    first: Iterable[PhoneNumber], further: Iterable[PhoneNumber]
) -> tuple[PhoneNumber, ...]:
    found: dict[str, PhoneNumber] = {}
    for phone in (*first, *further):
        found.setdefault(phone.digits, phone)
    return tuple(found.values())


def _prices(
    first: Iterable[SpecialPrice], further: Iterable[SpecialPrice]
) -> tuple[SpecialPrice, ...]:
    found = {price.product_id: price for price in first}
    return (*found.values(), *(price for price in further if price.product_id not in found))


def _addresses(
    first: tuple[DeliveryAddress, ...], further: tuple[DeliveryAddress, ...]
) -> tuple[DeliveryAddress, ...]:
    """The addresses of both, ids counted on, the default of the first."""
    found = {normalise_address(address.full_address): address for address in first}
    next_id = max((address.address_id for address in first), default=0) + 1
    for address in further:
        key = normalise_address(address.full_address)
        if key not in found:
            found[key] = replace(address, address_id=next_id, is_default=not found)
            next_id += 1
    return tuple(found.values())


def _known_ids(
    known: tuple[DeliveryAddress, ...], read: tuple[DeliveryAddress, ...]
) -> tuple[DeliveryAddress, ...]:
    """The known addresses with postal code and zone of the file, and the file's new ones."""
    by_text = {normalise_address(address.full_address): address for address in read}
    updated = []
    for address in known:
        said = by_text.get(normalise_address(address.full_address))
        updated.append(
            replace(
                address,
                full_address=said.full_address,
                zone=said.zone,
                postal_code=said.postal_code or address.postal_code,
            )
            if said
            else address
        )
    return _addresses(tuple(updated), read)
