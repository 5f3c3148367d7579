"""Customers from real-looking files: normalised, complete, and every uncertainty listed."""

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.customers import CustomerStatus, CustomerType, PaymentTerms, Zone
from app.wire.codec import encode
from app.wire.customers import CustomerBody
from server.importing.customers import read_customers
from server.importing.doubts import DoubtCode, summary, write_report
from server.importing.results import ImportOptions, ImportResult
from server.sample.shop import catalogue

SAMPLES = Path(__file__).parents[3] / "resources" / "sample_shop"
Read = Callable[..., ImportResult[CustomerBody]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_text(text: str, options: ImportOptions | None = None) -> ImportResult[CustomerBody]:
        path = tmp_path / "customers.csv"
        path.write_text(text, encoding="utf-8")
        return read_customers(path, options)

    return read_text


def codes(result: ImportResult[CustomerBody]) -> list[DoubtCode]:
    return [doubt.code for doubt in result.doubts]


def only(result: ImportResult[CustomerBody]) -> CustomerBody:
    (body,) = result.rows
    return body


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_sample_file_is_read_without_doubt(ending: str) -> None:
    result = read_customers(SAMPLES / f"import_customers.{ending}")
    assert len(result.rows) == 5
    assert result.doubts == ()
    shop = result.rows[2]
    assert shop.customer_name == "鼎盛餐飲有限公司"
    assert [(p.digits, p.extension) for p in shop.phones] == [
        ("0229615678", "12"),
        ("0229615679", ""),
    ]
    assert (shop.tax_id, shop.customer_type) == ("04595257", CustomerType.COMMERCIAL)
    assert (shop.credit_limit, shop.payment_terms) == (Decimal("80000.00"), PaymentTerms.NET30)
    (special,) = shop.special_prices
    assert (special.product_id, special.special_price) == ("P001", Decimal("810.00"))
    assert special.valid_until == date(2026, 12, 31)


def test_both_sample_files_say_the_same() -> None:
    one, two = (read_customers(SAMPLES / f"import_customers.{e}") for e in ("csv", "xlsx"))
    assert [encode(body) for body in one.rows] == [encode(body) for body in two.rows]


def test_several_phones_in_one_cell_and_in_several_columns(read: Read) -> None:
    body = only(
        read("編號,姓名,電話,手機,分機\nA1,王,02-2720-8889、0912345678,９３３２２２１１１,12\n")
    )
    assert [(p.digits, p.label, p.extension) for p in body.phones] == [
        ("0227208889", "", "12"),
        ("0912345678", "", ""),
        ("0933222111", "手機", ""),
    ]
    assert body.phone_primary == "02-2720-8889"


def test_a_number_that_is_none_goes_to_the_note(read: Read) -> None:
    result = read("編號,姓名,電話,地址,備註\nA1,王,2720-8889,台北市中山區松江路1號,有狗\n")
    assert only(result).phones == ()
    assert only(result).note == "有狗；電話：2720-8889"
    (doubt,) = result.doubts
    assert (doubt.row, doubt.column, doubt.value) == (2, "電話", "2720-8889")
    assert "--area-code" in doubt.advice


def test_an_area_code_is_added_only_when_a_person_says_so(read: Read) -> None:
    result = read(
        "編號,姓名,電話,地址\nA1,王,2720-8889,台北市中山區松江路1號\n",
        ImportOptions(area_code="02"),
    )
    assert only(result).phones[0].digits == "0227208889"
    assert codes(result) == [DoubtCode.AREA_CODE_ADDED]


def test_an_address_stays_as_written_and_gets_code_and_zone(read: Read) -> None:
    text = "編號,姓名,電話,地址\nA1,王,0912345678,11049 臺北市信義區信義路五段7號\n"
    (address,) = only(read(text)).delivery_addresses
    assert address.full_address == "臺北市信義區信義路五段7號"
    assert (address.postal_code, address.zone) == ("11049", Zone.NORTH)
    assert (address.address_id, address.is_default) == (1, True)


def test_county_and_district_may_have_their_own_columns(read: Read) -> None:
    text = "編號,姓名,電話,縣市,行政區,地址\nA1,王,0912345678,花蓮縣,花蓮市,中山路1號\n"
    (address,) = only(read(text)).delivery_addresses
    assert address.full_address == "花蓮縣花蓮市中山路1號"
    assert address.zone is Zone.REMOTE


def test_an_address_without_county_is_doubted(read: Read) -> None:
    result = read(
        "編號,姓名,電話,地址\nA1,王,0912345678,松江路1號\n", ImportOptions(zone=Zone.CENTRAL)
    )
    assert only(result).delivery_addresses[0].zone is Zone.CENTRAL
    assert codes(result) == [DoubtCode.NO_COUNTY]


def test_tax_ids_are_checked_and_never_dropped(read: Read) -> None:
    result = read(
        "編號,姓名,電話,地址,統編\n"
        "A1,甲,0912000001,台北市中山區松江路1號,12345678\n"
        "A2,乙,0912000002,台北市中山區松江路2號,4595257\n"
        "A3,丙,0912000003,台北市中山區松江路3號,０４５９－５２５７\n"
        "A4,丁,0912000004,台北市中山區松江路4號,無\n"
    )
    assert [body.tax_id for body in result.rows] == ["12345678", "04595257", "04595257", None]
    assert codes(result) == [DoubtCode.TAX_ID_INVALID, DoubtCode.TAX_ID_ZERO]


def test_rows_without_name_or_phone_are_kept(read: Read) -> None:
    result = read(
        "編號,姓名,電話,地址\n"
        "A1,,0912-345-678,台北市中山區松江路1號\n"
        "A2,王,,台北市中山區松江路2號\n"
        "A3,,,台北市中山區松江路3號\n"
        "A4,李,0933000111,\n"
    )
    names = [body.customer_name for body in result.rows]
    assert names == ["未具名 0912-345-678", "王", "未具名 松江路3號", "李"]
    assert set(codes(result)) == {DoubtCode.NO_NAME, DoubtCode.NO_PHONE, DoubtCode.NO_ADDRESS}


def test_an_unusable_row_is_listed_with_everything_in_it(read: Read) -> None:
    result = read("編號,姓名,電話,備註\nA1,,,欠兩支空桶\n,,,\nA2,王,0912345678,\n")
    assert [body.customer_id for body in result.rows] == ["A2"]
    (doubt,) = [d for d in result.doubts if d.code is DoubtCode.ROW_UNUSABLE]
    assert (doubt.row, doubt.value) == (2, "A1 欠兩支空桶")


def test_every_line_is_either_a_customer_or_a_doubt(read: Read) -> None:
    lines = [
        f"A{i % 7},{'' if i % 3 else '王'},{'' if i % 2 else '0912345678'},x" for i in range(40)
    ]
    result = read("編號,姓名,電話,備註\n" + "\n".join(lines) + "\n")
    accounted = {d.row for d in result.doubts if d.code in _MERGED_OR_LISTED}
    assert result.lines == 40
    assert len(result.rows) + len(accounted) == 40


_MERGED_OR_LISTED = {DoubtCode.ROW_UNUSABLE, DoubtCode.SAME_AGAIN}


def test_two_rows_of_one_customer_become_one(read: Read) -> None:
    result = read(
        "編號,姓名,電話,地址\n"
        "A1,王大明,0912345678,台北市中山區松江路1號\n"
        "A1,王大明,0227208889,新北市板橋區文化路一段2號\n"
        "A1,王大明,0912345678,臺北市中山區松江路１號\n"
    )
    body = only(result)
    assert [p.digits for p in body.phones] == ["0912345678", "0227208889"]
    assert [a.address_id for a in body.delivery_addresses] == [1, 2]
    assert [a.is_default for a in body.delivery_addresses] == [True, False]
    assert codes(result) == [DoubtCode.SAME_AGAIN, DoubtCode.SAME_AGAIN]


def test_a_number_used_twice_for_different_people_loses_nobody(read: Read) -> None:
    result = read(
        "編號,姓名,電話,地址\n"
        "A1,王大明,0912345678,台北市中山區松江路1號\n"
        "A1,李小美,0933222111,台北市中山區松江路2號\n"
    )
    assert [body.customer_name for body in result.rows] == ["王大明", "李小美"]
    assert result.rows[1].customer_id != "A1"
    assert codes(result) == [DoubtCode.NUMBER_TAKEN]


def test_customers_without_number_keep_their_id_from_file_to_file(read: Read) -> None:
    first = read("姓名,電話\n王大明,0912-345-678\n李小美,0933222111\n")
    again = read("電話,備註,姓名\n０９３３２２２１１１,新備註,李小美\n0912345678,,王大明\n")
    assert {b.customer_id for b in first.rows} == {b.customer_id for b in again.rows}
    assert len({b.customer_id for b in first.rows}) == 2


def test_accounts_terms_and_states(read: Read) -> None:
    result = read(
        "編號,姓名,電話,地址,信用額度,欠款,付款條件,狀態\n"
        'A1,甲,0912000001,台北市中山區松江路1號,"50,000",12000,月結,正常\n'
        "A2,乙,0912000002,台北市中山區松江路2號,20000,,,停用\n"
        "A3,丙,0912000003,台北市中山區松江路3號,很多,,年結,古怪\n"
    )
    one, two, three = result.rows
    assert (one.credit_limit, one.credit_used, one.credit_available) == (50000, 12000, 38000)
    assert str(one.credit_limit) == "50000.00"
    assert one.payment_terms is PaymentTerms.NET30
    assert (two.payment_terms, two.status) == (PaymentTerms.NET30, CustomerStatus.INACTIVE)
    assert (three.payment_terms, three.status) == (PaymentTerms.CASH, CustomerStatus.ACTIVE)
    assert three.note == "信用額度：很多"
    assert codes(result) == [
        DoubtCode.TERMS_ASSUMED,
        *(DoubtCode.AMOUNT, DoubtCode.WORD, DoubtCode.WORD),
    ]


def test_the_kind_of_customer_is_told_by_name_and_tax_id(read: Read) -> None:
    result = read(
        "姓名,電話,地址\n阿財小吃店,0912000001,台北市中山區松江路1號\n"
        "王大明,0912000002,台北市中山區松江路1號\n"
    )
    assert [b.customer_type for b in result.rows] == [
        CustomerType.COMMERCIAL,
        CustomerType.RESIDENTIAL,
    ]


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("特價P001", "820", {"P001": "820.00"}),
        ("特價 20kg", "820.5", {"P001": "820.50"}),
        ("特價", "P001:820、P003：1950", {"P001": "820.00", "P003": "1950.00"}),
        ("特價", "20公斤 820", {"P001": "820.00"}),
        ("特價", "50kg=1950;16kg=660", {"P003": "1950.00", "P002": "660.00"}),
        ("特價", "820", {}),
        ("特價", "P999:820", {}),
        ("特價P001", "八折", {}),
    ],
)
def test_special_prices(read: Read, header: str, cell: str, expected: dict[str, str]) -> None:
    products = catalogue(date(2026, 7, 15)).products.products
    result = read(
        f"編號,姓名,電話,地址,{header}\nA1,王,0912345678,台北市中山區松江路1號,{cell}\n",
        ImportOptions(products=products),
    )
    body = only(result)
    assert {p.product_id: str(p.special_price) for p in body.special_prices} == expected
    if not expected:
        assert codes(result) == [DoubtCode.SPECIAL_PRICE]
        assert cell in body.note


