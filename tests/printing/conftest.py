"""Orders as they really occur, for every test of paper."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from app.domain.credit import CreditOutcome, CreditSource
from app.domain.customers import Zone
from app.domain.orders import InvoiceType, OrderStatus, PaymentMethod, Priority, TimeSlot
from app.wire.orders import CreditEvidence, OrderBody, OrderLineBody
from app.wire.registers import RegisterLease

LINE = OrderLineBody(
    product_id="CYL-20KG",
    description="20kg 瓦斯桶",
    quantity=2,
    unit_price=Decimal("850.00"),
    amount=Decimal(1700),
    empties=2,
    deposits=0,
    deposit_amount=Decimal(0),
    residual_kg=Decimal(0),
    residual_credit=Decimal(0),
    weight_kg=40,
)
ORDER = OrderBody(
    order_uid=UUID("0197c9d2-5f3e-7b21-9c44-0a1b2c3d4e5f"),
    order_id="O-20260702-010014",
    revision=1,
    status=OrderStatus.CONFIRMED,
    customer_id="C000123",
    customer_name="王大明",
    contact_phone="0912345678",
    address_id=7,
    delivery_address="臺北市信義區信義路五段7號3樓",
    zone=Zone.NORTH,
    order_date=date(2026, 7, 2),
    delivery_date=date(2026, 7, 2),
    time_slot=TimeSlot.AFTERNOON,
    priority=Priority.NORMAL,
    payment_method=PaymentMethod.COD,
    invoice_type=InvoiceType.DUPLICATE,
    tax_id="",
    note="按二樓電鈴",
    lines=(LINE,),
    goods=Decimal(1700),
    tax=Decimal(85),
    delivery_fee=Decimal(50),
    deposits=Decimal(0),
    residual_credit=Decimal(0),
    payable=Decimal(1835),
    invoice_sales=Decimal(1700),
    invoice_tax=Decimal(85),
    price_version="2026-07-01.2",
    credit=CreditEvidence(outcome=CreditOutcome.APPROVED, source=CreditSource.NOT_NEEDED),
    clerk="陳美玲",
    taken_at=datetime(2026, 7, 2, 3, 5, 9, tzinfo=UTC),
)
SHOP = RegisterLease(
    register=1,
    install_epoch=1,
    shop_name="幸福氣體有限公司",
    shop_tax_id="04595257",
    shop_address="臺北市中山區民權東路三段62號",
    shop_phone="0225033366",
)


def _priced(lines: tuple[OrderLineBody, ...]) -> dict[str, Any]:
    """The sums of those lines, with 5 % tax and the fee of the north."""
    goods = sum((line.amount for line in lines), Decimal(0))
    tax = (goods * 5 + 50) // 100
    deposits = sum((line.deposit_amount for line in lines), Decimal(0))
    residual = sum((line.residual_credit for line in lines), Decimal(0))
    return {
        "lines": lines,
        "goods": goods,
        "tax": tax,
        "deposits": deposits,
        "residual_credit": residual,
        "payable": goods + tax + 50 + deposits - residual,
        "invoice_sales": goods,
        "invoice_tax": tax,
    }


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
    return msgspec.structs.replace(ORDER, **_priced(lines))


@pytest.fixture
def very_long_order(long_order: OrderBody) -> OrderBody:
    """Sixty products: more than one sheet holds."""
    lines = tuple(
        msgspec.structs.replace(line, product_id=f"{line.product_id}-{round_}")
        for round_ in range(5)
        for line in long_order.lines
    )
    return msgspec.structs.replace(ORDER, **_priced(lines))


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
        customer_name="龘𣗳刘𠀪堃",
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
    return msgspec.structs.replace(ORDER, **_priced(lines))


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


Priced = Callable[[tuple[OrderLineBody, ...]], dict[str, Any]]


@pytest.fixture
def priced() -> Priced:
    return _priced
