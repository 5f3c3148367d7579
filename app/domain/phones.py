"""Telephone numbers of Taiwan: digits in, digits stored, readable out. See docs/rules/phones.md."""

import re

_EXTENSION_WORD = re.compile(r"\s*(?:轉|分機|內線)\s*")
_ABROAD_PREFIX = re.compile(r"^\s*00[2-9]?\s*886")
_SEVERAL = re.compile(r"[,;、，；／/\n]|\s或\s")
_TAIWAN = 886
_TAIPEI_LENGTH = 10

# Longest first: how many digits the area code (or service prefix) takes.
_AREA_CODES = (
    *("0836", "0826", "037", "049", "070", "082", "089"),
    *("02", "03", "04", "05", "06", "07", "08"),
)
_GROUPS = {8: (4, 4), 7: (3, 4), 6: (3, 3), 5: (5,)}


def parse_phone(text: str) -> tuple[str, str] | None:
    """National digits (leading 0) and extension of whatever a person typed; None if no number.

    Only complete numbers of Taiwan count: a foreign number, a short code (119) or a number that
    lacks its area code is None. Several numbers in one text: see `parse_phones`.
    """
    # phonenumbers costs 50 ms to import; a counter reads stored digits and rarely parses.
    import phonenumbers

    written = _EXTENSION_WORD.sub("#", _ABROAD_PREFIX.sub("+886", text))
    try:
        number = phonenumbers.parse(written, "TW")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != _TAIWAN or not phonenumbers.is_valid_number(number):
        return None
    digits = f"0{phonenumbers.national_significant_number(number)}"
    if digits.startswith("02") and not digits.startswith("020") and len(digits) < _TAIPEI_LENGTH:
        # The library lets pass 02 with seven digits, which is a local number without area code.
        return None
    return digits, number.extension or ""


def parse_phones(text: str) -> tuple[tuple[str, str], ...]:
    """Every number in a cell that holds several, split at commas, slashes and line ends."""
    found = (parse_phone(part) for part in split_phones(text))
    return tuple(dict.fromkeys(number for number in found if number is not None))


def split_phones(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds several numbers, as they are written."""
    return tuple(part.strip() for part in _SEVERAL.split(text) if part.strip())


def format_phone(digits: str) -> str:
    """Digits as people write them: 0912-345-678, 02-2720-8889, 0800-000-321."""
    if not digits.isdecimal() or not digits.startswith("0"):
        return digits
    if digits.startswith(("09", "0800", "0809")) and len(digits) == 10:
        return f"{digits[:4]}-{digits[4:7]}-{digits[7:]}"
    area = next((code for code in _AREA_CODES if digits.startswith(code)), "")
    groups = _GROUPS.get(len(digits) - len(area))
    if not area or groups is None:
        return digits
    rest = digits[len(area) :]
    return "-".join([area, rest[: groups[0]], *([rest[groups[0] :]] if len(groups) > 1 else [])])
