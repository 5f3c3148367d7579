"""Zhuyin (注音) initials of names, and the raw keys that stand for them.

See docs/rules/search.md. The only module that knows pypinyin.
"""

from collections.abc import Callable
from functools import cache

from app.domain.search_text import fold

_SYMBOLS = "ㄅㄆㄇㄈㄉㄊㄋㄌㄍㄎㄏㄐㄑㄒㄓㄔㄕㄖㄗㄘㄙㄧㄨㄩㄚㄛㄜㄝㄞㄟㄠㄡㄢㄣㄤㄥㄦ"
_KEYS = "1qaz2wsxedcrfv5tgbyhnujm8ik,9ol.0p;/-"  # the standard (Daqian) keyboard, tones left out
_SYMBOL_OF_KEY = dict(zip(_KEYS, _SYMBOLS, strict=True))

# Surnames whose reading differs from the everyday word, with their first symbol.
_SURNAMES = dict(
    zip(
        "曾單解區仇查樂蓋盖尤葉沈任華朴翟覃繆祭員秘冼洗宓折盛召種重",
        "ㄗㄕㄒㄡㄑㄓㄩㄍㄍㄧㄧㄕㄖㄏㄆㄓㄑㄇㄓㄩㄅㄒㄒㄇㄕㄕㄕㄔㄔ",
        strict=True,
    )
)
_STYLE = "first symbol"
_SHOP_ENDING = {"行": "ㄏ"}  # 瓦斯行, 五金行, 商行


def zhuyin_initials(name: str) -> str:
    """First Zhuyin symbol of each character, surnames read as surnames: 王大明 -> ㄨㄉㄇ.

    Latin letters and digits stay as they are (lower case); punctuation is left out.
    """
    letters = "".join(c for c in fold(name) if c.isalnum())
    if not letters:
        return ""
    symbols = _readings()(letters)
    symbols[0] = _SURNAMES.get(letters[0], symbols[0])
    if len(letters) > 1:
        symbols[-1] = _SHOP_ENDING.get(letters[-1], symbols[-1])
    return "".join(symbols)


@cache
def _readings() -> Callable[[str], list[str]]:
    """What gives the first symbol of each character; loaded when it is first wanted."""
    # pypinyin loads 0.2 s of dictionaries; a counter that only reads the index never needs them.
    from pypinyin import Style, lazy_pinyin
    from pypinyin.style import convert, register

    @cache
    def first_symbol(syllable: str) -> str:
        # There are some 1,300 syllables; pypinyin works each one out anew, with 30 patterns.
        return str(convert(syllable, Style.BOPOMOFO_FIRST, strict=True))

    register(_STYLE, func=lambda syllable, **_: first_symbol(syllable))
    return lambda letters: lazy_pinyin(letters, style=_STYLE)


def typed_initials(typed: str) -> str:
    """The initials that a clerk meant: Zhuyin symbols, or the raw keys with the input method off.

    "" when something in it stands for no symbol. Digits alone are initials too (1 is ㄅ): the
    caller decides whether a number was meant.
    """
    symbols = [c if c in _SYMBOLS else _SYMBOL_OF_KEY.get(c, "") for c in fold(typed)]
    return "".join(symbols) if all(symbols) else ""
