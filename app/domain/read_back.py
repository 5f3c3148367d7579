"""The sentence in which a clerk repeats an order to the caller. See docs/rules/read-back.md."""

from collections.abc import Iterator
from datetime import date

from app.domain.addresses import short_address
from app.domain.customers import Customer
from app.domain.hours import business_date
from app.domain.orders import OrderDraft, PaymentMethod, Priority, TimeSlot
from app.domain.pricing import Quote, QuotedLine

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


def read_back(draft: OrderDraft, quote: Quote, customer: Customer) -> str:
    """One sentence in spoken order: 信義路五段7號3樓、20公斤兩桶、下午、月結1,835、收空桶兩支."""
    return "、".join(_parts(draft, quote, customer))


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


def _parts(draft: OrderDraft, quote: Quote, customer: Customer) -> Iterator[str]:
    address = customer.address(draft.address_id)
    if address is not None:
        yield short_address(address.full_address)
    weights = [line.weight_kg // line.quantity for line in quote.lines if line.quantity]
    for line in quote.lines:
        yield _goods(line, weights)
    yield _when(draft, business_date(quote.quoted_at))
    yield f"{_PAYMENTS[draft.payment]}{quote.payable:,}"
    yield from _cylinders(quote)


def _goods(line: QuotedLine, weights: list[int]) -> str:
    each = line.weight_kg // line.quantity if line.quantity else 0
    if each and weights.count(each) == 1:
        return f"{each}公斤{spoken_count(line.quantity)}桶"
    # No weight, or two kinds of the same weight: only the name tells them apart.
    return f"{line.name}{spoken_count(line.quantity)}{'桶' if each else '個'}"


def _when(draft: OrderDraft, today: date) -> str:
    day, slot = draft.delivery_date, _SLOTS[draft.slot]
    far = f"{day.month}月{day.day}日星期{_WEEKDAYS[day.weekday()]}"
    urgent = "急送" if draft.priority is Priority.URGENT else ""
    return _NEAR_DAYS.get((day - today).days, far) + slot + urgent


def _cylinders(quote: Quote) -> Iterator[str]:
    for word, count in (
        ("收空桶", sum(line.empties for line in quote.lines)),
        ("押桶", sum(line.deposits for line in quote.lines)),
        ("欠空桶", sum(line.owed for line in quote.lines)),
    ):
        if count:
            yield f"{word}{spoken_count(count)}支"
    if quote.residual_credit:
        yield f"退殘氣{quote.residual_credit:,}元"
