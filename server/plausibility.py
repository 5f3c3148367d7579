"""Values that JSON can carry but no shop has, and that databases and decimals choke on."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from server.refusals import Malformed

LARGEST = 1_000_000_000
YEARS = range(2000, 2200)
_ID = re.compile(r"[^\s/\x00-\x1f\x7f]{1,64}")


def check_plausible(value: Any, where: str = "") -> None:
    """Raise `Malformed` when some number, text or instant in a message can not be meant."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            check_plausible(getattr(value, name), f"{where}.{name}")
    elif isinstance(value, tuple | list):
        for position, item in enumerate(value):
            check_plausible(item, f"{where}[{position}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            check_plausible(item, f"{where}.{key}")
    elif not _is_plausible(value):
        raise Malformed("IMPLAUSIBLE", f"{where.lstrip('.')}: that can not be meant.")


def check_id(value: str, name: str) -> str:
    """The number of a customer, product, order or document; raises `Malformed`."""
    if _ID.fullmatch(value) is None:
        raise Malformed("IMPLAUSIBLE", f"{name}: 1 to 64 characters without spaces or slashes.")
    return value


def _is_plausible(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value) <= LARGEST
    if isinstance(value, int):
        return abs(value) <= LARGEST
    if isinstance(value, str):
        return "\x00" not in value
    return not isinstance(value, datetime) or value.year in YEARS
