"""Keeps personal data out of log lines: the one processor that every line passes.

See docs/decisions/097-what-a-log-line-may-say.md.
"""

import re
from collections.abc import Mapping, MutableMapping
from datetime import date, time
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from pathlib import PurePath
from typing import Any
from uuid import UUID

MASK = "***"
LONGEST = 500
# Keys whose values are about people, are secret, or are whole messages; also as last part of one.
_PRIVATE = frozenset(
    {
        *("name", "names", "nickname", "contact", "phone", "phones", "mobile", "telephone"),
        *("address", "addresses", "email", "remark", "remarks", "recipient", "digits", "note"),
        *("latitude", "longitude", "tax_id", "notes", "sms", "body", "content", "payload"),
        *("request", "response", "answer", "password", "secret", "token", "authorization"),
        *("cookie", "signature", "api_key", "dsn", "database_url"),
    }
)
_UNTOUCHED = frozenset({"timestamp", "level", "correlation_id", "route", "method"})
_EMAIL = re.compile(r"[^\s<>\"]*@[^\s<>\"]+")
_SCHEME = re.compile(r"\b(bearer|basic|digest)\s+[^\s,;'\"]+", re.IGNORECASE)
_SIGNED_TOKEN = re.compile(r"eyJ[\w-]+(?:\.[\w-]*){0,4}")
_URL_PASSWORD = re.compile(r"(?<=://)[^\s/]*@")
_ASSIGNED = re.compile(
    r"(password|passwd|secret|token|api_?key)(['\"]?\s*[=:]\s*)[^\s&,;]+", re.IGNORECASE
)
_HAN = r"\u2e80-\u2fdf\u3005-\u3007\u3100-\u312f\u31a0-\u31bf\u3400-\u9fff\uf900-\ufaff"
_HAN += r"\U00020000-\U0003ffff"
# Our own words are English: what is written in Chinese is somebody's name or address. From the
# first such character of a line to the last one, or to a number behind it.
_CHINESE = re.compile(rf"[{_HAN}](?:[^\n]*[{_HAN}\d])?")
_NUMBER = re.compile(
    r"""(?P<known>
            \b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b
          | \b[0-9a-f]{32}\b | \b[0-9a-f]{64}\b
          | \bO-\d{8}-\d{6}\b
          | (?<!\d)\d{4}-\d\d-\d\d(?:[T\ ]\d\d:\d\d)?(?!\d|-\d)
          | (?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])
        )
      | \+?[(（]?(?<!\d)\d(?:[\s().（）/－‐–—-]{0,3}\d){6,18}(?!\d)""",
    re.VERBOSE,
)
# Text without any of this is shown as it is; most lines are such.
_SUSPICIOUS = re.compile(r"[^ -~]|[@:=\d]|eyJ|bearer|basic|digest", re.IGNORECASE)
_QUOTED = re.compile(r"'[^'\n]*'|(?<=[:=] )\"[^\"\n]*\"|(?<==)\([^\n]*\)")


def mask(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor; comes last before the line is written."""
    for key, value in line.items():
        if key == "exception":
            line[key] = masked_text(_QUOTED.sub(MASK, str(value)), longest=20 * LONGEST)
        elif key not in _UNTOUCHED:
            line[key] = _masked(key, value)
    return line


def masked_text(text: str, longest: int = LONGEST) -> str:
    """Free text without telephone numbers, tax IDs, Chinese, e-mail addresses and tokens."""
    if not _SUSPICIOUS.search(text):
        return text if len(text) <= longest else f"{text[:longest]}…"
    text = _URL_PASSWORD.sub(f"{MASK}@", text)
    text = _SCHEME.sub(rf"\1 {MASK}", text)
    text = _SIGNED_TOKEN.sub(MASK, text)
    text = _ASSIGNED.sub(rf"\1\2{MASK}", text)
    text = _EMAIL.sub(MASK, text)
    text = _CHINESE.sub(MASK, text)
    text = _NUMBER.sub(lambda found: found["known"] or MASK, text)
    return text if len(text) <= longest else f"{text[:longest]}…"


def _masked(key: str, value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or value == "":
        return value
    if _is_private(key):
        return MASK
    if isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, UUID | date | time | PurePath | str):
        return masked_text(str(value))
    return _masked_inside(key, value)


def _masked_inside(key: str, value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {masked_text(_QUOTED.sub(MASK, str(value)))}"
    if isinstance(value, Mapping):
        return {masked_text(str(k)): _masked(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(key, item) for item in value]
    # Anything else would be shown with all that it holds.
    return f"<{type(value).__name__}>"


@lru_cache(maxsize=1024)
def _is_private(key: str) -> bool:
    lower = key.lower()
    return any(lower == word or lower.endswith(f"_{word}") for word in _PRIVATE)
