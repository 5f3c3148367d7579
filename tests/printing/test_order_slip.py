"""The delivery note, read back from the PDF."""

import ctypes
import sys
from collections.abc import Callable
from decimal import Decimal
from subprocess import run

import msgspec
import pypdfium2.raw as pdfium
import pytest
from pypdfium2 import PdfDocument, PdfObject, PdfPage

from app.domain.orders import OrderStatus
from app.printing.order_slip import order_slip_57mm, order_slip_a4
from app.wire.orders import OrderBody
from app.wire.registers import RegisterLease
from app.wire.slip_code import read_slip_code

Slip = Callable[..., bytes]
TextOf = Callable[[bytes], str]
BOTH = pytest.mark.parametrize("slip", [order_slip_a4, order_slip_57mm])


@BOTH
def test_a_slip_tells_everything_about_the_order(
    slip: Slip, lending_order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    text = text_of(slip(lending_order, shop, reprint=False))
    for expected in (
        *("送貨單", "O-20260702-010014", "幸福氣體有限公司", "02-2503-3366"),
        *("王大明", "0912-345-678", "C000123", "臺北市信義區", "信義路五段7號3樓", "按二樓電鈴"),
        *("7/2週四", "下午", "12–18時", "北區", "應收現金", "$5,338", "貨到付款"),
        *("20kg瓦斯桶", "16kg瓦斯桶", "2,550", "702.5", "703", "3,253", "163", "2,000", "−128"),
        *("收空桶", "押桶", "欠桶", "3.2公斤", "機台01", "陳美玲", "2026/07/0211:05"),
        *("20公斤三桶、", "收空桶兩支、"),
    ):
        assert expected in text, expected


@BOTH
def test_no_text_is_lost_however_long_it_is(
    slip: Slip, wordy_order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    text = text_of(slip(wordy_order, shop, reprint=False))
    for value in (wordy_order.customer_name, wordy_order.note):
        assert "".join(value.split()) in text
    for part in ("新北市板橋區", "地下二樓B2-17室（捷運江子翠站三號出口旁，由後方防火巷進入"):
        assert part in text
    assert "月結" in text
    assert "急件" in text


@BOTH
def test_rare_characters_can_be_read_and_copied(
    slip: Slip, rare_order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    text = text_of(slip(rare_order, shop, reprint=False))
    assert "龘𣗳刘𠀋堃" in text
    assert "門口有貓〓，〓字號招牌" in text
    assert "U+1F600U+2A6A5" in text


@BOTH
def test_a_reprint_carries_its_mark(
    slip: Slip, order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    assert "補印" not in text_of(slip(order, shop, reprint=False))
    assert "補印" in text_of(slip(order, shop, reprint=True))


@BOTH
def test_a_held_order_says_that_it_must_not_go_out(
    slip: Slip, order: OrderBody, shop: RegisterLease, text_of: TextOf
) -> None:
    held = msgspec.structs.replace(order, status=OrderStatus.HELD)
    assert "保留中，待核准，請勿出車" in text_of(slip(held, shop, reprint=False))


@BOTH
def test_the_code_brings_the_whole_order_back(
    slip: Slip,
    every_order: tuple[OrderBody, ...],
    shop: RegisterLease,
    codes_of: Callable[[bytes, float], list[str]],
) -> None:
    for order in every_order:
        # 203 dots per inch: what a thermal printer has.
        (code,) = codes_of(slip(order, shop, reprint=False), 203)
        assert read_slip_code(code) == order


def test_the_sheet_is_a4(
    order: OrderBody,
    shop: RegisterLease,
    sizes_of: Callable[[bytes], list[tuple[float, float]]],
) -> None:
    sizes = sizes_of(order_slip_a4(order, shop, reprint=False))
    assert sizes == [pytest.approx((210, 297), abs=0.1)]


def test_the_strip_is_as_long_as_its_text(
    order: OrderBody,
    long_order: OrderBody,
    shop: RegisterLease,
    sizes_of: Callable[[bytes], list[tuple[float, float]]],
) -> None:
    ((width, short),) = sizes_of(order_slip_57mm(order, shop, reprint=False))
    ((_, long),) = sizes_of(order_slip_57mm(long_order, shop, reprint=False))
    assert width == pytest.approx(57, abs=0.1)
    assert 100 < short < long


def test_many_lines_go_on_with_the_sum_carried_over(
    very_long_order: OrderBody,
    shop: RegisterLease,
    pages_of: Callable[[bytes], list[str]],
) -> None:
    pages = pages_of(order_slip_a4(very_long_order, shop, reprint=False))
    assert len(pages) == 4
    for number, page in enumerate(pages, start=1):
        assert f"第{number}頁，共4頁" in page
        assert "O-20260702-010014" in page
        assert ("過次頁" in page) == (number < 4)
        assert ("承上頁" in page) == (number > 1)
    carried = [page.partition("過次頁")[2].partition("機台")[0] for page in pages[:-1]]
    assert all(f"承上頁{amount}" in page for amount, page in zip(carried, pages[1:], strict=True))
    assert f"{very_long_order.payable:,}" in pages[-1]


@BOTH
def test_the_same_order_always_gives_the_same_bytes(
    slip: Slip, rare_order: OrderBody, order: OrderBody, shop: RegisterLease
) -> None:
    first = slip(rare_order, shop, reprint=False)
    slip(order, shop, reprint=True)
    assert slip(rare_order, shop, reprint=False) == first


@BOTH
def test_every_font_is_embedded(slip: Slip, rare_order: OrderBody, shop: RegisterLease) -> None:
    fonts = _fonts(slip(rare_order, shop, reprint=True))
    assert all(fonts.values())
    assert {name.partition("+")[2] or name for name in fonts} == {
        "NotoSansTC-Regular",
        "NotoSansTC-Medium",
        "NotoSansTC-Bold",
        "TW-Sung-Rare",
    }


@BOTH
def test_nothing_reaches_the_edge_of_the_paper(
    slip: Slip, every_order: tuple[OrderBody, ...], shop: RegisterLease
) -> None:
    for order in every_order:
        huge = msgspec.structs.replace(order, payable=Decimal(987654321012))
        with PdfDocument(slip(huge, shop, reprint=True)) as document:
            for page in document:
                assert all(_is_inside(thing, page) for thing in page.get_objects())


@BOTH
def test_text_beyond_all_measure_stays_on_the_paper(
    slip: Slip,
    order: OrderBody,
    shop: RegisterLease,
    text_of: TextOf,
) -> None:
    endless = msgspec.structs.replace(
        order, customer_name="長" * 900, delivery_address="路" * 900, note="註" * 2500
    )
    pdf = slip(endless, shop, reprint=True)
    assert "應收現金" in text_of(pdf)
    with PdfDocument(pdf) as document:
        for page in document:
            assert all(_is_inside(thing, page) for thing in page.get_objects())


def test_importing_the_module_does_not_load_the_pdf_library() -> None:
    check = "import app.printing.order_slip, sys; sys.exit('reportlab' in sys.modules)"
    assert run([sys.executable, "-c", check], check=False).returncode == 0


def _is_inside(thing: PdfObject, page: PdfPage) -> bool:
    """Whether the thing keeps a margin of 8 points."""
    width, height = page.get_size()
    left, bottom, right, top = thing.get_bounds()
    return bool(min(left, bottom, width - right, height - top) > 8)


def _fonts(pdf: bytes) -> dict[str, bool]:
    """Names of the fonts that draw text, and whether each is embedded."""
    found: dict[str, bool] = {}
    with PdfDocument(pdf) as document:
        for thing in document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(thing.raw)
            name = ctypes.create_string_buffer(100)
            pdfium.FPDFFont_GetBaseFontName(font, name, 100)
            found[name.value.decode()] = pdfium.FPDFFont_GetIsEmbedded(font) == 1
    return found
