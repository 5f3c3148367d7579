"""Business tax: tax ids (統一編號) and the 5 % split of an amount. See docs/rules/tax.md."""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.domain.money import whole

TAX_RATE = Decimal("0.05")
_TAX_ID = re.compile(r"[0-9]{8}")
_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
_NEVER_ISSUED = "00000000"


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
    rounded = whole(sales)
    return TaxSplit(rounded, whole(rounded * TAX_RATE))


def split_tax(total: Decimal) -> TaxSplit:
    """Sales and tax inside an amount quoted with tax: sales = round(total / 1.05)."""
    rounded = whole(total)
    sales = whole(rounded / (1 + TAX_RATE))
    return TaxSplit(sales, rounded - sales)


def is_tax_id(text: str) -> bool:
    """Whether `text` is a valid 統一編號 (8 digits, checksum of 2023: mod 5, not 00000000)."""
    if not _TAX_ID.fullmatch(text) or text == _NEVER_ISSUED:
        return False
    products = (int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=True))
    remainder = sum(product // 10 + product % 10 for product in products) % 5
    # With a 7 in seventh place 7 x 4 = 28 counts as 10, that is as 1 or as 0.
    return remainder == 0 or (text[6] == "7" and remainder == 4)
