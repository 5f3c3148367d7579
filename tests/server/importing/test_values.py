"""Single values the way shops write them."""

from datetime import date
from decimal import Decimal

import pytest

from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms, Zone
from server.importing import values


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("850", Decimal(850)),
        ("NT$1,785.50", Decimal("1785.50")),
        ("５０，０００", Decimal(50000)),
        ("820元", Decimal(820)),
        ("5萬", Decimal(50000)),
        ("1.5萬", Decimal(15000)),
        ("0", Decimal(0)),
        ("-5", None),
        ("面議", None),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e999999", None),
    ],
)
def test_amounts(text: str, amount: Decimal | None) -> None:
    assert values.amount(text) == amount


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026/1/2", date(2026, 1, 2)),
        ("2026-12-31T00:00:00", date(2026, 12, 31)),
        ("115/12/31", date(2026, 12, 31)),
        ("民國115年12月31日", date(2026, 12, 31)),
        ("中華民國 115 年 1 月 2 日", date(2026, 1, 2)),
        ("1151231", date(2026, 12, 31)),
        ("20261231", date(2026, 12, 31)),
        ("2026-02-30", None),
        ("下個月", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert values.day(text) == day


def test_words() -> None:
    assert values.terms("月結 30 天") is PaymentTerms.NET30
    assert values.terms("現金") is PaymentTerms.CASH
    assert values.terms("Net60") is PaymentTerms.NET60
    assert values.terms("年結") is None
    assert values.customer_type("營業") is CustomerType.COMMERCIAL
    assert values.customer_type("工廠") is CustomerType.INDUSTRIAL
    assert values.status("停用") is CustomerStatus.INACTIVE
    assert values.zone("南部") is Zone.SOUTH
    assert values.yes_or_no("是") is True
    assert values.yes_or_no("停售") is False
    assert values.yes_or_no("也許") is None
    assert values.is_nothing(" － ")


@pytest.mark.parametrize(
    ("text", "kilograms"),
    [("20KG", 20), ("20 公斤", 20), ("２０ｋｇ", 20), ("16", 16), ("大桶", None), ("4.0", 4)],
)
def test_sizes(text: str, kilograms: int | None) -> None:
    assert values.kilograms(text) == kilograms
