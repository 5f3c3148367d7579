"""The words and figures on paper."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from app.domain.orders import OrderStatus, PaymentMethod, Priority
from app.printing import wording
from app.wire.orders import OrderBody


def test_figures_are_set_as_the_trade_writes_them() -> None:
    assert wording.money(Decimal(1785)) == "1,785"
    assert wording.money(Decimal(-128)) == "−128"
    assert wording.price(Decimal("850.00")) == "850"
    assert wording.price(Decimal("1892.50")) == "1,892.5"
    assert wording.kilograms(Decimal("3.20")) == "3.2"
    assert wording.kilograms(Decimal(10)) == "10"
    assert wording.count(0) == "–"


def test_dates_carry_their_weekday() -> None:
    assert wording.day(date(2026, 7, 2)) == "7/2 週四"
    assert wording.full_day(date(2026, 7, 2)) == "115年7月2日"


def test_the_moment_of_an_order_is_told_in_taipei(order: OrderBody) -> None:
    assert wording.moment(order.taken_at) == "2026/07/02 11:05"


@pytest.mark.parametrize(
    ("method", "words", "remark"),
    [
        (PaymentMethod.COD, ("應收現金", "$1,835"), "貨到付款"),
        (PaymentMethod.CASH, ("應收現金", "$1,835"), "現金"),
        (PaymentMethod.MONTHLY, ("不收款", "月結"), "本單金額 $1,835"),
        (PaymentMethod.ONLINE, ("不收款", "線上付款"), "本單金額 $1,835"),
    ],
)
def test_the_driver_is_told_what_to_collect(
    order: OrderBody, method: PaymentMethod, words: tuple[str, str], remark: str
) -> None:
    paid = msgspec.structs.replace(order, payment_method=method)
    assert wording.collect_words(paid) == words
    assert wording.collect_remark(paid) == remark


def test_more_residual_gas_than_order_is_paid_out(order: OrderBody) -> None:
    refund = msgspec.structs.replace(order, payable=Decimal(-300))
    assert wording.collect_words(refund) == ("應退現金", "$300")


def test_an_urgent_order_says_so_beside_its_slot(order: OrderBody) -> None:
    urgent = msgspec.structs.replace(order, priority=Priority.URGENT)
    assert wording.slot(urgent) == "急件 下午"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (OrderStatus.CONFIRMED, ""),
        (OrderStatus.HELD, "保留中，待核准，請勿出車"),
        (OrderStatus.CANCELLED, "已取消，請勿出車"),
    ],
)
def test_an_order_that_must_not_go_out_says_so(
    order: OrderBody, status: OrderStatus, words: str
) -> None:
    assert wording.notice(msgspec.structs.replace(order, status=status)) == words


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("臺北市信義區信義路五段7號3樓", ("臺北市信義區", "信義路五段7號3樓")),
        ("台北市信義區信義路五段７號", ("台北市信義區", "信義路五段７號")),
        ("路口檳榔攤", ("", "路口檳榔攤")),
        ("", ("", "")),
    ],
)
def test_the_street_stands_apart_from_county_and_district(
    address: str, parts: tuple[str, str]
) -> None:
    assert wording.address_parts(address) == parts


def test_the_parts_of_the_sum_add_up_to_the_payable(
    every_order: tuple[OrderBody, ...],
) -> None:
    for order in every_order:
        figures = [text.replace(",", "").replace("−", "-") for _, text in wording.totals(order)]
        assert sum(map(int, figures)) == order.payable


def test_prices_that_include_tax_are_summed_with_tax(order: OrderBody) -> None:
    inclusive = msgspec.structs.replace(order, goods=Decimal(1619), tax=Decimal(81))
    assert wording.totals(inclusive)[0] == ("貨款（含稅）", "1,700")


def test_the_register_is_read_from_the_number(order: OrderBody) -> None:
    assert wording.register_of(order) == "01"
