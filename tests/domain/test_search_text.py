"""Search tokens, tried in a real index of the shape that registers keep."""

from collections.abc import Callable, Iterator

import pytest
import sqlcipher3
from hypothesis import given
from hypothesis import strategies as st

from app.domain.addresses import normalise_address
from app.domain.search_text import (
    address_grams,
    address_match,
    digit_grams,
    digit_match,
    fold,
    name_grams,
    name_match,
)
from app.wire.reference import SEARCH_DDL

CUSTOMERS = {
    1: ("王大明", "台北市信義區信義路五段7號3樓", "0912345678"),
    2: ("𠮷野家-信義店", "臺北市信義區西村里8鄰信義路5段七號之1 3樓", "0227208889"),
    3: ("陳小美", "高雄市前鎮區三多四路128號", "073368333"),
    4: ("Lucky Café\U00030edd", "新竹市東區光復路二段101巷23弄5號", "035551234"),
}
Find = Callable[[str], set[int]]


@pytest.fixture(scope="module")
def find() -> Iterator[Find]:
    connection = sqlcipher3.connect(":memory:")
    connection.execute(SEARCH_DDL)
    for number, (name, address, digits) in CUSTOMERS.items():
        connection.execute(
            "INSERT INTO customer_search (rowid, name, addr, dig) VALUES (?, ?, ?, ?)",
            (
                number,
                name_grams(name),
                address_grams(normalise_address(address)),
                digit_grams(digits),
            ),
        )

    def find_by(match: str) -> set[int]:
        sql = "SELECT rowid FROM customer_search WHERE customer_search MATCH ?"
        return {row[0] for row in connection.execute(sql, (match,))} if match else set()

    yield find_by
    connection.close()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("臺北", "台北"),
        ("ＡＢＣ　１２３", "abc123"),
        ("峯 羣\u200b", "峰群"),
        ("𠮷野家", "吉野家"),
        ("神\ufe00", "神\ufe00"),
    ],
)
def test_variants_of_a_character_fold_together(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("王", {1}),
        ("大明", {1}),
        ("王大明", {1}),
        ("王明", set()),
        ("吉野", {2}),
        ("𠮷野家", {2}),
        ("信義店", {2}),
        ("lucky", {4}),
        ("ＬＵＣＫＹ　ＣＡ", {4}),
        ("\U00030edd", {4}),
        ("é\U00030edd", {4}),
        ("", set()),
        ("\"'()*", set()),
        ("AND", set()),
    ],
)
def test_a_name_is_found_by_any_part_of_it(find: Find, typed: str, found: set[int]) -> None:
    assert find(name_match(typed)) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("信5-7", {1, 2}),
        ("信義五段7", {1, 2}),
        ("信義路五段7號", {1}),
        ("五段七號", {1}),
        ("信義5", {1, 2}),
        ("5段7號3樓", {1}),
        ("7之1號", {2}),
        ("七號之1", {2}),
        ("台北市信義區", {1, 2}),
        ("臺北市信義區信義路五段7號3樓", {1}),
        ("三多四路", {3}),
        ("三多4路12", {3}),
        ("三多四路129", set()),
        ("三", {3}),
        ("前鎮區三多", {3}),
        ("光復路二段101巷23弄5號", {4}),
        ("光2-101-23", {4}),
        ("復2", {4}),
        ("中山路", set()),
        ("", set()),
        ("-", set()),
        ('"', set()),
    ],
)
def test_an_address_is_found_as_clerks_type_it(find: Find, typed: str, found: set[int]) -> None:
    assert find(address_match(normalise_address(typed))) == found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("678", {1}),
        ("2720", {2}),
        ("0912345678", {1}),
        ("78072", set()),
        ("12", set()),
        ("333", {3}),
        ("", set()),
    ],
)
def test_a_number_is_found_by_three_digits_or_more(find: Find, typed: str, found: set[int]) -> None:
    assert find(digit_match(typed)) == found


@given(st.text(max_size=20))
def test_whatever_is_typed_is_a_valid_query(find: Find, typed: str) -> None:
    find(name_match(typed))
    find(address_match(normalise_address(typed)))


@given(st.text(st.characters(categories=("Lo", "Ll", "Lu", "Nd")), min_size=1, max_size=8))
def test_every_name_finds_itself(typed: str) -> None:
    connection = sqlcipher3.connect(":memory:")
    connection.execute(SEARCH_DDL)
    connection.execute(
        "INSERT INTO customer_search (rowid, name) VALUES (1, ?)", (name_grams(typed),)
    )
    match = name_match(typed)
    sql = "SELECT count(*) FROM customer_search WHERE customer_search MATCH ?"
    assert connection.execute(sql, (match,)).fetchone() == (1,)
    connection.close()
