from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from app.wire import reference as ref
from app.wire.codec import MalformedMessage
from app.wire.customers import PhoneNumber
from app.wire.registers import Change, Entity
from local_db import reference_tables as attached
from local_db.cursors import Cursor, read_cursor
from local_db.database import Database
from local_db.doors import engine_for
from local_db.reference import apply_changes, credit_state, find_customer, last_orders, price_book
from local_db.reference_tables import statements
from local_db.search import search_customers
from tests.local_db.samples import (
    EPOCH,
    NOW,
    PARAMETERS,
    PRICING,
    address,
    changed,
    credit,
    customer,
    customer_change,
    order,
    order_change,
    product,
    statistics,
)


def apply(database: Database, *changes: Change, to: int = 1) -> None:
    with database.write_reference() as session:
        apply_changes(session, changes, EPOCH, to, NOW)


def found(database: Database, typed: str) -> list[str]:
    with database.read() as session:
        return [hit.customer_id for hit in search_customers(session, typed)]


def test_a_customer_of_the_feed_can_be_read_and_found(stocked: Database) -> None:
    apply(stocked, customer_change(customer()))
    with stocked.read() as session:
        read = find_customer(session, "C000001")
    assert read is not None
    assert [phone.digits for phone in read.phones] == ["0912345678", "0227208889"]
    assert read.special_prices[0].price == Decimal("820.00")
    for typed in ("5678", "王大明", "信義五段7", "C000001", "ㄨㄉㄇ"):
        assert found(stocked, typed) == ["C000001"], typed


def test_a_changed_customer_is_found_by_what_is_true_now_only(stocked: Database) -> None:
    apply(stocked, customer_change(customer()))
    moved = customer(
        customer_name="林美玲",
        phones=(PhoneNumber(digits="0933000111"),),
        delivery_addresses=(address("新北市板橋區文化路一段20號"),),
        special_prices=(),
    )
    apply(stocked, customer_change(moved, v=2))
    for typed in ("5678", "王大明", "信義五段7", "ㄨㄉㄇ"):
        assert found(stocked, typed) == [], typed
    for typed in ("0111", "林美玲", "文化路一段20", "ㄌㄇㄌ"):
        assert found(stocked, typed) == ["C000001"], typed
    with stocked.read() as session:
        read = find_customer(session, "C000001")
    assert read is not None
    assert read.special_prices == ()


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_or_equal_version_changes_nothing(stocked: Database, version: int) -> None:
    apply(stocked, customer_change(customer(), v=2))
    apply(stocked, customer_change(customer(customer_name="誰"), v=version))
    assert found(stocked, "王大明") == ["C000001"]


def test_a_tombstone_removes_every_trace(stocked: Database) -> None:
    apply(stocked, customer_change(customer()), changed(Entity.CREDIT, "C000001", credit()))
    apply(stocked, changed(Entity.CUSTOMER, "C000001", None, v=2))
    for typed in ("5678", "王大明", "信義五段7", "C000001", "ㄨㄉㄇ"):
        assert found(stocked, typed) == [], typed
    with stocked.read() as session:
        assert find_customer(session, "C000001") is None
        for table in (attached.phones, attached.addresses, attached.special_prices):
            assert session.execute(select(table)).all() == []


def test_an_old_tombstone_does_not_remove_a_newer_row(stocked: Database) -> None:
    apply(stocked, customer_change(customer(), v=3))
    apply(stocked, changed(Entity.CUSTOMER, "C000001", None, v=2))
    assert found(stocked, "王大明") == ["C000001"]


def test_a_customer_who_comes_back_is_found_again(stocked: Database) -> None:
    apply(
        stocked,
        customer_change(customer()),
        changed(Entity.CUSTOMER, "C000001", None, v=2),
        customer_change(customer(), v=3),
    )
    assert found(stocked, "王大明") == ["C000001"]


def test_credit_comes_with_the_customer_until_its_own_row_arrives(stocked: Database) -> None:
    apply(stocked, customer_change(customer()))
    with stocked.read() as session:
        first = credit_state(session, "C000001")
    apply(stocked, changed(Entity.CREDIT, "C000001", credit(used=49_000), v=1))
    apply(stocked, customer_change(customer(), v=2))
    with stocked.read() as session:
        second = credit_state(session, "C000001")
    assert first is not None
    assert second is not None
    assert (first.available, second.available) == (Decimal(38_000), Decimal(1_000))


def test_an_order_moves_its_customer_up(stocked: Database) -> None:
    apply(stocked, *(customer_change(customer(number)) for number in (1, 2, 3)))
    apply(stocked, order_change(order(1, customer_number=2)))
    assert found(stocked, "王大明")[0] == "C000002"
    apply(stocked, changed(Entity.STATISTICS, "C000001", statistics(date(2026, 7, 9))))
    assert found(stocked, "王大明") == ["C000001", "C000002", "C000003"]
    with stocked.read() as session:
        assert [o.order_id for o in last_orders(session, "C000002")] == ["O-20260702-010001"]


def test_the_price_book_is_there_once_all_its_parts_are(stocked: Database) -> None:
    apply(stocked, changed(Entity.PRODUCT, "GAS20", product()))
    with stocked.read() as session:
        assert price_book(session) is None
    apply(
        stocked,
        changed(Entity.PRICING, "rules", PRICING),
        changed(Entity.PARAMETERS, "parameters", PARAMETERS),
    )
    with stocked.read() as session:
        book = price_book(session)
    assert book is not None
    assert book.standard_price("GAS20", NOW.date()) == Decimal("850.00")
    apply(stocked, changed(Entity.PRODUCT, "GAS20", product(price="870.50"), v=2))
    with stocked.read() as session:
        following = price_book(session)
    assert following is not None
    assert following.standard_price("GAS20", NOW.date()) == Decimal("870.50")
    assert following.version != book.version


