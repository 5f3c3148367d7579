"""Customers as a counter sees them: who they are, where they live, what they pay."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.domain.tax import is_tax_id


class Zone(StrEnum):
    """Delivery zones of the spec's `zone_delivery_fees`."""

    NORTH = "NORTH"
    CENTRAL = "CENTRAL"
    SOUTH = "SOUTH"
    REMOTE = "REMOTE"


class CustomerType(StrEnum):
    """What kind of premises buys the gas."""

    RESIDENTIAL = "RESIDENTIAL"
    COMMERCIAL = "COMMERCIAL"
    INDUSTRIAL = "INDUSTRIAL"


class CustomerStatus(StrEnum):
    """Whether orders are taken at all."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class PaymentTerms(StrEnum):
    """How long an account may stay open; CASH means no account."""

    CASH = "CASH"
    NET15 = "NET15"
    NET30 = "NET30"
    NET60 = "NET60"


@dataclass(frozen=True, slots=True)
class Phone:
    """One telephone number: digits only (national form, leading 0), optional extension."""

    digits: str
    label: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """One delivery address of a customer."""

    address_id: int
    full_address: str
    zone: Zone
    postal_code: str = ""
    address_type: str = "01"
    is_default: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SpecialPrice:
    """A customer's own unit price before tax; valid to the end of `valid_until` (None: open)."""

    product_id: str
    price: Decimal
    valid_until: date | None = None
    valid_from: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the price may be used for an order taken on that business date."""
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with everything an order may need, except the credit figures."""

    customer_id: str
    name: str
    customer_type: CustomerType
    status: CustomerStatus
    payment_terms: PaymentTerms
    phones: tuple[Phone, ...]
    addresses: tuple[Address, ...]
    special_prices: tuple[SpecialPrice, ...] = ()
    tax_id: str | None = None
    nickname: str = ""
    email: str = ""
    note: str = ""

    @property
    def default_address(self) -> Address | None:
        """The address marked as default, else the first one."""
        return next((a for a in self.addresses if a.is_default), next(iter(self.addresses), None))

    @property
    def has_account(self) -> bool:
        """Whether MONTHLY payment is agreed."""
        return self.payment_terms is not PaymentTerms.CASH

    @property
    def has_valid_tax_id(self) -> bool:
        """Whether a TRIPLICATE invoice can be issued."""
        return self.tax_id is not None and is_tax_id(self.tax_id)

    def address(self, address_id: int | None) -> Address | None:
        """The address with that id, if the customer has it."""
        return next((a for a in self.addresses if a.address_id == address_id), None)

    def special_price(self, product_id: str, day: date) -> Decimal | None:
        """The lowest special price valid on `day`, if any."""
        prices = [
            p.price
            for p in self.special_prices
            if p.product_id == product_id and p.is_valid_on(day)
        ]
        return min(prices, default=None)
