"""What an order costs. See docs/rules/pricing.md.

goods + tax + delivery fee + deposits - residual credit = payable; all whole 元.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from app.domain.catalogue import PriceBook, ShopParameters, Surcharge
from app.domain.customers import Customer
from app.domain.hours import business_date, is_holiday
from app.domain.money import ZERO, unit_price, whole
from app.domain.ordering import broken_rules
from app.domain.orders import DraftLine, OrderDraft, Priority, TimeSlot
from app.domain.tax import TaxSplit, add_tax, split_tax
from app.domain.violations import Field, Rule, Severity, Violation


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One priced line; `unit_price` in 0.01 元, `amount` = price x quantity in whole 元.

    `weight_kg` is the gas of the whole line. A product that can not be priced has price 0.
    """

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
    """The full price of a draft at one moment, and every rule that it breaks.

    `goods` and `tax` are always before tax and tax, also where the shop's prices include it;
    then the lines' amounts add up to goods + tax.
    """

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
    priced = _price(draft, customer, book, now)
    broken = (*broken_rules(draft, customer, book, now), *_broken_totals(priced, book.parameters))
    positions = list(Field)
    return replace(priced, violations=tuple(sorted(broken, key=lambda v: positions.index(v.field))))


def _price(draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime) -> Quote:
    day = business_date(now)
    lines = tuple(_quote_line(line, customer, book, day) for line in draft.lines)
    goods = _goods(lines, book.parameters)
    base_fee = _base_fee(draft, customer, book) if lines else ZERO
    surcharge = _surcharge(draft, book)
    fee = whole(base_fee * book.surcharges[surcharge]) if surcharge else base_fee
    deposits = sum((line.deposit_amount for line in lines), ZERO)
    residual = sum((line.residual_credit for line in lines), ZERO)
    return Quote(
        lines=lines,
        goods=goods.sales,
        tax=goods.tax,
        delivery_fee=fee,
        base_delivery_fee=base_fee,
        surcharge=surcharge,
        deposits=deposits,
        residual_credit=residual,
        payable=goods.total + fee + deposits - residual,
        invoice=split_tax(goods.total + fee) if book.parameters.invoice_delivery_fee else goods,
        price_version=book.version,
        quoted_at=now,
    )


def _quote_line(line: DraftLine, customer: Customer, book: PriceBook, day: date) -> QuotedLine:
    product = book.products.get(line.product_id)
    quantity, empties, deposits = (
        max(pieces, 0) for pieces in (line.quantity, line.empties, line.deposits)
    )
    standard = book.standard_price(line.product_id, day)
    special = customer.special_price(line.product_id, day)
    percent = book.volume_discount(quantity) if standard is not None else ZERO
    price = _lower(special, standard, percent)
    is_special = special is not None and price == special
    weight = product.weight_kg if product else 0
    returnable = product is not None and product.requires_empty_return
    credit = max(line.residual_kg, ZERO) * book.parameters.residual_price_per_kg
    return QuotedLine(
        product_id=line.product_id,
        name=product.name if product else line.product_id,
        quantity=quantity,
        standard_price=price if standard is None else standard,
        unit_price=price,
        amount=whole(price * quantity),
        is_special=is_special,
        discount_percent=ZERO if is_special else percent,
        empties=empties,
        deposits=deposits,
        owed=max(quantity - empties - deposits, 0) if returnable else 0,
        deposit_amount=whole(product.deposit * deposits) if product else ZERO,
        residual_credit=whole(credit),
        weight_kg=weight * quantity,
    )


def _lower(special: Decimal | None, standard: Decimal | None, percent: Decimal) -> Decimal:
    """The lower of the special price and the discounted list price; they never add up."""
    listed = None if standard is None else unit_price(standard * (100 - percent) / 100)
    return min((p for p in (special, listed) if p is not None), default=ZERO)


def _goods(lines: tuple[QuotedLine, ...], parameters: ShopParameters) -> TaxSplit:
    amount = sum((line.amount for line in lines), ZERO)
    return split_tax(amount) if parameters.prices_include_tax else add_tax(amount)


def _base_fee(draft: OrderDraft, customer: Customer, book: PriceBook) -> Decimal:
    address = customer.address(draft.address_id)
    return whole(book.zone_fees.get(address.zone, ZERO)) if address else ZERO


def _surcharge(draft: OrderDraft, book: PriceBook) -> Surcharge | None:
    """The one with the highest factor of those that apply and have one."""
    applies = {
        Surcharge.URGENT: draft.priority is Priority.URGENT,
        Surcharge.EVENING: draft.slot is TimeSlot.EVENING,
        Surcharge.HOLIDAY: is_holiday(draft.delivery_date, book.parameters),
    }
    charged = [name for name, yes in applies.items() if yes and name in book.surcharges]
    return max(charged, key=lambda name: book.surcharges[name], default=None)


def _broken_totals(priced: Quote, parameters: ShopParameters) -> Iterator[Violation]:
    minimum = parameters.minimum_order_value
    if priced.lines and priced.goods < minimum:
        values = {
            "minimum": str(minimum),
            "goods": str(priced.goods),
            "missing": str(minimum - priced.goods),
        }
        yield Violation(Field.LINES, Rule.MINIMUM_ORDER_VALUE, values)
    if priced.payable < 0:
        yield Violation(
            Field.EMPTIES, Rule.RESIDUAL_EXCEEDS_ORDER, {"refund": str(-priced.payable)}
        )
