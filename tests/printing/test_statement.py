"""The figures of an invoice before there is one."""

from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import whole
from app.domain.orders import InvoiceType
from app.domain.tax import add_tax, split_tax
from app.printing.statement import not_on_invoice, statement
from app.wire.orders import OrderBody
from tests.printing.samples import LINE, ORDER

LINES = st.lists(
    st.tuples(st.integers(1, 40), st.integers(100, 300000).map(lambda cents: Decimal(cents) / 100)),
    min_size=1,
    max_size=12,
)


def test_a_consumer_sees_prices_with_tax(order: OrderBody) -> None:
    figures = statement(order)
    assert [(line.unit_price, line.amount) for line in figures.lines] == [
        (Decimal("892.50"), Decimal(1785))
    ]
    assert (figures.sum_of_lines, figures.total) == (1785, 1785)


def test_a_business_sees_prices_before_tax(business_order: OrderBody) -> None:
    figures = statement(business_order)
    assert [(line.unit_price, line.amount) for line in figures.lines] == [
        (Decimal("850.00"), Decimal(1700))
    ]
    assert (figures.sum_of_lines, figures.tax, figures.total) == (1700, 85, 1785)


def test_a_fee_on_the_invoice_is_a_line_of_its_own(business_order: OrderBody) -> None:
    invoiced = msgspec.structs.replace(
        business_order, invoice_sales=Decimal(1748), invoice_tax=Decimal(87)
    )
    figures = statement(invoiced)
    assert [(line.description, line.amount) for line in figures.lines] == [
        ("20kg 瓦斯桶", 1700),
        ("運費", 48),
    ]
    assert not_on_invoice(invoiced) == ()


def test_what_is_no_sale_is_named_apart(lending_order: OrderBody) -> None:
    assert not_on_invoice(lending_order) == (("運費", 50), ("鋼瓶押金", 2000), ("退殘氣", -128))


@given(LINES, st.sampled_from(InvoiceType), st.booleans(), st.booleans(), st.integers(0, 500))
def test_the_lines_add_up_to_what_the_invoice_says(
    lines: list[tuple[int, Decimal]],
    kind: InvoiceType,
    prices_include_tax: bool,
    invoice_delivery_fee: bool,
    fee: int,
) -> None:
    order = _order(lines, prices_include_tax, invoice_delivery_fee, Decimal(fee))
    figures = statement(msgspec.structs.replace(order, invoice_type=kind))
    assert sum(line.amount for line in figures.lines) == figures.sum_of_lines
    apart = sum((amount for _, amount in not_on_invoice(order)), Decimal(0))
    assert figures.total + apart == order.payable


def _order(
    lines: list[tuple[int, Decimal]], include_tax: bool, invoice_fee: bool, fee: Decimal
) -> OrderBody:
    bodies = tuple(
        msgspec.structs.replace(
            LINE, quantity=quantity, unit_price=price, amount=whole(price * quantity)
        )
        for quantity, price in lines
    )
    listed = sum((line.amount for line in bodies), Decimal(0))
    goods = split_tax(listed) if include_tax else add_tax(listed)
    invoice = split_tax(goods.total + fee) if invoice_fee else goods
    return msgspec.structs.replace(
        ORDER,
        lines=bodies,
        goods=goods.sales,
        tax=goods.tax,
        delivery_fee=fee,
        payable=goods.total + fee,
        invoice_sales=invoice.sales,
        invoice_tax=invoice.tax,
    )
