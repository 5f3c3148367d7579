"""The sentence in which a clerk repeats an order to the caller. See docs/rules/read-back.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.addresses import short_address
from app.domain.customers import Customer
from app.domain.hours import business_date
from app.domain.orders import OrderDraft, PaymentMethod, Priority, TimeSlot
from app.domain.pricing import Quote

_DIGITS = "零一二三四五六七八九"
_SLOTS = {TimeSlot.MORNING: "上午", TimeSlot.AFTERNOON: "下午", TimeSlot.EVENING: "晚上"}
_PAYMENTS = {
    PaymentMethod.CASH: "現金",
    PaymentMethod.COD: "貨到付款",
    PaymentMethod.MONTHLY: "月結",
    PaymentMethod.ONLINE: "線上付款",
}
_NEAR_DAYS = {0: "", 1: "明天", 2: "後天"}
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One product as it is said; `weight_kg` is the gas of the whole line."""

    name: str
    quantity: int
    weight_kg: int
    empties: int
    deposits: int
    owed: int


@dataclass(frozen=True, slots=True)
class SpokenOrder:
    """What is said of an order; amounts in whole 元."""

    address: str
    lines: tuple[SpokenLine, ...]
    delivery_date: date
    slot: TimeSlot
    priority: Priority
    payment: PaymentMethod
    payable: Decimal
    residual_credit: Decimal


def read_back(draft: OrderDraft, quote: Quote, customer: Customer) -> str:
    """One sentence in spoken order: 信義路五段7號3樓、20公斤兩桶、下午、月結1,835、收空桶兩支."""
    address = customer.address(draft.address_id)
    order = SpokenOrder(
        address=address.full_address if address else "",
        lines=tuple(
            SpokenLine(x.name, x.quantity, x.weight_kg, x.empties, x.deposits, x.owed)
            for x in quote.lines
        ),
        delivery_date=draft.delivery_date,
        slot=draft.slot,
        priority=draft.priority,
        payment=draft.payment,
        payable=quote.payable,
        residual_credit=quote.residual_credit,
    )
    return say(order, business_date(quote.quoted_at))


def say(order: SpokenOrder, today: date | None) -> str:
    """The sentence as it is said `today`; None for paper, which is read on any day."""
    return "、".join(filter(None, _parts(order, today)))


def spoken_count(count: int) -> str:
    """A number of things as it is said before a measure word: 一, 兩, 十二; digits from 100 on."""
    if not 0 <= count < 100:
        return str(count)
    if count == 2:
        return "兩"
    tens, ones = divmod(count, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def _parts(order: SpokenOrder, today: date | None) -> Iterator[str]:
    yield short_address(order.address)
    weights = [_each(line) for line in order.lines]
    for line in order.lines:
        yield _goods(line, weights)
    yield _when(order, today)
    yield f"{_PAYMENTS[order.payment]}{order.payable:,}"
    yield from _cylinders(order)


def _each(line: SpokenLine) -> int:
    return line.weight_kg // line.quantity if line.quantity else 0


def _goods(line: SpokenLine, weights: list[int]) -> str:
    each = _each(line)
    if each and weights.count(each) == 1:
        return f"{each}公斤{spoken_count(line.quantity)}桶"
    # No weight, or two kinds of the same weight: only the name tells them apart.
    return f"{line.name}{spoken_count(line.quantity)}{'桶' if each else '個'}"


def _when(order: SpokenOrder, today: date | None) -> str:
    day = order.delivery_date
    far = f"{day.month}月{day.day}日星期{_WEEKDAYS[day.weekday()]}"
    near = far if today is None else _NEAR_DAYS.get((day - today).days, far)
    return near + _SLOTS[order.slot] + ("急送" if order.priority is Priority.URGENT else "")


def _cylinders(order: SpokenOrder) -> Iterator[str]:
    for word, count in (
        ("收空桶", sum(line.empties for line in order.lines)),
        ("押桶", sum(line.deposits for line in order.lines)),
        ("欠空桶", sum(line.owed for line in order.lines)),
    ):
        if count:
            yield f"{word}{spoken_count(count)}支"
    if order.residual_credit:
        yield f"退殘氣{order.residual_credit:,}元"
