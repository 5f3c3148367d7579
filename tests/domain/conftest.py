"""The spec's own customer, product and order, frozen, for every rule to be tried on."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import settings

from app.domain.catalogue import (
    ListPrice,
    PriceBook,
    Product,
    ShopParameters,
    Surcharge,
    VolumeDiscount,
)
from app.domain.customers import (
    Address,
    Customer,
    CustomerStatus,
    CustomerType,
    PaymentTerms,
    Phone,
    Zone,
)
from app.domain.hours import TAIPEI
from app.domain.orders import DraftLine, InvoiceType, OrderDraft, PaymentMethod


@pytest.fixture(scope="session")
def now() -> datetime:
    """Thursday morning, a working day, before the cut-off."""
    return datetime(2024, 1, 25, 10, 30, tzinfo=TAIPEI)


# The same examples on every machine; no deadline, for the first of them may load a calendar.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")


def _cylinder(product_id: str, name: str, weight: int, deposit: int, available: int) -> Product:
    return Product(
        product_id=product_id,
        name=name,
        size=f"{weight}KG",
        weight_kg=weight,
        requires_empty_return=True,
        deposit=Decimal(deposit),
        available=available,
    )


def _hardware(product_id: str, name: str) -> Product:
    return Product(
        product_id=product_id,
        name=name,
        size="",
        weight_kg=0,
        requires_empty_return=False,
        deposit=Decimal(0),
        track_inventory=False,
    )


@pytest.fixture(scope="session")
def book() -> PriceBook:
    """The spec's prices, discounts, fees and parameters, with 16 kg, a hose and a dead product."""
    products = (
        _cylinder("P001", "20kg 瓦斯桶", 20, 1500, 523),
        _cylinder("P002", "16kg 瓦斯桶", 16, 1200, 80),
        _cylinder("P003", "20kg 複合瓶", 20, 2500, 10),
        replace(_cylinder("P009", "50kg 舊桶", 50, 3000, 0), active=False),
        _hardware("H001", "瓦斯管"),
        _hardware("H002", "尚未定價"),
    )
    start = date(2024, 1, 1)
    return PriceBook(
        version="2024-01-01",
        products={product.product_id: product for product in products},
        prices=(
            ListPrice("P001", Decimal("850.00"), start),
            ListPrice("P001", Decimal("870.00"), date(2024, 2, 1)),
            ListPrice("P002", Decimal("700.00"), start),
            ListPrice("P003", Decimal("950.00"), start),
            ListPrice("H001", Decimal("120.00"), start),
            ListPrice("P009", Decimal("2000.00"), start),
        ),
        volume_discounts=(VolumeDiscount(10, Decimal(2)), VolumeDiscount(20, Decimal(3))),
        zone_fees={
            Zone.NORTH: Decimal(50),
            Zone.CENTRAL: Decimal(80),
            Zone.SOUTH: Decimal(100),
        },
        surcharges={
            Surcharge.URGENT: Decimal("1.5"),
            Surcharge.EVENING: Decimal("1.3"),
            Surcharge.HOLIDAY: Decimal("2.0"),
        },
        parameters=ShopParameters(residual_price_per_kg=Decimal(28)),
    )


@pytest.fixture(scope="session")
def customer() -> Customer:
    """The spec's customer on account, with a tax id that is valid, and a second, remote address."""
    return Customer(
        customer_id="C000123",
        name="王大明",
        customer_type=CustomerType.COMMERCIAL,
        status=CustomerStatus.ACTIVE,
        payment_terms=PaymentTerms.NET30,
        phones=(Phone("0912345678"),),
        addresses=(
            Address(456, "台北市信義區信義路五段7號3樓", Zone.NORTH, is_default=True),
            Address(457, "花蓮縣秀林鄉中橫路1號", Zone.REMOTE),
        ),
        tax_id="04595257",
    )


@pytest.fixture(scope="session")
def draft(now: datetime) -> OrderDraft:
    """The spec's order: two 20 kg cylinders for tomorrow afternoon, on account, 三聯."""
    return OrderDraft(
        uid=UUID("018d3b0c-0000-7000-8000-000000000001"),
        customer_id="C000123",
        opened_at=now,
        delivery_date=date(2024, 1, 26),
        lines=(DraftLine("P001", 2, empties=2),),
        address_id=456,
        payment=PaymentMethod.MONTHLY,
        invoice_type=InvoiceType.TRIPLICATE,
        contact_phone="0912345678",
    )
