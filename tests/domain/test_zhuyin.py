"""Zhuyin initials of names and of raw keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.zhuyin import typed_initials, zhuyin_initials


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("王大明", "ㄨㄉㄇ"),
        ("林小美", "ㄌㄒㄇ"),
        ("曾國華", "ㄗㄍㄏ"),
        ("解永強", "ㄒㄩㄑ"),
        ("單小姐", "ㄕㄒㄐ"),
        ("區先生", "ㄡㄒㄕ"),
        ("仇太太", "ㄑㄊㄊ"),
        ("查經理", "ㄓㄐㄌ"),
        ("樂小姐", "ㄩㄒㄐ"),
        ("葉", "ㄧ"),
        ("幸福瓦斯行", "ㄒㄈㄨㄙㄏ"),
        ("行天宮", "ㄒㄊㄍ"),
        ("大同（股）公司", "ㄉㄊㄍㄍㄙ"),
        ("Lucky早餐店 7-11", "luckyㄗㄘㄉ711"),
        ("", ""),
        ("—", ""),
    ],
)
def test_a_name_is_reduced_to_the_first_symbols(name: str, initials: str) -> None:
    assert zhuyin_initials(name) == initials


@pytest.mark.parametrize(
    ("typed", "initials"),
    [("j2a", "ㄨㄉㄇ"), ("J2A", "ㄨㄉㄇ"), ("ㄨㄉㄇ", "ㄨㄉㄇ"), ("y/-;", "ㄗㄥㄦㄤ"), ("", "")],
)
def test_raw_keys_stand_for_symbols(typed: str, initials: str) -> None:
    assert typed_initials(typed) == initials


@pytest.mark.parametrize("typed", ["王", "j3", "信義", "j?", "ㄨ王"])
def test_what_is_no_symbol_is_no_initials(typed: str) -> None:
    assert typed_initials(typed) == ""


def test_every_symbol_has_one_key() -> None:
    keys = "1qaz2wsxedcrfv5tgbyhnujm8ik,9ol.0p;/-"
    assert len({typed_initials(key) for key in keys}) == len(keys) == 37


@given(st.text(max_size=20))
def test_no_name_breaks_the_reading(name: str) -> None:
    assert " " not in zhuyin_initials(name)
