"""What an import was not sure about: said once per place, with what was done and what to do."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_REPORT_HEADER = ("列 row", "欄 column", "內容 value", "代碼 code", "已做的處理", "請做")


class DoubtCode(StrEnum):
    """Stable names of the kinds of doubt; the texts are in `_TEXTS`."""

    PHONE_UNKNOWN = "PHONE_UNKNOWN"
    AREA_CODE_ADDED = "AREA_CODE_ADDED"
    NO_PHONE = "NO_PHONE"
    NO_NAME = "NO_NAME"
    NO_ADDRESS = "NO_ADDRESS"
    NO_NUMBER = "NO_NUMBER"
    NO_COUNTY = "NO_COUNTY"
    POSTAL_CODE = "POSTAL_CODE"
    TAX_ID_INVALID = "TAX_ID_INVALID"
    TAX_ID_ZERO = "TAX_ID_ZERO"
    AMOUNT = "AMOUNT"
    DATE = "DATE"
    WORD = "WORD"
    TERMS_ASSUMED = "TERMS_ASSUMED"
    SPECIAL_PRICE = "SPECIAL_PRICE"
    SAME_AGAIN = "SAME_AGAIN"
    NUMBER_TAKEN = "NUMBER_TAKEN"
    COLUMN_UNKNOWN = "COLUMN_UNKNOWN"
    EXTRA_CELLS = "EXTRA_CELLS"
    ROW_UNUSABLE = "ROW_UNUSABLE"
    NO_PRICE = "NO_PRICE"
    NO_SIZE = "NO_SIZE"
    NO_DATE = "NO_DATE"
    AMOUNT_OF_PRODUCT = "AMOUNT_OF_PRODUCT"
    PRODUCT_AGAIN = "PRODUCT_AGAIN"


# (what was done, what to do); {0} is filled in by whoever has the doubt.
_TEXTS = {
    DoubtCode.PHONE_UNKNOWN: (
        "看不出是完整電話，原文記入備註",
        "補上區碼或正確號碼後重新匯入；整批缺同一區碼時可用 --area-code 02",
    ),
    DoubtCode.AREA_CODE_ADDED: ("補上區碼：{0}", "抽查幾筆是否正確"),
    DoubtCode.NO_PHONE: ("照樣匯入，沒有電話", "補上電話，否則來電時認不出這位客戶"),
    DoubtCode.NO_NAME: ("暫以「{0}」為名匯入", "補上姓名或店名"),
    DoubtCode.NO_ADDRESS: ("照樣匯入，沒有地址", "接單前補上送貨地址"),
    DoubtCode.NO_NUMBER: (
        "以姓名與電話編號：{0}",
        "有客戶編號時請填入，改名或改電話後才認得同一位",
    ),
    DoubtCode.NO_COUNTY: ("地址照原文，配送區暫定 {0}", "地址前面補上縣市與行政區"),
    DoubtCode.POSTAL_CODE: ("郵遞區號不是 3、5 或 6 碼，留空", "需要時補上正確的郵遞區號"),
    DoubtCode.TAX_ID_INVALID: ("原樣保留；不能開三聯式發票", "向客戶確認統一編號（檢查碼不符）"),
    DoubtCode.TAX_ID_ZERO: ("補回開頭的 0：{0}", "確認統一編號；試算表請把此欄設為文字"),
    DoubtCode.AMOUNT: ("看不出金額，當作沒填，原文記入備註", "改成數字，例如 50000"),
    DoubtCode.DATE: ("看不出日期，當作沒填", "改成 2026-12-31 或 115/12/31"),
    DoubtCode.WORD: ("不認得，暫定為{0}", "改成說明文件所列的用語"),
    DoubtCode.TERMS_ASSUMED: ("有信用額度但沒有付款條件，暫定為 {0}", "填上付款條件"),
    DoubtCode.SPECIAL_PRICE: (
        "看不出是哪項產品或多少錢，原文記入備註",
        "寫成「P001:820」，或把欄名改成「特價P001」",
    ),
    DoubtCode.SAME_AGAIN: ("併入第 {0} 列的同一位客戶", "確認兩列是同一位客戶"),
    DoubtCode.NUMBER_TAKEN: ("編號已被第 {0} 列使用，改以 {1} 匯入", "給這一列自己的編號"),
    DoubtCode.COLUMN_UNKNOWN: ("整欄沒有匯入", "需要時把欄名改成說明文件所列的名稱"),
    DoubtCode.EXTRA_CELLS: ("比標題列多的內容記入備註", "檢查這一列是否有多餘的逗號"),
    DoubtCode.ROW_UNUSABLE: ("整列沒有匯入", "至少填上{0}後重新匯入"),
    DoubtCode.NO_PRICE: ("匯入但設為停售", "填上單價"),
    DoubtCode.NO_DATE: ("有新單價但看不出生效日，新單價沒有匯入", "填上生效日，例如 2026-08-01"),
    DoubtCode.AMOUNT_OF_PRODUCT: ("看不出數字，當作沒填", "改成數字，例如 850"),
    DoubtCode.PRODUCT_AGAIN: ("編號和第 {0} 列相同，這一列沒有匯入", "給這一列自己的產品編號"),
    DoubtCode.NO_SIZE: ("當作非鋼瓶商品，重量 0 公斤", "填上規格，例如 20KG"),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt: the row of the file (1 is the first line), column header, value as it stood."""

    row: int
    column: str
    value: str
    code: DoubtCode
    done: str
    advice: str


class Doubts:
    """Collects doubts while rows are read."""

    def __init__(self) -> None:
        self._found: list[Doubt] = []

    def add(self, code: DoubtCode, place: tuple[int, str], value: str, *facts: object) -> None:
        """Note a doubt at (row, column header); `facts` fill the sentence of that kind."""
        done, advice = _TEXTS[code]
        doubt = Doubt(*place, value, code, done.format(*facts), advice.format(*facts))
        self._found.append(doubt)

    def in_order(self) -> tuple[Doubt, ...]:
        """All doubts by row."""
        return tuple(sorted(self._found, key=lambda doubt: doubt.row))


def write_report(doubts: Sequence[Doubt], path: Path) -> None:
    """Write the doubts as CSV that spreadsheet programs open as UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_REPORT_HEADER)
        for d in doubts:
            writer.writerow((d.row, d.column, _inert(d.value), d.code.value, d.done, d.advice))


def summary(doubts: Sequence[Doubt]) -> str:
    """One line per kind of doubt, the most frequent first."""
    counts = Counter(doubt.code for doubt in doubts)
    lines = []
    for code, count in counts.most_common():
        example = next(doubt for doubt in doubts if doubt.code is code)
        lines.append(
            f"  {count:>5} × {code.value}：{example.done}"
            f"（例：第 {example.row} 列「{example.value}」）→ {example.advice}"
        )
    return "\n".join(lines)


def _inert(value: str) -> str:
    """A value that a spreadsheet does not take for a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
