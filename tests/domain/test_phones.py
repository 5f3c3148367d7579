"""Telephone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.phones import format_phone, parse_phone, parse_phones


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("0912345678", "0912345678"),
        ("０９１２３４５６７８", "0912345678"),
        ("0912-345-678", "0912345678"),
        ("912345678", "0912345678"),
        ("+886 912 345 678", "0912345678"),
        ("00886-912-345-678", "0912345678"),
        ("王先生 0912-345-678", "0912345678"),
        ("(02)27208889", "0227208889"),
        ("03-3322101", "033322101"),
        ("037-123456", "037123456"),
        ("04-22289111", "0422289111"),
        ("04-7222222", "047222222"),
        ("049-2222222", "0492222222"),
        ("05-2254321", "052254321"),
        ("07-3368333", "073368333"),
        ("082-318823", "082318823"),
        ("0836-25125", "083625125"),
        ("089-123456", "089123456"),
        ("0800-000-321", "0800000321"),
        ("0991-234-567", "0991234567"),
        ("0412345678", "0412345678"),
        ("070-10101234", "07010101234"),
    ],
)
def test_a_number_is_read_however_it_was_typed(typed: str, digits: str) -> None:
    assert parse_phone(typed) == (digits, "")


@pytest.mark.parametrize(
    "typed",
    ["(02)2720-8889#123", "02-27208889 轉 123", "02-2720-8889分機123", "02 2720 8889 ext 123"],
)
def test_the_extension_is_kept_apart(typed: str) -> None:
    assert parse_phone(typed) == ("0227208889", "123")


@pytest.mark.parametrize(
    "typed",
    [
        *("", "無", "119", "1999", "2720-8889", "27208889", "02-7208889", "02-12345678"),
        *("0912-345-67", "+81 3-1234-5678", "0912345678,0922333444", "02-2720 8889 9"),
    ],
)
def test_what_is_no_complete_number_is_not_guessed(typed: str) -> None:
    assert parse_phone(typed) is None


def test_a_cell_with_several_numbers_gives_each_once() -> None:
    cell = "0912-345-678、02-2720-8889#5／0912345678, 無"
    assert parse_phones(cell) == (("0912345678", ""), ("0227208889", "5"))


@pytest.mark.parametrize(
    ("digits", "shown"),
    [
        ("0912345678", "0912-345-678"),
        ("0227208889", "02-2720-8889"),
        ("033322101", "03-332-2101"),
        ("037123456", "037-123-456"),
        ("0422289111", "04-2228-9111"),
        ("047222222", "04-722-2222"),
        ("0492222222", "049-222-2222"),
        ("082318823", "082-318-823"),
        ("082666123", "0826-66123"),
        ("083625125", "0836-25125"),
        ("089123456", "089-123-456"),
        ("0800000321", "0800-000-321"),
        ("0809000321", "0809-000-321"),
        ("07010101234", "070-1010-1234"),
        ("0991234567", "0991-234-567"),
    ],
)
def test_digits_are_shown_as_people_write_them(digits: str, shown: str) -> None:
    assert format_phone(digits) == shown


@pytest.mark.parametrize("unknown", ["", "119", "0", "09123", "81312345678", "0912-345-678", "P"])
def test_unknown_digits_are_shown_unchanged(unknown: str) -> None:
    assert format_phone(unknown) == unknown


@given(st.from_regex(r"0[0-9]{7,11}", fullmatch=True))
def test_formatting_loses_no_digit(digits: str) -> None:
    assert format_phone(digits).replace("-", "") == digits


@given(st.from_regex(r"09[0-9]{8}|02[2-8][0-9]{7}", fullmatch=True))
def test_what_is_shown_reads_as_the_same_number(digits: str) -> None:
    parsed = parse_phone(digits)
    assert parsed is None or parse_phone(format_phone(digits)) == parsed == (digits, "")


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    parsed = parse_phone(text)
    assert parsed is None or parsed[0].isdecimal()