def test_columns_that_mean_nothing_are_named_once(read: Read) -> None:
    result = read("姓名,電話,地址,生肖\n王,0912345678,台北市中山區松江路1號,龍\n")
    unknown = [d for d in result.doubts if d.code is DoubtCode.COLUMN_UNKNOWN]
    assert [(d.row, d.column, d.value) for d in unknown] == [(1, "生肖", "龍")]


def test_more_cells_than_headers_go_to_the_note(read: Read) -> None:
    result = read("編號,姓名,電話,地址\nA1,王,0912345678,台北市中山區松江路1號,三樓,急\n")
    assert only(result).note == "三樓；急"
    assert codes(result) == [DoubtCode.EXTRA_CELLS]


def test_a_file_without_phone_column_is_said_once(read: Read) -> None:
    result = read(
        "編號,姓名,地址\n" + "".join(f"A{i},王{i},台北市中山區松江路{i}號\n" for i in range(9))
    )
    assert codes(result) == [DoubtCode.NO_PHONE]


def test_the_report_opens_in_a_spreadsheet_and_holds_no_formula(read: Read, tmp_path: Path) -> None:
    result = read("編號,姓名,電話,地址\nA1,王,=1+1,台北市中山區松江路1號\n")
    report = tmp_path / "doubts.csv"
    write_report(result.doubts, report)
    assert report.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(report.read_text("utf-8-sig").splitlines()))
    assert rows[1][:4] == ["2", "電話", "'=1+1", "PHONE_UNKNOWN"]
    assert all(rows[1])
    assert "第 2 列" in summary(result.doubts)
