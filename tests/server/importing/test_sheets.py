"""A broken file is refused with a sentence that says what to do; everything else is read."""

import csv
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.wire.codec import decode, encode
from app.wire.customers import CustomerBody
from server.importing.columns import CUSTOMER_COLUMNS, PRODUCT_COLUMNS, Headers
from server.importing.customers import read_customers
from server.importing.doubts import DoubtCode
from server.importing.sheets import ImportRefused, Sheet, read_sheet

HEADERS = Headers(CUSTOMER_COLUMNS, prefixed="special_price")
PLAIN = "編號,姓名,電話,地址\nA1,王大明,0912-345-678,台北市信義區信義路五段7號\n"


def read(tmp_path: Path, content: bytes | str, name: str = "file.csv") -> Sheet:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_sheet(path, HEADERS.field_of)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950", "big5", "utf-16"])
def test_every_encoding_of_taiwan_is_recognised(tmp_path: Path, encoding: str) -> None:
    sheet = read(tmp_path, PLAIN.encode(encoding))
    assert sheet.header.cells == ("編號", "姓名", "電話", "地址")
    assert sheet.lines[0].cells[1] == "王大明"


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_ending_is_recognised(
    tmp_path: Path, mark: str, ending: str
) -> None:
    sheet = read(tmp_path, PLAIN.replace(",", mark).replace("\n", ending))
    assert sheet.lines[0].cells == ("A1", "王大明", "0912-345-678", "台北市信義區信義路五段7號")


def test_the_header_may_stand_below_a_title(tmp_path: Path) -> None:
    sheet = read(tmp_path, f"幸福瓦斯客戶名冊,,,\n\n115/07/01,,,\n{PLAIN}")
    assert sheet.header.number == 4
    assert sheet.lines[0].number == 5


def test_a_quoted_line_break_keeps_the_row_numbers_right(tmp_path: Path) -> None:
    sheet = read(tmp_path, '編號,姓名,備註\nA1,王,"一\n二"\nA2,李,三\n')
    assert [line.number for line in sheet.lines] == [2, 4]
    assert sheet.lines[0].cells[2] == "一\n二"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "是空的"),
        (b" \r\n \n", "是空的"),
        (b"\x00\x01\x02" * 9, "NUL"),
        ("編號,姓名\nA1,王\0大明\n".encode(), "第 2 列有 NUL"),
        ("編號,姓名\nA1,王\n".encode() + "A2,陳先生\n".encode("cp950"), "第 3 列的文字編碼"),
        ('編號,姓名\nA1,王\nA2,"李\nA3,陳\n'.encode(), "第 3 列的引號不成對"),
        ('編號,姓名\nA1,"王" 大明\n'.encode(), "第 2 列的引號不成對"),
        ("甲,乙,丙\n1,2,3\n".encode(), "看到的是「甲,乙,丙」"),
        (b"A1~Wang~0912345678\n", "找不到認得的欄名"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "另存為 .xlsx"),
        (b"PK\x03\x04 not really", "打不開"),
    ],
)
def test_a_broken_file_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, says: str
) -> None:
    with pytest.raises(ImportRefused, match=says) as refused:
        read(tmp_path, content)
    assert any(word in str(refused.value) for word in ("請", "要寫成"))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="讀不到檔案"):
        read_sheet(tmp_path / "none.csv", HEADERS.field_of)


def test_a_workbook_gives_what_a_person_sees(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("客戶").append(["編號", "電話", "特價到期", "信用額度", "備註"])
    book["客戶"].append([7, 912345678.0, datetime(2026, 12, 31), 50000.5, None])  # noqa: DTZ001
    book["客戶"].append([8, "0912", date(2026, 1, 2), True, " 甲\u3000乙 "])
    path = tmp_path / "file.xlsx"
    book.save(path)
    sheet = read_sheet(path, HEADERS.field_of)
    assert sheet.lines[0].cells == ("7", "912345678", "2026-12-31", "50000.5", "")
    assert sheet.lines[1].cells == ("8", "0912", "2026-01-02", "True", "甲 乙")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("客戶編號", "customer_id"),
        (" 電話2 ", "phone"),
        ("電話（夜）", "phone"),
        ("手機*", "phone"),
        ("Customer Name", "customer_name"),
        ("ＴＥＬ", "phone"),
        ("delivery-address", "address"),
        ("特價P001", "special_price"),
        ("20kg 特價", "special_price"),
        ("特價", "special_price"),
        ("特價到期", "special_until"),
        ("最愛的顏色", None),
        ("", None),
    ],
)
def test_a_header_is_known_in_many_spellings(header: str, field: str | None) -> None:
    assert HEADERS.field_of(header) == field


def test_no_name_stands_for_two_fields() -> None:
    for columns in (CUSTOMER_COLUMNS, PRODUCT_COLUMNS):
        names = [name for names in columns.values() for name in names.split()]
        assert len(names) == len(set(names))


def test_the_page_for_people_lists_every_name() -> None:
    page = (Path(__file__).parents[3] / "docs" / "importing.md").read_text("utf-8")
    for columns in (CUSTOMER_COLUMNS, PRODUCT_COLUMNS):
        for field, names in columns.items():
            assert f"| {field} | {' '.join(names.split())} |" in page


@given(content=st.binary(max_size=200))
def test_whatever_the_bytes_the_answer_is_rows_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes("姓名,電話\n".encode() + content)
    with suppress(ImportRefused):
        result = read_customers(path)
        assert len(result.rows) <= result.lines


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["0912345678", "無", "1e9", "-1", "台北市", "20kg:1", "115/13/1", "月結", "0"]),
)


@settings(deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=25), max_size=4))
def test_whatever_the_cells_each_line_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    header = [names.split()[0] for names in CUSTOMER_COLUMNS.values()]
    with path.open("w", encoding="utf-8", newline="", errors="replace") as file:
        csv.writer(file).writerows([header, *rows])
    with suppress(ImportRefused):
        result = read_customers(path)
        assert all(decode(CustomerBody, encode(body)) == body for body in result.rows)
        listed = {d.row for d in result.doubts if d.code in _NOT_A_ROW_OF_ITS_OWN}
        assert len(result.rows) + len(listed) == result.lines


_NOT_A_ROW_OF_ITS_OWN = {DoubtCode.ROW_UNUSABLE, DoubtCode.SAME_AGAIN}