def test_rows_and_cursor_are_kept_together_or_not_at_all(stocked: Database) -> None:
    broken = msgspec.structs.replace(customer_change(customer(2)), d={"customer_id": 5})
    with pytest.raises(MalformedMessage):
        apply(stocked, customer_change(customer()), broken, to=2)
    assert found(stocked, "王大明") == []
    with stocked.read() as session:
        cursor = read_cursor(session)
    assert cursor is not None
    assert cursor.pos == 0


def test_the_cursor_says_how_far_and_when(stocked: Database) -> None:
    apply(stocked, to=41)
    with stocked.read() as session:
        assert read_cursor(session) == Cursor(EPOCH, 41, NOW)


def test_without_a_copy_there_is_no_cursor(database: Database) -> None:
    with database.read() as session:
        assert read_cursor(session) is None


def test_a_page_that_does_not_continue_the_copy_is_refused(stocked: Database) -> None:
    apply(stocked, to=5)
    with pytest.raises(ValueError, match="does not continue"):
        apply(stocked, to=4)
    with stocked.write_reference() as session, pytest.raises(ValueError, match="not continue"):
        apply_changes(session, (), EPOCH + 1, 6, NOW)


NAMES = ("王大明", "林美玲", "王小明")
DAYS = st.integers(0, 5).map(lambda days: date(2026, 7, 1) + timedelta(days=days))
CUSTOMERS = st.builds(
    lambda number, name, v: customer_change(customer(number, customer_name=name), v),
    st.integers(1, 4),
    st.sampled_from(NAMES),
    st.integers(1, 5),
)
ORDERS = st.builds(
    lambda number, owner, day, v: order_change(order(number, owner, order_date=day), v),
    st.integers(1, 3),
    st.integers(1, 4),
    DAYS,
    st.integers(1, 5),
)
FIGURES = st.builds(
    lambda number, used, v: changed(Entity.CREDIT, f"C{number:06}", credit(number, used, v), v),
    st.integers(1, 4),
    st.integers(0, 9),
    st.integers(1, 5),
)
COUNTS = st.builds(
    lambda number, day, v: changed(Entity.STATISTICS, f"C{number:06}", statistics(day), v),
    st.integers(1, 4),
    DAYS,
    st.integers(1, 5),
)
PRICES = st.builds(
    lambda price, v: changed(Entity.PRODUCT, "GAS20", product(price=f"{price}.00"), v),
    st.integers(800, 803),
    st.integers(1, 5),
)
RULES = st.builds(lambda v: changed(Entity.PRICING, "rules", PRICING, v), st.integers(1, 5))
TOMBSTONES = st.builds(
    lambda entity, number, v: changed(entity, f"C{number:06}", None, v),
    st.sampled_from((Entity.CUSTOMER, Entity.CREDIT, Entity.STATISTICS, Entity.PRICING)),
    st.integers(1, 4),
    st.integers(1, 6),
)
FEEDS = st.lists(
    st.one_of(CUSTOMERS, ORDERS, FIGURES, COUNTS, PRICES, RULES, TOMBSTONES), max_size=25
)


def pages(feed: Sequence[Change], cuts: Sequence[int]) -> Iterator[Sequence[Change]]:
    edges = sorted({0, len(feed), *(cut for cut in cuts if cut < len(feed))})
    for start, end in pairwise(edges):
        yield feed[start:end]


def contents(pages_of_feed: Iterator[Sequence[Change]]) -> dict[str, object]:
    """Every table and everything the search index finds, after applying the pages."""
    connection = dbapi2.connect(":memory:", isolation_level=None)
    connection.execute("ATTACH ':memory:' AS ref KEY ''")
    for statement in statements():
        connection.execute(statement)
    engine = engine_for(lambda: connection, "BEGIN")
    for page in pages_of_feed:
        with Session(engine) as session, session.begin():
            apply_changes(session, page, EPOCH, 1, NOW)
    result: dict[str, object] = {
        table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
        for table in ref.reference.tables
        if table != "feed_cursor"
    }
    for name in NAMES:
        result[name] = connection.execute(
            "SELECT rowid FROM customer_search WHERE customer_search MATCH ? ORDER BY rowid",
            (f"name : {name[:2]} AND {name[1:]}",),
        ).fetchall()
    engine.dispose()
    return result


@settings(max_examples=60, deadline=None)
@given(FEEDS, st.lists(st.integers(1, 24), max_size=6))
def test_pages_may_be_cut_anywhere(feed: list[Change], cuts: list[int]) -> None:
    assert contents(pages(feed, cuts)) == contents(pages(feed, ()))


@settings(max_examples=30, deadline=None)
@given(FEEDS)
def test_one_row_at_a_time_gives_the_same_as_one_page(feed: list[Change]) -> None:
    assert contents(iter([change] for change in feed)) == contents(pages(feed, ()))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(CUSTOMERS, ORDERS, FIGURES, COUNTS, PRICES, RULES), max_size=20))
def test_applying_a_page_twice_changes_nothing(feed: list[Change]) -> None:
    assert contents(iter([feed, feed])) == contents(iter([feed]))
