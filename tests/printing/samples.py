"""The order that the tests of paper vary, its shop, and the sums of other lines."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

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


def priced(lines: tuple[OrderLineBody, ...]) -> dict[str, Any]:
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
