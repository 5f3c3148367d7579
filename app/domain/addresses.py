"""Addresses of Taiwan: normalised for matching, shortened for reading.

See docs/rules/addresses.md and docs/rules/zones.md.
"""

import re
import unicodedata
from dataclasses import dataclass

from app.domain.customers import Zone
from app.domain.districts import DISTRICTS, FORMER_COUNTIES, REMOTE_DISTRICTS, ZONE_OF_COUNTY
from app.domain.search_text import fold

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_NUMERAL = "[〇零一二三四五六七八九十百廿卅]+"
_ANY_DIGIT = r"[\d〇零一二三四五六七八九十百廿卅]"
# Punctuation, except hyphens and a comma that keeps two numbers apart.
_STRAY = re.compile(rf"(?<!{_ANY_DIGIT}),|,(?!{_ANY_DIGIT})|[^\w,\-]")
_COUNTED = "段巷弄衖號樓鄰室路街"
_CHINESE_NUMBER = re.compile(
    rf"(?<=[之\-]){_NUMERAL}|{_NUMERAL}(?=[{_COUNTED}\-]|之{_ANY_DIGIT}|$)"
)
_LEAD = re.compile(r"[\[(]?(?:\d{5,6}|\d{3})?[\])]?(?:台灣省?)?")
_DISTRICT_KINDS = "區鄉鎮市"
_LONGEST_HEAD = 20  # postal code, 台灣省, county, district
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
_VILLAGE = re.compile(
    rf"[^\d{_COUNTED}]{{1,4}}[村里](?:(?:\d+|{_NUMERAL})鄰|(?=[^\d{_COUNTED}]{{2,6}}(?:[路街]|大道)))"
    rf"|(?:\d+|{_NUMERAL})鄰"
)
_FOLDED_DISTRICTS = {
    county: {fold(name): name for name in names} for county, names in DISTRICTS.items()
}
_FOLDED_COUNTIES = {fold(name): name for name in (*DISTRICTS, *FORMER_COUNTIES)}


@dataclass(frozen=True, slots=True)
class AddressParts:
    """An address cut in three; `county` and `district` in today's names, "" when not found."""

    county: str
    district: str
    rest: str


def normalise_address(text: str) -> str:
    """The form two spellings of one address share (臺/台, full width, 之/-, 一段/1段, spaces).

    Village and neighbourhood are left out where a road follows. For matching only; an
    address in this form stays as it is.
    """
    parts = split_address(text)
    apart = re.sub(r"\s+", ",", re.sub(r"[‐‑‒–—―−~]", "-", parts.rest))
    return fold(parts.county + parts.district) + _plain(fold(apart))


def short_address(full_address: str) -> str:
    """The address without county and district, as a clerk says it: 信義路五段7號3樓."""
    return _without_village(split_address(full_address).rest)


def zone_of(full_address: str) -> Zone | None:
    """The delivery zone by county and district; None when no county is recognised."""
    parts = split_address(full_address)
    if (parts.county, parts.district) in REMOTE_DISTRICTS:
        return Zone.REMOTE
    return ZONE_OF_COUNTY.get(parts.county)


def split_address(full_address: str) -> AddressParts:
    """Cut off postal code, county and district; names from before the mergers are understood."""
    visible = unicodedata.normalize("NFKC", full_address).translate(_INVISIBLE)
    # A space between digits stays: 之1 3樓 must not become 之13樓.
    text = re.sub(r"(?<!\d) | (?!\d)", "", " ".join(visible.split()))
    folded = fold(text[:_LONGEST_HEAD])
    lead = _LEAD.match(folded)
    start = lead.end() if lead else 0
    county = _FOLDED_COUNTIES.get(folded[start : start + 3], "")
    if not county:
        return AddressParts("", "", text)
    county, start = FORMER_COUNTIES.get(county, county), start + 3
    district, length = _district(county, folded[start:])
    return AddressParts(county, district, text[start + length :])


def _district(county: str, text: str) -> tuple[str, int]:
    names = _FOLDED_DISTRICTS[county]
    for length in (4, 3, 2):
        written = text[:length]
        if written[-1:] not in _DISTRICT_KINDS:
            continue
        # 板橋市 became 板橋區 when its county became a municipality.
        for name in (written, written[:-1] + "區"):
            if name in names:
                return names[name], length
    return "", 0


def _without_village(rest: str) -> str:
    found = _VILLAGE.match(rest)
    return rest[found.end() :] if found and found.end() < len(rest) else rest


def _plain(rest: str) -> str:
    spoken = _without_village(_STRAY.sub("", rest))
    text = spoken if re.fullmatch(_NUMERAL, spoken) else _CHINESE_NUMBER.sub(_arabic, spoken)
    text = re.sub(r"(?<=[\d號樓])之(?=\d)", "-", text)
    text = re.sub(r"(?:地下|b)(\d+)(?:樓|f)?", r"地下\1樓", text)
    text = re.sub(r"(?<=\d)f(?![a-z])", "樓", text)
    text = re.sub(r"(?<=\d)號-(\d+)(?![\d樓])", r"-\1號", text)
    return _STRAY.sub("", text)


def _arabic(found: re.Match[str]) -> str:
    numeral = found[0].replace("廿", "二十").replace("卅", "三十")
    if not set(numeral) & set("十百"):
        return "".join(str(_DIGITS[c]) for c in numeral)
    total, digit = 0, 0
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total, digit = total + (digit or 1) * (100 if c == "百" else 10), 0
    return str(total + digit)
