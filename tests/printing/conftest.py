"""Orders as they really occur, and readers of what was printed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import msgspec
import pytest
import zxingcpp
from hypothesis import settings
from pypdfium2 import PdfDocument, PdfPage

from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, Priority, TimeSlot
from app.wire.orders import OrderBody
from app.wire.registers import RegisterLease
from tests.printing.samples import LINE, ORDER, SHOP, priced

# The first example loads the fonts, which takes longer than the others are allowed.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture
def shop() -> RegisterLease:
    return SHOP


@pytest.fixture
def order() -> OrderBody:
    return ORDER


@pytest.fixture
def long_order() -> OrderBody:
    """Twelve products."""
    lines = tuple(
        msgspec.structs.replace(
            LINE,
            product_id=f"CYL-{number:02}",
            description=f"{number + 1}kg 瓦斯桶（第{number + 1}種）",
            quantity=number + 1,
            unit_price=Decimal(300 + 10 * number),
            amount=Decimal((300 + 10 * number) * (number + 1)),
            empties=number,
            deposits=0,
            owed=1,
            weight_kg=(number + 1) ** 2,
        )
        for number in range(12)
    )
    return msgspec.structs.replace(ORDER, **priced(lines))


@pytest.fixture
def very_long_order(long_order: OrderBody) -> OrderBody:
    """Sixty products: more than one sheet holds."""
    lines = tuple(
        msgspec.structs.replace(line, product_id=f"{line.product_id}-{round_}")
        for round_ in range(5)
        for line in long_order.lines
    )
    return msgspec.structs.replace(ORDER, **priced(lines))


@pytest.fixture
def wordy_order() -> OrderBody:
    """Everything that people type too much of."""
    return msgspec.structs.replace(
        ORDER,
        customer_name="財團法人臺灣省私立永和社會福利慈善事業基金會附設長期照顧服務中心（中央廚房）",
        delivery_address="新北市板橋區文化路一段三百八十八巷十五弄二十六號之三地下二樓B2-17室"
        "（捷運江子翠站三號出口旁，由後方防火巷進入，靠近資源回收場）",
        note="請先打電話給管理員林先生 0933-221-100 轉 #17，不要按電鈴（有嬰兒）。\n"
        "貨梯壞了，請走後門樓梯；舊桶放在陽台左邊的藍色塑膠箱後面，收走時請把瓦斯管夾回。"
        "發票寄到會計師事務所，不要放在現場。Call before arrival, ask for Ms. Lin at the gate.",
        payment_method=PaymentMethod.MONTHLY,
        invoice_type=InvoiceType.TRIPLICATE,
        tax_id="24549210",
        priority=Priority.URGENT,
        delivery_date=date(2026, 7, 5),
        time_slot=TimeSlot.EVENING,
    )


@pytest.fixture
def rare_order() -> OrderBody:
    """Rare characters of planes 0 and 2, one that no font has, and an emoji."""
    return msgspec.structs.replace(
        ORDER,
        customer_name="龘𣗳刘𠀋堃",
        note="門口有貓😀，𪚥字號招牌",
    )


@pytest.fixture
def lending_order() -> OrderBody:
    """Deposits, an owed cylinder and residual gas."""
    lines = (
        msgspec.structs.replace(
            LINE,
            quantity=3,
            amount=Decimal(2550),
            empties=1,
            deposits=1,
            owed=1,
            deposit_amount=Decimal(2000),
            residual_kg=Decimal("3.2"),
            residual_credit=Decimal(128),
            weight_kg=60,
        ),
        msgspec.structs.replace(
            LINE,
            product_id="CYL-16KG",
            description="16kg 瓦斯桶",
            quantity=1,
            unit_price=Decimal("702.50"),
            amount=Decimal(703),
            empties=1,
            weight_kg=16,
        ),
    )
    return msgspec.structs.replace(ORDER, **priced(lines))


@pytest.fixture
def business_order() -> OrderBody:
    """On account, with a tax id."""
    return msgspec.structs.replace(
        ORDER,
        customer_name="大同股份有限公司",
        contact_phone="0225925252",
        payment_method=PaymentMethod.MONTHLY,
        invoice_type=InvoiceType.TRIPLICATE,
        tax_id="04595257",
    )


@pytest.fixture
def every_order(
    order: OrderBody,
    long_order: OrderBody,
    wordy_order: OrderBody,
    rare_order: OrderBody,
    lending_order: OrderBody,
    business_order: OrderBody,
) -> tuple[OrderBody, ...]:
    held = msgspec.structs.replace(order, status=OrderStatus.HELD)
    return order, long_order, wordy_order, rare_order, lending_order, business_order, held


@pytest.fixture
def pages_of() -> Callable[[bytes], list[str]]:
    """The text of each page, without the spaces that setting type puts between words."""

    def read(pdf: bytes) -> list[str]:
        with PdfDocument(pdf) as document:
            texts = [page.get_textpage().get_text_range() for page in document]
        return ["".join(text.split()) for text in texts]

    return read


@pytest.fixture
def text_of(pages_of: Callable[[bytes], list[str]]) -> Callable[[bytes], str]:
    """The text of all pages."""
    return lambda pdf: "".join(pages_of(pdf))


@pytest.fixture
def codes_of() -> Callable[[bytes, float], list[str]]:
    """What a scanner reads on the paper, printed at so many dots per inch."""

    def scan(pdf: bytes, dpi: float) -> list[str]:
        with PdfDocument(pdf) as document:
            images = [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]
        qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        return [c.text for image in images for c in zxingcpp.read_barcodes(image, formats=qr)]

    return scan


@pytest.fixture
def sizes_of() -> Callable[[bytes], list[tuple[float, float]]]:
    """Width and height of each page in millimetres."""

    def measure(pdf: bytes) -> list[tuple[float, float]]:
        with PdfDocument(pdf) as document:
            return [(w * 25.4 / 72, h * 25.4 / 72) for w, h in map(PdfPage.get_size, document)]

    return measure
