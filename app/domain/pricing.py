"""What an order costs. See docs/rules/pricing.md.

goods + tax + delivery fee + deposits - residual credit = payable; all whole 元.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.catalogue import PriceBook, Surcharge
from app.domain.customers import Customer
from app.domain.orders import OrderDraft
from app.domain.tax import TaxSplit
from app.domain.violations import Severity, Violation


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One priced line; `unit_price` in 0.01 元, `amount` = price x quantity in whole 元."""

    product_id: str
    name: str
    quantity: int
    standard_price: Decimal
    unit_price: Decimal
    amount: Decimal
    is_special: bool
    discount_percent: Decimal
    empties: int
    deposits: int
    owed: int
    deposit_amount: Decimal
    residual_credit: Decimal
    weight_kg: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The full price of a draft at one moment, and every rule that it breaks."""

    lines: tuple[QuotedLine, ...]
    goods: Decimal
    tax: Decimal
    delivery_fee: Decimal
    base_delivery_fee: Decimal
    surcharge: Surcharge | None
    deposits: Decimal
    residual_credit: Decimal
    payable: Decimal
    invoice: TaxSplit
    price_version: str
    quoted_at: datetime
    violations: tuple[Violation, ...] = ()

    @property
    def is_orderable(self) -> bool:
        """Whether no violation blocks saving."""
        return not any(v.severity is Severity.BLOCKS for v in self.violations)

    @property
    def cylinders(self) -> int:
        """How many cylinders go out."""
        return sum(line.quantity for line in self.lines)


def quote(draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime) -> Quote:
    """Price a draft and check it against every rule of ordering; never raises for bad input.

    `now` is aware; the prices in force on its Taipei date are used.
    """
    raise NotImplementedError
