"""The trade's words and figures as they stand on paper; Traditional Chinese whatever the screen."""

from datetime import date, datetime
from decimal import Decimal
from unicodedata import normalize

from app.domain.addresses import short_address
from app.domain.customers import Zone
from app.domain.hours import TAIPEI
from app.domain.orders import (
    InvoiceType,
    OrderStatus,
    PaymentMethod,
    Priority,
    TimeSlot,
)
from app.domain.phones import format_phone
from app.wire.orders import OrderBody

SLOTS = {TimeSlot.MORNING: "上午", TimeSlot.AFTERNOON: "下午", TimeSlot.EVENING: "晚上"}
SLOT_HOURS = {
    TimeSlot.MORNING: "8–12 時",
    TimeSlot.AFTERNOON: "12–18 時",
    TimeSlot.EVENING: "18–21 時",
}
ZONES = {Zone.NORTH: "北區", Zone.CENTRAL: "中區", Zone.SOUTH: "南區", Zone.REMOTE: "偏遠"}
PAYMENTS = {
    PaymentMethod.CASH: "現金",
    PaymentMethod.COD: "貨到付款",
    PaymentMethod.MONTHLY: "月結",
    PaymentMethod.ONLINE: "線上付款",
}
INVOICES = {InvoiceType.DUPLICATE: "二聯式", InvoiceType.TRIPLICATE: "三聯式"}
REPRINT = "補印"
_WEEKDAYS = "一二三四五六日"
_PAID_AT_THE_DOOR = (PaymentMethod.CASH, PaymentMethod.COD)
_NOTICES = {
    OrderStatus.DRAFT: "草稿，尚未成立",
    OrderStatus.HELD: "保留中，待核准，請勿出車",
    OrderStatus.CANCELLED: "已取消，請勿出車",
    OrderStatus.FAILED: "配送未成，待改期",
}


def money(amount: Decimal) -> str:
    """Whole 元 with separators, a true minus sign: 1,785 or −128."""
    return f"{amount:,.0f}".replace("-", "−")


def price(unit_price: Decimal) -> str:
    """A unit price without idle zeros: 850, 892.5, 1,050.25."""
    text = f"{unit_price:,.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def kilograms(weight: Decimal) -> str:
    """A weight without idle zeros: 3.2, 4."""
    return f"{weight:f}".rstrip("0").rstrip(".") if "." in f"{weight:f}" else f"{weight:f}"


def count(pieces: int) -> str:
    """A number of pieces; nothing is shown as a dash."""
    return f"{pieces:,}" if pieces else "–"


def day(when: date) -> str:
    """A date as people say it: 7/2 週四."""
    return f"{when.month}/{when.day} 週{_WEEKDAYS[when.weekday()]}"


def full_day(when: date) -> str:
    """A date as documents state it, in years of the Republic: 115年7月2日."""
    return f"{when.year - 1911}年{when.month}月{when.day}日"


def moment(when: datetime) -> str:
    """An instant in Taipei: 2026/07/02 14:05."""
    return f"{when.astimezone(TAIPEI):%Y/%m/%d %H:%M}"


def phone(digits: str) -> str:
    """A telephone number as people write it; nothing for none."""
    return format_phone(digits) if digits else ""


def notice(order: OrderBody) -> str:
    """What nobody may overlook about the order's state; nothing for an ordinary order."""
    return _NOTICES.get(order.status, "")


def slot(order: OrderBody) -> str:
    """Part of the day, with 急件 for an urgent order."""
    urgent = "急件 " if order.priority is Priority.URGENT else ""
    return urgent + SLOTS[order.time_slot]


def to_collect(order: OrderBody) -> Decimal:
    """What the driver takes at the door: the payable of CASH and COD, nothing of the others."""
    return order.payable if order.payment_method in _PAID_AT_THE_DOOR else Decimal(0)


def collect_words(order: OrderBody) -> tuple[str, str]:
    """Label and figure of the largest thing on the slip."""
    if order.payment_method not in _PAID_AT_THE_DOOR:
        return "不收款", PAYMENTS[order.payment_method]
    if order.payable < 0:
        return "應退現金", f"${money(-order.payable)}"
    return "應收現金", f"${money(order.payable)}"


def collect_remark(order: OrderBody) -> str:
    """What stands under that figure: how it is paid, or what the order is worth."""
    if order.payment_method in _PAID_AT_THE_DOOR:
        return PAYMENTS[order.payment_method]
    return f"本單金額 ${money(order.payable)}"


def address_parts(full_address: str) -> tuple[str, str]:
    """County and district, and the part that the driver looks for; the latter is never empty."""
    short = short_address(full_address)
    cut = len(full_address) - len(short)
    street = full_address[cut:]
    # The short form is folded (full width, 臺); only where it is the same text may it be cut off.
    if not short or normalize("NFKC", street) != normalize("NFKC", short):
        return "", full_address
    return full_address[:cut], street


def totals(order: OrderBody) -> tuple[tuple[str, str], ...]:
    """Label and figure of everything that adds up to the payable; empty parts are left out.

    Goods are named before tax or with tax, as the amounts of the lines are.
    """
    listed = sum((line.amount for line in order.lines), Decimal(0))
    with_tax = listed != order.goods
    parts = (
        ("貨款（含稅）", order.goods + order.tax) if with_tax else ("貨款（未稅）", order.goods),
        ("營業稅 5%", Decimal(0) if with_tax else order.tax),
        ("運費", order.delivery_fee),
        ("鋼瓶押金", order.deposits),
        ("退殘氣", -order.residual_credit),
    )
    return tuple((label, money(amount)) for label, amount in parts if amount or "貨款" in label)


def empties(order: OrderBody) -> int:
    """How many empty cylinders the driver brings back."""
    return sum(line.empties for line in order.lines)


def owed(order: OrderBody) -> int:
    """How many empty cylinders the customer still owes of this order."""
    return sum(line.owed for line in order.lines)


def lent(order: OrderBody) -> int:
    """How many cylinders are lent against a deposit."""
    return sum(line.deposits for line in order.lines)


def register_of(order: OrderBody) -> str:
    """The register code in the order's number: O-20260702-010014 was taken at 01."""
    return order.order_id.rpartition("-")[2][:2]
