"""Reading a CSV or XLSX file into rows of text, with a sentence for every way it can be broken."""

import csv
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from server.refusals import Refusal

_ENCODINGS = ("utf-8-sig", "cp950", "big5hkscs")
_DELIMITERS = (",", "\t", ";", "|")
_HEADER_WITHIN = 10
_ZIP_START, _OLD_EXCEL_START = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
FieldOf = Callable[[str], str | None]


class ImportRefused(Refusal):
    """The file can not be read at all; the text says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("IMPORT", message)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file; `number` counts from 1 as spreadsheets do."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written in it."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file with its header found; `lines` are those after the header, blank ones left out."""

    header: Line
    lines: tuple[Line, ...]


def read_sheet(path: Path, field_of: FieldOf) -> Sheet:
    """Read a file whose columns `field_of` recognises; raises `ImportRefused`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportRefused(f"讀不到檔案 {path}：{error.strerror}。請檢查路徑與權限。") from error
    if not content.strip():
        raise ImportRefused(f"檔案 {path.name} 是空的。請重新匯出後再試一次。")
    readings = _readings(content)
    broken = [reading for reading in readings if isinstance(reading, ImportRefused)]
    header, lines = max(
        (_split_at_header(lines, field_of) for lines in readings if isinstance(lines, list)),
        key=lambda found: _recognised(found[0], field_of),
        default=(Line(1, ()), []),
    )
    if _recognised(header, field_of) == 0:
        raise broken[0] if broken else _no_header(header)
    return Sheet(header, tuple(line for line in lines if not line.is_blank))


def _no_header(line: Line) -> ImportRefused:
    return ImportRefused(
        f"前 {_HEADER_WITHIN} 列找不到認得的欄名（看到的是「{_shown(line)}」）。"
        "第一列請放欄名，例如：客戶編號,姓名,電話,地址；產品檔：產品編號,品名,規格,單價。"
    )


def _readings(content: bytes) -> Sequence[list[Line] | ImportRefused]:
    """Every way the file may be meant: each sheet of a workbook, each delimiter of a text."""
    if content.startswith(_ZIP_START):
        return list(_workbook_sheets(content))
    if content.startswith(_OLD_EXCEL_START):
        raise ImportRefused("這是舊式 .xls 檔。請用試算表開啟，另存為 .xlsx 或 CSV 後再匯入。")
    text = _decoded(content)
    return [_delimited(text, mark) for mark in _DELIMITERS if mark in text or mark == ","]


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16_MARKS):
        return _tried(content, ("utf-16",)) or _refuse_mixed(content)
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        raise ImportRefused(
            f"第 {line} 列有 NUL 字元，檔案已損壞或不是文字檔。請從原系統重新匯出 CSV 或 XLSX。"
        )
    return _tried(content, _ENCODINGS) or _refuse_mixed(content)


def _tried(content: bytes, encodings: Sequence[str]) -> str | None:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _refuse_mixed(content: bytes) -> str:
    """Name the first line that does not fit the encoding of the lines before it."""
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    fits = {
        encoding: next((i for i, s in enumerate(lines, 1) if _tried(s, (encoding,)) is None), 0)
        for encoding in _ENCODINGS
    }
    encoding, line = max(fits.items(), key=lambda item: item[1])
    raise ImportRefused(
        f"第 {line} 列的文字編碼和前面（{encoding}）不同，可能是兩個檔案接在一起。"
        "請用試算表開啟，另存為「CSV UTF-8」後再匯入。"
    )


def _delimited(text: str, delimiter: str) -> list[Line] | ImportRefused:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    start = 1
    try:
        for row in rows:
            lines.append(Line(start, tuple(_clean(cell) for cell in row)))
            start = rows.line_num + 1
    except csv.Error as error:
        return ImportRefused(
            f"第 {start} 列的引號不成對（{error}）。"
            '欄位裡的引號要寫成兩個 ""，或用試算表另存為 XLSX 後再匯入。'
        )
    return lines


def _workbook_sheets(content: bytes) -> Iterator[list[Line]]:
    # openpyxl costs 0.2 s to import; the server starts without it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            # It warns about styles of workbooks that other programs wrote; values are not affected.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ImportRefused(
            f"這個 XLSX 檔打不開（{error}）。請用試算表開啟並另存一次，或另存為 CSV。"
        ) from error
    for rows in sheets:
        yield [Line(i, tuple(_cell(value) for value in row)) for i, row in enumerate(rows, 1)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else _clean(str(value))


def _clean(text: str) -> str:
    visible = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf"})
    return re.sub(r"[ \t\u3000\xa0]+", " ", visible).strip()


def _split_at_header(lines: list[Line], field_of: FieldOf) -> tuple[Line, list[Line]]:
    """The line with the most recognised names among the first ones, and the lines after it."""
    head = [line for line in lines if not line.is_blank][:_HEADER_WITHIN]
    if not head:
        return Line(1, ()), []
    header = max(head, key=lambda line: (_recognised(line, field_of), -line.number))
    return header, [line for line in lines if line.number > header.number]


def _recognised(line: Line, field_of: FieldOf) -> int:
    return len({field for cell in line.cells if cell and (field := field_of(cell))})


def _shown(line: Line) -> str:
    return ",".join(line.cells)[:60]
