"""Identities and printed numbers."""

import threading
from datetime import date
from itertools import pairwise
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.numbers import OrderNumber, new_uid


def test_the_spec_s_number_reads_as_the_server_s_own_order() -> None:
    number = OrderNumber.parse("O-20240125-000123")
    assert number == OrderNumber(date(2024, 1, 25), register=0, serial=123)
    assert str(number) == "O-20240125-000123"


@given(st.dates(min_value=date(2000, 1, 1)), st.integers(0, 99), st.integers(1, 9999))
def test_a_printed_number_reads_back(day: date, register: int, serial: int) -> None:
    number = OrderNumber(day, register, serial)
    assert OrderNumber.parse(str(number)) == number
    assert len(str(number)) == 17


@pytest.mark.parametrize(
    "text",
    [
        *("", "O-20240125-00012", "O-20240125-0001234", "o-20240125-010001", "20240125-010001"),
        *(
            "O-20240230-010001",
            "O-20240125-010000",
            "O-２０２４０１２５-010001",
            " O-20240125-010001",
        ),
        "O-20240125-010001\n",
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        OrderNumber.parse(text)


@pytest.mark.parametrize(("register", "serial"), [(-1, 1), (100, 1), (1, 0), (1, 10_000)])
def test_a_register_or_serial_that_does_not_fit_is_refused(register: int, serial: int) -> None:
    with pytest.raises(ValueError, match="is not between"):
        OrderNumber(date(2024, 1, 25), register, serial)


def test_uids_are_version_7_and_sorted_by_their_making() -> None:
    uids = [new_uid() for _ in range(5000)]
    assert all(before < after for before, after in pairwise(uids))
    assert {(uid.version, uid.variant) for uid in uids} == {(7, RFC_4122)}


def test_threads_never_mint_the_same_time_stamp() -> None:
    minted: list[UUID] = []
    threads = [
        threading.Thread(target=lambda: minted.extend(new_uid() for _ in range(500)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({uid.int >> 64 for uid in minted}) == 2000
