"""The items of an invoice add up, however prices are quoted and wherever the fee stands."""

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from app.wire.codec import decode
from app.wire.customers import CustomerBody
from app.wire.invoices import InvoiceRequest
from server.invoice_operations.checking import check_request
from server.orders.obligations import invoice
from server.sample.words import text_of
from tests.server.messages import order

BUYER = decode(list[CustomerBody], text_of("known_customers.json"))[0]
LINE = order().lines[0]


@pytest.mark.parametrize(
    ("line_amount", "goods", "sales", "tax", "items"),
    [
        (1700, 1700, 1700, 85, [1700]),
        (1700, 1700, 1748, 87, [1700, 48]),
        (1785, 1700, 1700, 85, [1785]),
        (1785, 1700, 1748, 87, [1785, 50]),
    ],
)
def test_items_add_up_to_what_is_invoiced(
    line_amount: int, goods: int, sales: int, tax: int, items: list[int]
) -> None:
    price = Decimal(line_amount) / 2
    amounts: dict[str, Any] = {"goods": goods, "invoice_sales": sales, "invoice_tax": tax}
    body = replace(
        order(),
        lines=(replace(LINE, unit_price=price, amount=Decimal(line_amount)),),
        tax_id="24549210",
        delivery_fee=Decimal(50),
        tax=Decimal(85),
        **{name: Decimal(amount) for name, amount in amounts.items()},
    )
    request = invoice(body, BUYER).body
    assert isinstance(request, InvoiceRequest)
    assert [item.amount for item in request.items] == items
    check_request(request)
