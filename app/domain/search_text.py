"""How search text is folded and cut; used when rows are written and when a clerk types.

See docs/rules/search.md. Both sides of the search index call these, so they can not disagree.
`…_grams` fill a column of the index; `…_match` is the FTS5 MATCH expression of what was typed.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_VARIANTS = str.maketrans(
    "臺𠮷峯羣啓裏衆麪恒祕温强黄户産値説淸靑眞鎭郞敎彦顔凉冲吴呉庄双㐂燿鷄滙舘菓鉄塩号体来国会万点",
    "台吉峰群啟裡眾麵恆秘溫強黃戶產值說清青真鎮郎教彥顏涼沖吳吳莊雙喜耀雞匯館果鐵鹽號體來國會萬點",
)
# What SQLite's unicode61 (Unicode 6.1) certainly takes for one token: everything else is escaped.
_PLAIN = re.compile(r"[0-9a-z\u3105-\u312d\u3400-\u4db5\u4e00-\u9fcc]")
_ADDRESS_PART = re.compile(r"(?P<number>\d+)(?P<unit>[段巷弄衖號樓鄰室路街]?)|(?P<words>[^\W\d_]+)")
_ROAD_ENDINGS = ("大道", "路", "街")
_SHORTEST_DIGITS = 3


def fold(text: str) -> str:
    """NFKC, lower case, variant characters and 臺/台 folded, spaces removed."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_VARIANTS)
    tight = "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")
    # A space may have kept an accent off its letter.
    return unicodedata.normalize("NFKC", tight)


def name_grams(name: str) -> str:
    """Space-separated 2-grams of a folded name in order, then its characters; one token each."""
    letters = _letters(name)
    return " ".join([*_pairs(letters), *dict.fromkeys(map(_token, letters))])


def name_match(typed: str) -> str:
    """The MATCH expression for names that contain what was typed; "" when nothing is left."""
    letters = _letters(typed)
    if not letters:
        return ""
    tokens = [_token(letters)] if len(letters) == 1 else list(_pairs(letters))
    return f'name : "{" ".join(tokens)}"'


def digit_grams(digits: str) -> str:
    """Space-separated 3-grams of a digit string, in order."""
    return " ".join(digits[i : i + 3] for i in range(len(digits) - 2))


def digit_match(digits: str) -> str:
    """The MATCH expression for numbers that contain `digits`; "" for fewer than three."""
    return f'dig : "{digit_grams(digits)}"' if len(digits) >= _SHORTEST_DIGITS else ""


def address_grams(address: str) -> str:
    """Space-separated tokens of a normalised address.

    2-grams of its words (信義 義路), numbers with their unit (5段 7號), neighbouring numbers
    (5_7) and the road's first and last character with the number after it (信_5 義_5).
    """
    return " ".join(dict.fromkeys(_address_tokens(address)))


def address_match(normalised: str) -> str:
    """The MATCH expression for addresses that contain a normalised fragment: 信義5段7, 信5-7.

    A number at the end may be unfinished. "" when the fragment says nothing.
    """
    terms = list(dict.fromkeys(_query_terms(normalised)))
    return f"addr : ({' AND '.join(terms)})" if terms else ""


def _letters(name: str) -> str:
    return "".join(c for c in fold(name) if c.isalnum())


@lru_cache(maxsize=1 << 16)  # a shop's names and roads share a few thousand pairs
def _token(letters: str) -> str:
    return "".join(c if _PLAIN.match(c) else f"_{ord(c):x}_" for c in letters)


def _pairs(letters: str) -> Iterator[str]:
    return (_token(letters[i : i + 2]) for i in range(len(letters) - 1))


def _road_ends(words: str) -> tuple[str, str]:
    """First and last character of the road's own name, without 路, 街, 大道."""
    ending = next((e for e in _ROAD_ENDINGS if words.endswith(e) and words != e), "")
    name = words.removesuffix(ending)
    start = max((name.rfind(c) for c in "區鄉鎮市縣里村"), default=-1) + 1
    name = name[start:] or name
    return name[0], name[-1]


def _address_tokens(address: str) -> Iterator[str]:
    before: str | None = None
    words = ""
    for part in _ADDRESS_PART.finditer(address):
        number, unit = part["number"], part["unit"]
        if number is None:
            words, before = part["words"], None
            yield from _pairs(words)
            continue
        if unit:
            yield number + unit
        if before is not None:
            yield f"{before}_{number}"
        elif words:
            yield from (f"{_token(end)}_{number}" for end in _road_ends(words))
        before = number


def _query_terms(address: str) -> Iterator[str]:
    before: str | None = None
    words = ""
    for part in _ADDRESS_PART.finditer(address):
        number, unit = part["number"], part["unit"]
        if number is None:
            words, before = part["words"], None
            yield from _word_terms(words)
            continue
        unfinished = "" if unit or part.end() < len(address) else " *"
        if before is not None:
            yield f'"{before}_{number}"{unfinished}'
        elif words:
            yield f'"{_token(_road_ends(words)[1])}_{number}"{unfinished}'
        if unit:
            yield f'"{number}{unit}"'
        before = number


def _word_terms(words: str) -> Iterator[str]:
    if len(words) == 1:
        yield f'"{_token(words)}" *'
    yield from (f'"{pair}"' for pair in _pairs(words))
