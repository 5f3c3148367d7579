"""The order in the code of its slip."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.codec import MalformedMessage
from app.wire.orders import CreditEvidence, OrderBody, OrderLineBody
from app.wire.slip_code import _CREDIT, _LINE, _ORDER, read_slip_code, slip_code

M = TypeVar("M", bound=msgspec.Struct)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
SMALL = st.integers(-(2**31), 2**31)
STRATEGIES: dict[Any, st.SearchStrategy[Any]] = {
    Decimal: MONEY,
    str: TEXT,
    int: SMALL,
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}


def any_of(kind: type[M], **others: st.SearchStrategy[Any]) -> st.SearchStrategy[M]:
    """Messages of that kind with values that occur on paper."""
    hints = get_type_hints(kind)
    known = {name: STRATEGIES[hints[name]] for name in hints if hints[name] in STRATEGIES}
    return st.builds(kind, **(known | others))


ORDERS = any_of(
    OrderBody,
    address_id=st.none() | SMALL,
    lines=st.lists(any_of(OrderLineBody), max_size=4).map(tuple),
    credit=any_of(CreditEvidence, available=st.none() | MONEY, age_seconds=st.none() | SMALL),
)


@given(ORDERS)
def test_the_order_comes_back_as_it_was(order: OrderBody) -> None:
    assert read_slip_code(slip_code(order)) == order


@given(ORDERS)
def test_the_code_uses_only_the_alphabet_that_packs_tightly(order: OrderBody) -> None:
    assert set(slip_code(order)) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


@pytest.mark.parametrize(
    ("message", "names"), [(OrderBody, _ORDER), (OrderLineBody, _LINE), (CreditEvidence, _CREDIT)]
)
def test_every_field_of_the_order_is_carried(
    message: type[msgspec.Struct], names: tuple[str, ...]
) -> None:
    assert sorted(names) == sorted(message.__struct_fields__)


@pytest.mark.parametrize("text", ["", "LG0:O-20260702-010014", "https://example.com", "LG1:abc"])
def test_another_code_is_refused(text: str) -> None:
    with pytest.raises(MalformedMessage):
        read_slip_code(text)


@given(ORDERS, st.data())
def test_a_damaged_code_is_refused_or_harmless(order: OrderBody, data: st.DataObject) -> None:
    code = slip_code(order)
    place = data.draw(st.integers(4, len(code) - 1))
    sign = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
    damaged = code[:place] + sign + code[place + 1 :]
    try:
        assert read_slip_code(damaged) == order
    except MalformedMessage:
        assert damaged != code


@given(ORDERS, st.integers(1, 60))
def test_a_code_cut_short_is_refused(order: OrderBody, cut: int) -> None:
    with pytest.raises(MalformedMessage):
        read_slip_code(slip_code(order)[:-cut])
