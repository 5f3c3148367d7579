"""The statement that precedes an invoice, read back from the PDF."""

from collections.abc import Callable

import msgspec
import pytest

from app.domain.orders import OrderStatus
from app.printing.invoice import invoice_57mm, invoice_a4
from app.wire.orders import OrderBody
from app.wire.registers import RegisterLease

Invoice = Callable[..., bytes]
TextOf = Callable[[bytes], str]
BOTH = pytest.mark.parametrize("invoice", [invoice_a4, invoice_57mm])


@BOTH
def test_a_business_sees_sales_tax_and_total(
    invoice: Invoice, business_order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    text = text_of(invoice(business_order, shop, reprint=False))
    for expected in (
        *("發票明細", "O-20260702-010014", "大同股份有限公司", "04595257", "三聯式", "月結"),
        *("115年7月2日", "20kg瓦斯桶", "850", "1,700", "營業稅5%", "85", "$1,785"),
        *("新臺幣壹仟柒佰捌拾伍元整", "運費", "本單應付", "$1,835"),
    ):
        assert expected in text, expected


@BOTH
def test_a_consumer_sees_the_total_with_the_tax_inside(
    invoice: Invoice, order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    text = text_of(invoice(order, shop, reprint=False))
    for expected in ("二聯式", "892.5", "1,785", "內含營業稅", "85"):
        assert expected in text, expected
    assert "銷售額" not in text


@BOTH
def test_it_never_passes_for_an_invoice(
    invoice: Invoice, every_order: tuple[OrderBody, ...], shop: RegisterLease, text_of: TextOf
) -> None:
    for order in every_order:
        text = text_of(invoice(order, shop, reprint=False))
        assert "非統一發票，發票於送達時開立" in text
        assert "證明聯" not in text


@BOTH
def test_deposits_and_residual_gas_stand_apart(
    invoice: Invoice, lending_order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    text = text_of(invoice(lending_order, shop, reprint=False))
    for expected in ("不列入發票", "鋼瓶押金", "2,000", "退殘氣", "−128", "$5,338", "$3,416"):
        assert expected in text, expected


@BOTH
def test_a_reprint_carries_its_mark(
    invoice: Invoice, order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    assert "補印" not in text_of(invoice(order, shop, reprint=False))
    assert "補印" in text_of(invoice(order, shop, reprint=True))


@BOTH
def test_a_held_order_says_so_here_as_well(
    invoice: Invoice, order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    held = msgspec.structs.replace(order, status=OrderStatus.HELD)
    assert "保留中，待核准，請勿出車" in text_of(invoice(held, shop, reprint=False))


@BOTH
def test_the_same_order_always_gives_the_same_bytes(
    invoice: Invoice, wordy_order: OrderBody, shop: RegisterLease
) -> None:
    first = invoice(wordy_order, shop, reprint=False)
    assert invoice(wordy_order, shop, reprint=False) == first


def test_many_lines_go_on_with_the_sum_carried_over(
    very_long_order: OrderBody, shop: RegisterLease, pages_of: Callable[[bytes], list[str]]
) -> None:
    pages = pages_of(invoice_a4(very_long_order, shop, reprint=False))
    assert len(pages) == 3
    assert [("過次頁" in page, "承上頁" in page) for page in pages] == [
        (True, False),
        (True, True),
        (False, True),
    ]
    assert "總計金額" in pages[-1]


@pytest.mark.parametrize(("invoice", "width"), [(invoice_a4, 210), (invoice_57mm, 57)])
def test_it_is_as_wide_as_its_paper(
    invoice: Invoice,
    width: float,
    order: OrderBody,
    shop: RegisterLease,
    sizes_of: Callable[[bytes], list[tuple[float, float]]],
) -> None:
    (size,) = sizes_of(invoice(order, shop, reprint=False))
    assert size[0] == pytest.approx(width, abs=0.1)
