"""The sample shop's catalogue: the spec's products, pricing rules and parameters, and more."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from msgspec.structs import replace

from app.domain.money import from_cents
from app.wire.catalogue import DatedPrice, Parameters, PricingRules, ProductBody, Products
from app.wire.codec import decode
from server.sample.words import text_of

# The refinery's monthly change in the sample: one dollar per kilogram up.
_NEXT_MONTH_PER_KG = Decimal(1)


@dataclass(frozen=True, slots=True)
class SampleCatalogue:
    """What `GET /internal/products`, `/pricing/rules` and `/parameters` answer."""

    products: Products
    pricing: PricingRules
    parameters: Parameters


def catalogue(today: date) -> SampleCatalogue:
    """The catalogue with next month's prices already announced."""
    products = decode(Products, text_of("products.json")).products
    return SampleCatalogue(
        products=Products(products=tuple(_with_next_price(p, today) for p in products)),
        pricing=decode(PricingRules, text_of("pricing_rules.json")),
        parameters=decode(Parameters, text_of("parameters.json")),
    )


def _with_next_price(product: ProductBody, today: date) -> ProductBody:
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    price = product.standard_price + from_cents(int(_NEXT_MONTH_PER_KG * product.weight_kg * 100))
    upcoming = DatedPrice(standard_price=price, effective_from=first_of_next)
    return replace(product, upcoming_prices=(upcoming,))
