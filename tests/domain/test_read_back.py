"""The sentence that the clerk says."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from app.domain.catalogue import PriceBook
from app.domain.customers import Customer
from app.domain.orders import DraftLine, OrderDraft, PaymentMethod, Priority, TimeSlot
from app.domain.pricing import quote
from app.domain.read_back import SpokenLine, SpokenOrder, read_back, say, spoken_count


def sentence_of(draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime) -> str:
    return read_back(draft, quote(draft, customer, book, now), customer)


def test_an_order_for_today_is_said_as_people_speak(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    today = replace(draft, delivery_date=date(2024, 1, 25))
    assert sentence_of(today, customer, book, now) == (
        "信義路五段7號3樓、20公斤兩桶、下午、月結1,835、收空桶兩支"
    )


def test_lent_and_owed_cylinders_and_residual_gas_are_said(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    line = DraftLine("P001", 12, empties=10, deposits=1, residual_kg=Decimal("1.5"))
    urgent = replace(
        draft,
        lines=(line,),
        slot=TimeSlot.MORNING,
        priority=Priority.URGENT,
        payment=PaymentMethod.COD,
    )
    assert sentence_of(urgent, customer, book, now) == (
        "信義路五段7號3樓、20公斤十二桶、明天上午急送、貨到付款12,029、"
        "收空桶十支、押桶一支、欠空桶一支、退殘氣42元"
    )


def test_two_kinds_of_one_weight_are_told_apart_by_name(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    lines = (DraftLine("P001", 1, 1), DraftLine("P003", 2, 2), DraftLine("H001", 1))
    sentence = sentence_of(replace(draft, lines=lines), customer, book, now)
    assert "、20kg 瓦斯桶一桶、20kg 複合瓶兩桶、瓦斯管一個、" in sentence


@pytest.mark.parametrize(
    ("day", "slot", "words"),
    [
        (date(2024, 1, 25), TimeSlot.EVENING, "晚上"),
        (date(2024, 1, 26), TimeSlot.MORNING, "明天上午"),
        (date(2024, 1, 27), TimeSlot.AFTERNOON, "後天下午"),
        (date(2024, 1, 29), TimeSlot.AFTERNOON, "1月29日星期一下午"),
    ],
)
def test_the_day_is_said_as_it_is_near_or_far(
    draft: OrderDraft, customer: Customer, book: PriceBook, day: date, slot: TimeSlot, words: str
) -> None:
    order = replace(draft, delivery_date=day, slot=slot)
    assert f"、{words}、" in sentence_of(order, customer, book, draft.opened_at)


def test_paper_names_the_date_itself() -> None:
    order = SpokenOrder(
        address="台北市信義區信義路五段7號3樓",
        lines=(SpokenLine("20kg 瓦斯桶", 2, 40, empties=2, deposits=0, owed=0),),
        delivery_date=date(2024, 1, 26),
        slot=TimeSlot.AFTERNOON,
        priority=Priority.NORMAL,
        payment=PaymentMethod.MONTHLY,
        payable=Decimal(1835),
        residual_credit=Decimal(0),
    )
    assert say(order, today=None) == (
        "信義路五段7號3樓、20公斤兩桶、1月26日星期五下午、月結1,835、收空桶兩支"
    )


def test_an_unfinished_draft_can_be_said_too(
    draft: OrderDraft, customer: Customer, book: PriceBook, now: datetime
) -> None:
    empty = replace(draft, lines=(), address_id=None)
    assert sentence_of(empty, customer, book, now) == "明天下午、月結0"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        *((0, "零"), (1, "一"), (2, "兩"), (9, "九"), (10, "十"), (12, "十二"), (20, "二十")),
        *((22, "二十二"), (99, "九十九"), (100, "100"), (-1, "-1")),
    ],
)
def test_counts_are_said_with_the_word_for_two(count: int, said: str) -> None:
    assert spoken_count(count) == said
