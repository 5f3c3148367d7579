"""Numbers, periods and codes of uniform invoices (統一發票). See docs/rules/invoices.md."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from app.domain.money import whole
from app.domain.tax import TAX_RATE, add_tax, split_tax

BOOKLET = 50
LARGEST_SERIAL = 99_999_999
CONSUMER = "00000000"
ITEMS_ON_THE_RIGHT = 4
_ROC = 1911
_PERIOD = re.compile(r"([0-9]{3})(02|04|06|08|10|12)")
_NUMBER = re.compile(r"([A-Z]{2})([0-9]{8})")
_FREE_AREA = "**********"
_STEP = Decimal("0.0000001")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Two months from an odd one; `str` is the authority's code, ROC year and even month."""

    year: int
    end_month: int

    @classmethod
    def of(cls, day: date) -> "Period":
        """The period of a business date."""
        return cls(day.year, day.month + day.month % 2)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read a code such as 11302; `ValueError` when it is not one."""
        found = _PERIOD.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is not a period: ROC year and even month, as in 11302")
        return cls(int(found[1]) + _ROC, int(found[2]))

    def __str__(self) -> str:
        return f"{self.year - _ROC:03}{self.end_month:02}"

    @property
    def first_day(self) -> date:
        """The first date on which its numbers may be used."""
        return date(self.year, self.end_month - 1, 1)

    @property
    def last_day(self) -> date:
        """The last date on which its numbers may be used."""
        return self.following.first_day - timedelta(days=1)

    @property
    def following(self) -> "Period":
        """The period after this one."""
        return Period(self.year + self.end_month // 12, self.end_month % 12 + 2)


def invoice_number(track: str, serial: int) -> str:
    """Two letters and eight digits."""
    return f"{track}{serial:08}"


def parse_invoice_number(text: str) -> tuple[str, int]:
    """Track and serial; `ValueError` when it is not an invoice number."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an invoice number: two letters and eight digits")
    return found[1], int(found[2])


def is_possible_tax(subtotal: Decimal, tax: Decimal) -> bool:
    """Whether the tax was added to the subtotal, or taken out of the total, by the law's rounding.

    Both give the same but for some totals below 11 元.
    """
    taken_out = split_tax(subtotal + tax)
    return tax == add_tax(subtotal).tax or (subtotal, tax) == (taken_out.sales, taken_out.tax)


@dataclass(frozen=True, slots=True)
class CodedItem:
    """One item as the codes show it."""

    name: str
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class CodedInvoice:
    """What stands in the codes of an invoice; `cipher` is the AES text of number and random."""

    number: str
    day: date
    random_code: str
    sales: Decimal
    total: Decimal
    buyer: str
    seller: str
    cipher: str
    items: Sequence[CodedItem]

    @property
    def left(self) -> str:
        """The text of the left QR code: 77 fixed characters, counts, and the first item."""
        fixed = (
            f"{self.number}{_roc_day(self.day)}{self.random_code}{_hex(self.sales)}"
            f"{_hex(self.total)}{self.buyer or CONSUMER}{self.seller}{self.cipher}"
        )
        carried = min(len(self.items), 1 + ITEMS_ON_THE_RIGHT)
        first = _items(self.items[:1]) + (":" if carried > 1 else "")
        return f"{fixed}:{_FREE_AREA}:{carried}:{len(self.items)}:1:{first}"

    @property
    def right(self) -> str:
        """The text of the right QR code: further items, or nothing behind the two stars."""
        return f"**{_items(self.items[1 : 1 + ITEMS_ON_THE_RIGHT])}"

    @property
    def code39(self) -> str:
        """The 19 characters of the bar code."""
        return f"{Period.of(self.day)}{self.number}{self.random_code}"


def price_with_tax(unit_price: Decimal) -> Decimal:
    """What a consumer sees: the price with its tax, at most seven decimals."""
    return (unit_price * (1 + TAX_RATE)).quantize(_STEP).normalize()


def _roc_day(day: date) -> str:
    return f"{day.year - _ROC:03}{day:%m%d}"


def _hex(amount: Decimal) -> str:
    return f"{int(whole(amount)):08x}"


def _items(items: Sequence[CodedItem]) -> str:
    """`name:quantity:price`; the separator may not stand inside a name."""
    return ":".join(
        f"{item.name.replace(':', '：')}:{item.quantity}:{item.unit_price.normalize():f}"
        for item in items
    )
