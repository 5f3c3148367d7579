"""The figures of an invoice before there is one, by the rules of 二聯 and 三聯.

A consumer sees prices with tax, a business sees them before tax and the tax apart. See
docs/rules/paper.md.
"""

from dataclasses import dataclass
from decimal import Decimal

from app.domain.money import apportion, unit_price
from app.domain.orders import InvoiceType
from app.wire.orders import OrderBody, OrderLineBody


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line as an invoice will show it; `amount` in whole 元."""

    description: str
    quantity: int
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines add up to `sales` for a business and to `total` for a consumer."""

    lines: tuple[StatementLine, ...]
    sales: Decimal
    tax: Decimal
    is_business: bool

    @property
    def total(self) -> Decimal:
        """What the invoice is made out for."""
        return self.sales + self.tax

    @property
    def sum_of_lines(self) -> Decimal:
        """銷售額 of 三聯, 總計 of 二聯."""
        return self.sales if self.is_business else self.total


def statement(order: OrderBody) -> Statement:
    """The invoice that the order will lead to; a fee on the invoice is a line of its own."""
    is_business = order.invoice_type is InvoiceType.TRIPLICATE
    total = order.invoice_sales + order.invoice_tax
    target = order.invoice_sales if is_business else total
    goods_with_tax = order.goods + order.tax
    listed = sum((line.amount for line in order.lines), Decimal(0))
    scale = goods_with_tax / listed if listed else Decimal(1)
    weights = [line.amount * scale for line in order.lines]
    fee = total - goods_with_tax
    if fee:
        weights.append(fee)
    shares = apportion(target, weights) if any(weights) else tuple(weights)
    lines = [
        StatementLine(line.description, line.quantity, _price(line, share), share)
        for line, share in zip(order.lines, shares, strict=False)
    ]
    if fee:
        lines.append(StatementLine("運費", 1, shares[-1], shares[-1]))
    return Statement(tuple(lines), order.invoice_sales, order.invoice_tax, is_business)


def _price(line: OrderLineBody, share: Decimal) -> Decimal:
    """The price of the order, or what the share makes it where tax was added or taken out."""
    if share == line.amount or not line.quantity:
        return line.unit_price
    return unit_price(share / line.quantity)


def not_on_invoice(order: OrderBody) -> tuple[tuple[str, Decimal], ...]:
    """What is paid with the order but is no sale, or is settled apart from the invoice."""
    fee = order.payable - order.invoice_sales - order.invoice_tax
    parts = (
        ("運費", fee - order.deposits + order.residual_credit),
        ("鋼瓶押金", order.deposits),
        ("退殘氣", -order.residual_credit),
    )
    return tuple((label, amount) for label, amount in parts if amount)
