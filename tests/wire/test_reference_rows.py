from app.wire.reference_rows import customer_rows, search_columns
from tests.local_db.samples import address, customer


def test_a_number_without_digits_list_is_read_from_the_printed_one() -> None:
    rows = customer_rows(customer(phones=()))
    assert [row["digits"] for row in rows.phones] == ["0912345678"]


def test_reversed_digits_make_a_tail_a_beginning() -> None:
    rows = customer_rows(customer())
    assert rows.phones[0]["reversed"] == "8765432190"


def test_addresses_are_kept_as_written_and_normalised_beside() -> None:
    rows = customer_rows(customer(delivery_addresses=(address("臺北市信義區信義路五段7號"),)))
    (row,) = rows.addresses
    assert row["full_address"] == "臺北市信義區信義路五段7號"
    assert row["normalised"] == "台北市信義區信義路5段7號"


def test_initials_are_read_from_the_name_unless_they_are_known() -> None:
    assert customer_rows(customer()).customer["initials"] == "ㄨㄉㄇ"
    assert customer_rows(customer(), "known").customer["initials"] == "known"


def test_unit_prices_are_whole_cents() -> None:
    assert customer_rows(customer()).special_prices[0]["price_cents"] == 82000


def test_a_match_can_not_run_from_one_value_into_the_next() -> None:
    columns = search_columns(("王大", "大明"), (), ("0912", "9123"))
    assert columns["dig"] == "091 912 _ 912 123"
    assert " _ " in columns["name"]


def test_values_without_letters_or_digits_leave_nothing() -> None:
    assert search_columns(("", "…"), ("",), ("", "AB")) == {"name": "", "addr": "", "dig": ""}
