"""Bytes: canonical, exact in money, and refused when they are not what they should be."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.catalogue import DatedPrice
from app.wire.codec import MalformedMessage, convert, decode, encode
from app.wire.customers import CreditUpdate
from app.wire.registers import Change

CHANGE = (
    b'{"pos":7,"tx_last":true,"e":"credit","id":"C1","op":"U","v":3,"d":{"credit_used":850.00}}'
)


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_money_is_a_number_with_the_decimals_it_carries(cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    assert encode(amount) == str(amount).encode()
    assert decode(Decimal, encode(amount)).as_tuple() == amount.as_tuple()


def test_money_in_an_untyped_part_is_exact_as_well() -> None:
    change = decode(Change, CHANGE)
    assert encode(change) == CHANGE
    assert str(change.d["credit_used"]) == "850.00"


def test_equal_messages_give_equal_bytes_whatever_the_order_of_their_fields() -> None:
    one = decode(DatedPrice, b'{"standard_price": 850.00, "effective_from": "2024-02-01"}')
    two = decode(DatedPrice, b'{"effective_from":"2024-02-01","standard_price":850.00}')
    assert encode(one) == encode(two)
    assert encode({"b": 1, "a": 2}) == b'{"a":2,"b":1}'


def test_an_instant_without_a_zone_is_refused() -> None:
    body = (
        '{"operation":"USE","amount":1835.00,"order_id":"O-20240125-000123",'
        '"timestamp":"2024-01-25T14:30:00"}'
    )
    with pytest.raises(MalformedMessage, match=r"\$\.timestamp"):
        decode(CreditUpdate, body)
    assert decode(CreditUpdate, body.replace(':00"', ':00Z"')).timestamp == datetime(
        2024, 1, 25, 14, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"a":1} {"a":2}'])
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedMessage):
        decode(CreditUpdate, body)


def test_plain_values_are_checked_like_bytes() -> None:
    assert convert(
        DatedPrice, {"standard_price": Decimal("850.00"), "effective_from": "2024-02-01"}
    )
    with pytest.raises(MalformedMessage, match=r"\$\.effective_from"):
        convert(DatedPrice, {"standard_price": 850, "effective_from": "someday"})
