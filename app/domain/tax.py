"""Business tax: tax ids (統一編號) and the 5 % split of an amount. See docs/rules/tax.md."""

from dataclasses import dataclass
from decimal import Decimal

TAX_RATE = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class TaxSplit:
    """Sales, tax and total of one invoice, whole 元; sales + tax == total."""

    sales: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """What the buyer pays for the invoice."""
        return self.sales + self.tax


def add_tax(sales: Decimal) -> TaxSplit:
    """Tax on an amount quoted before tax, rounded once on the total."""
    raise NotImplementedError


def split_tax(total: Decimal) -> TaxSplit:
    """Sales and tax inside an amount quoted with tax: sales = round(total / 1.05)."""
    raise NotImplementedError


def is_tax_id(text: str) -> bool:
    """Whether `text` is a valid 統一編號 (8 digits, checksum of 2023: mod 5, not 00000000)."""
    raise NotImplementedError
