"""Reading single values the way shops write them: amounts, dates, terms, kinds, yes and no."""

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms, Zone

W = TypeVar("W")
_TYPES = {
    CustomerType.RESIDENTIAL: "住家 家庭 家用 住宅 一般 個人 散戶 residential home r",
    CustomerType.COMMERCIAL: "營業 商業 商用 餐廳 餐飲 小吃 店家 公司 commercial business c",
    CustomerType.INDUSTRIAL: "工業 工廠 工業用 廠商 industrial factory i",
}
_TERMS = {
    PaymentTerms.CASH: "現金 現收 收現 貨到付款 現結 付現 cash cod 0",
    PaymentTerms.NET15: "半月結 15天 月結15天 net15 15",
    PaymentTerms.NET30: "月結 簽單 簽帳 賒帳 30天 月結30天 net30 30 monthly",
    PaymentTerms.NET60: "雙月結 60天 月結60天 net60 60",
}
_STATUSES = {
    CustomerStatus.ACTIVE: "正常 往來 往來中 啟用 有效 使用中 active y 1 是",
    CustomerStatus.INACTIVE: "停用 停止 停止往來 暫停 結束 無效 inactive n 0 否 停",
}
_ZONES = {
    Zone.NORTH: "北 北區 北部 north",
    Zone.CENTRAL: "中 中區 中部 central",
    Zone.SOUTH: "南 南區 南部 south",
    Zone.REMOTE: "偏遠 偏遠地區 東 東部 離島 山區 remote",
}
_YES = "是 有 y yes true 1 v ✓ ○ 要 需要 啟用 販售 販售中 上架 正常 active on"
_NO = "否 無 n no false 0 x ✗ 不 不用 不需要 停用 停售 下架 inactive off"
NOTHING = frozenset({"", "-", "--", "無", "n/a", "na", "none", "null", "nil", "x"})
_ROC_YEAR_LIMIT = 1911
_LARGEST_AMOUNT = 1_000_000_000
_DATE = re.compile(r"(\d{2,4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT_DATE = re.compile(r"(\d{3,4})(\d{2})(\d{2})")


def amount(text: str) -> Decimal | None:
    """An amount of money: 50,000, NT$850.00, 820元, 5萬; None when it is none or below zero."""
    written = _plain(text).replace(",", "")
    for mark in ("nt$", "ntd", "twd", "nt", "$", "元", "圓"):
        written = written.replace(mark, "")
    factor = 10_000 if written.endswith("萬") else 1
    try:
        value = Decimal(written.removesuffix("萬")) * factor
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= _LARGEST_AMOUNT else None


def day(text: str) -> date | None:
    """A date: 2026-12-31, 2026/12/31, 115/12/31, 民國115年12月31日, 1151231; None when none."""
    written = _plain(text).removeprefix("民國").removeprefix("中華民國")
    found = _DATE.match(written) or _COMPACT_DATE.fullmatch(written)
    if not found:
        return None
    year, month, day_of_month = (int(part) for part in found.groups())
    try:
        return date(year if year > _ROC_YEAR_LIMIT else year + _ROC_YEAR_LIMIT, month, day_of_month)
    except ValueError:
        return None


def customer_type(text: str) -> CustomerType | None:
    """The kind of customer that a word stands for."""
    return _word(text, _TYPES)


def terms(text: str) -> PaymentTerms | None:
    """The payment terms that a word stands for."""
    return _word(text, _TERMS)


def status(text: str) -> CustomerStatus | None:
    """Whether the customer still buys."""
    return _word(text, _STATUSES)


def zone(text: str) -> Zone | None:
    """The delivery zone that a word stands for."""
    return _word(text, _ZONES)


def yes_or_no(text: str) -> bool | None:
    """Whether a word means yes; None when it means neither."""
    word = _plain(text)
    if word in _YES.split():
        return True
    return False if word in _NO.split() else None


def is_nothing(text: str) -> bool:
    """Whether the text only says that there is nothing: -, 無, N/A."""
    return _plain(text) in NOTHING


def kilograms(text: str) -> int | None:
    """The weight in a size: 20KG, 20 公斤, 20; None when there is none."""
    found = re.fullmatch(r"(\d{1,3})(?:\.0+)?(?:kg|k|公斤|公斤裝|公斤桶)?", _plain(text))
    return int(found[1]) if found else None


def _word(text: str, words: dict[W, str]) -> W | None:
    plain = _plain(text)
    return next((meaning for meaning, names in words.items() if plain in names.split()), None)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
