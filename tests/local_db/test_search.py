"""Search over 2,000 customers; what must be found is computed from the customers themselves."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest

from app.domain.addresses import normalise_address
from app.domain.zhuyin import zhuyin_initials
from app.wire.customers import CustomerBody, PhoneNumber
from app.wire.registers import Entity
from local_db.database import Database, prepare_reference
from local_db.search import SearchHit, search_customers
from tests.local_db.samples import (
    KEY,
    address,
    changed,
    customer,
    customer_change,
    many_customers,
    statistics,
    write_snapshot,
)

COUNT = 2_000
ALL = COUNT
CUSTOMERS = many_customers(COUNT)
LAST_ORDER = {
    body.customer_id: date(2026, 1, 1) + timedelta(days=Random(body.customer_id).randrange(180))
    for body in CUSTOMERS
}
SAMPLE = Random(5).sample(CUSTOMERS, 25)
INITIALS = {body.customer_id: zhuyin_initials(body.customer_name) for body in CUSTOMERS}
ADDRESSES = {
    body.customer_id: normalise_address(body.delivery_addresses[0].full_address)
    for body in CUSTOMERS
}
Fits = Callable[[CustomerBody, str], bool]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    directory: Path = tmp_path_factory.mktemp("shop")
    changes = [customer_change(body) for body in CUSTOMERS]
    changes += [
        changed(Entity.STATISTICS, customer_id, statistics(day))
        for customer_id, day in LAST_ORDER.items()
    ]
    plain = write_snapshot(directory / "plain.db", changes)
    database = Database(directory / "profile", KEY)
    database.adopt_reference(prepare_reference(directory / "profile", KEY, plain))
    yield database
    database.close()


def find(database: Database, typed: str, limit: int = ALL) -> tuple[SearchHit, ...]:
    with database.read() as session:
        return search_customers(session, typed, limit)


def ids(database: Database, typed: str, limit: int = ALL) -> list[str]:
    return [hit.customer_id for hit in find(database, typed, limit)]


def ranked(fits: Fits, typed: str) -> list[str]:
    """The customers that fit, the one who ordered last first."""
    return newest_first(b.customer_id for b in CUSTOMERS if fits(b, typed))


def newest_first(customer_ids: Iterable[str]) -> list[str]:
    return sorted(customer_ids, key=lambda i: (LAST_ORDER[i], i), reverse=True)


def numbers(body: CustomerBody) -> list[str]:
    return [phone.digits for phone in body.phones]


def has_tail(body: CustomerBody, typed: str) -> bool:
    return any(number.endswith(typed) for number in numbers(body))


def has_name(body: CustomerBody, typed: str) -> bool:
    return typed in body.customer_name or typed in body.nickname


def has_initials(body: CustomerBody, typed: str) -> bool:
    return INITIALS[body.customer_id].startswith(typed)


def lives_at(body: CustomerBody, typed: str) -> bool:
    return typed in ADDRESSES[body.customer_id]


@pytest.mark.parametrize("length", [3, 4, 5, 6, 7, 8, 10])
def test_tails_of_any_number_are_found_newest_order_first(shop: Database, length: int) -> None:
    for body in SAMPLE:
        tail = numbers(body)[-1][-length:]
        tails = ranked(has_tail, tail)
        assert ids(shop, tail)[: len(tails)] == tails


def test_the_middle_of_a_number_comes_after_tails(shop: Database) -> None:
    for body in SAMPLE:
        middle = numbers(body)[0][2:7]
        tails = ranked(has_tail, middle)
        found = ids(shop, middle)
        assert found[: len(tails)] == tails
        assert body.customer_id in found


def test_a_number_may_be_typed_as_people_write_it(shop: Database) -> None:
    body = SAMPLE[0]
    digits = numbers(body)[0]
    for typed in (f"{digits[:4]}-{digits[4:7]}-{digits[7:]}", digits, "　" + digits):
        assert ids(shop, typed) == [body.customer_id]


def test_a_customer_number_is_found_in_any_case(shop: Database) -> None:
    assert ids(shop, "C000042") == ["C000042"]
    assert ids(shop, "c000042") == ["C000042"]
    assert ids(shop, "C00004") == newest_first(f"C00004{digit}" for digit in range(10))


def test_a_tax_id_is_found_before_everything_else(shop: Database) -> None:
    for body in SAMPLE:
        if body.tax_id:
            same = ranked(lambda b, tax_id: b.tax_id == tax_id, body.tax_id)
            assert ids(shop, body.tax_id)[: len(same)] == same


@pytest.mark.parametrize("part", [slice(0, 3), slice(0, 2), slice(1, 3), slice(2, 3)])
def test_any_part_of_a_name_finds_exactly_who_has_it(shop: Database, part: slice) -> None:
    for body in SAMPLE:
        typed = body.customer_name[part]
        fitting = ranked(has_name, typed)
        assert ids(shop, typed, len(fitting)) == fitting


def test_a_nickname_is_a_name(shop: Database) -> None:
    fitting = ranked(has_name, "巷口麵店")
    assert ids(shop, "巷口麵") == fitting[:1000]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_zhuyin_initials_find_names_that_begin_so(shop: Database, length: int) -> None:
    for body in SAMPLE:
        typed = INITIALS[body.customer_id][:length]
        assert ids(shop, typed) == ranked(has_initials, typed)


def test_the_raw_keys_of_the_zhuyin_keyboard_are_initials(shop: Database) -> None:
    fitting = ranked(has_initials, "ㄨㄇ")
    assert fitting
    assert ids(shop, "ja") == fitting
    assert ids(shop, "JA") == fitting


def test_digits_that_are_no_number_may_be_initials(shop: Database) -> None:
    fitting = ranked(has_initials, "ㄓㄓ")
    assert fitting
    assert ids(shop, "55") == fitting


def test_a_road_finds_everybody_on_it(shop: Database) -> None:
    assert ids(shop, "吳興街") == ranked(lives_at, "吳興街")


@pytest.mark.parametrize(
    "typed",
    ["信義路五段7號", "信義五段7號", "五段7號", "信義路5段7號", "信義路五段７號", "信5-7號"],
)
def test_fragments_of_an_address_are_understood(database: Database, typed: str) -> None:
    with_copy(
        database,
        customer(1, delivery_addresses=(address("台北市信義區信義路五段7號3樓"),)),
        customer(2, delivery_addresses=(address("臺北市信義區信義路五段70號"),)),
        customer(3, delivery_addresses=(address("台北市信義區忠孝東路五段8號"),)),
        customer(4, delivery_addresses=(address("台北市信義區信義路四段7號"),)),
    )
    assert ids(database, typed) == ["C000001"]


@pytest.mark.parametrize("typed", ["信義五段7", "信5-7", "信義路五段7"])
def test_a_number_at_the_end_may_be_unfinished(database: Database, typed: str) -> None:
    with_copy(
        database,
        customer(1, delivery_addresses=(address("台北市信義區信義路五段7號3樓"),)),
        customer(2, delivery_addresses=(address("臺北市信義區信義路五段70號"),)),
        customer(3, delivery_addresses=(address("臺北市信義區信義路五段17號"),)),
    )
    assert sorted(ids(database, typed)) == ["C000001", "C000002"]


def test_variant_characters_are_the_same(database: Database) -> None:
    with_copy(database, customer(1, customer_name="臺大小吃店", nickname="峯哥"))
    for typed in ("台大", "臺大", "峰哥", "峯"):
        assert ids(database, typed) == ["C000001"], typed


def test_names_come_before_addresses(database: Database) -> None:
    with_copy(
        database,
        customer(1, customer_name="陳信義", delivery_addresses=()),
        customer(2, delivery_addresses=(address("台北市信義區信義路五段7號"),)),
    )
    assert ids(database, "信義") == ["C000001", "C000002"]


def test_several_words_must_all_fit(shop: Database) -> None:
    for body in SAMPLE:
        road = body.delivery_addresses[0].full_address[6:9]
        name, tail = body.customer_name[0], numbers(body)[0][-4:]
        both = set(ranked(has_name, name)) & set(ranked(lives_at, road))
        assert both
        assert ids(shop, f"{name} {road}") == newest_first(both)
        assert body.customer_id in ids(shop, f"{tail} {name}")
        initials = INITIALS[body.customer_id]
        both = set(ranked(has_initials, initials)) & set(ranked(lives_at, road))
        assert ids(shop, f"{initials} {road}") == newest_first(both)


def test_words_that_fit_different_customers_find_nobody(database: Database) -> None:
    with_copy(
        database,
        customer(1, customer_name="王大明", phones=(PhoneNumber(digits="0911111111"),)),
        customer(2, customer_name="林美玲", phones=(PhoneNumber(digits="0922222222"),)),
    )
    assert ids(database, "王 1111") == ["C000001"]
    assert ids(database, "王 2222") == []
    assert ids(database, "林 ㄨㄉ") == []


@pytest.mark.parametrize(
    "typed",
    ["", "   ", '"', "'", "()", "*", "- -", "AND", "name:", "NEAR(", "龘", "\U0001f600", "%"],
)
def test_whatever_is_typed_is_never_an_error(shop: Database, typed: str) -> None:
    find(shop, typed)


def test_nothing_typed_finds_nothing(shop: Database) -> None:
    assert find(shop, "") == ()
    assert find(shop, "  ") == ()


def test_no_more_than_the_limit_is_given(shop: Database) -> None:
    assert ids(shop, "王", 5) == ids(shop, "王", 50)[:5]
    assert len(ids(shop, "王")) > 50


def test_a_hit_shows_the_number_and_the_address_that_fit(database: Database) -> None:
    body = customer(
        phones=(PhoneNumber(digits="0912345678"), PhoneNumber(digits="0227208889")),
        delivery_addresses=(
            address("台北市信義區信義路五段7號"),
            address("新北市板橋區文化路一段20號", 2),
        ),
    )
    with_copy(database, body)
    (hit,) = find(database, "8889")
    assert hit.phone == "0227208889"
    assert hit.address == "台北市信義區信義路五段7號"
    (hit,) = find(database, "文化路")
    assert hit.phone == "0912345678"
    assert hit.address == "新北市板橋區文化路一段20號"


def test_a_hit_carries_what_the_card_colours(database: Database) -> None:
    with_copy(database, customer(on_hold=True))
    (hit,) = find(database, "王大明")
    assert hit.on_hold
    assert (hit.credit_limit, hit.credit_used) == (50_000, 12_000)
    assert hit.last_order_on is None


def test_without_a_copy_nothing_is_found(database: Database) -> None:
    assert find(database, "王") == ()


def with_copy(database: Database, *customers: CustomerBody) -> None:
    plain = write_snapshot(
        database.directory.parent / "plain.db", [customer_change(body) for body in customers]
    )
    database.adopt_reference(prepare_reference(database.directory, KEY, plain))
