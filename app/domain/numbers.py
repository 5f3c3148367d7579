"""Identities and printed numbers. See docs/rules/numbers.md."""

import re
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import date
from uuid import UUID

SERVER_REGISTER = 0
LARGEST_REGISTER = 99
LARGEST_SERIAL = 9999
_PRINTED = re.compile(r"O-([0-9]{4})([0-9]{2})([0-9]{2})-([0-9]{2})([0-9]{4})")


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """`O-YYYYMMDD-DDSSSS`: business date, register code 00-99, serial 0001-9999.

    `ValueError` when the register or the serial does not fit.
    """

    business_date: date
    register: int
    serial: int

    def __post_init__(self) -> None:
        if not SERVER_REGISTER <= self.register <= LARGEST_REGISTER:
            raise ValueError(f"register code {self.register} is not between 0 and 99")
        if not 1 <= self.serial <= LARGEST_SERIAL:
            raise ValueError(f"serial {self.serial} is not between 1 and 9999")

    def __str__(self) -> str:
        return f"O-{self.business_date:%Y%m%d}-{self.register:02}{self.serial:04}"

    @classmethod
    def parse(cls, text: str) -> "OrderNumber":
        """Read a printed number; `ValueError` when it is not one."""
        found = _PRINTED.fullmatch(text)
        if found is None:
            raise ValueError(f"not an order number: {text!r}")
        year, month, day, register, serial = map(int, found.groups())
        return cls(date(year, month, day), register, serial)


class _Ticks:
    """Strictly rising time stamps of 1/4096 ms: RFC 9562 section 6.2, method 3."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            self._last = max(self._last + 1, time.time_ns() * 4096 // 1_000_000)
            return self._last


_ticks = _Ticks()


def new_uid() -> UUID:
    """A fresh UUIDv7: unique everywhere, and sorted by time within this process."""
    tick = _ticks.next()
    milliseconds, fraction = tick >> 12, tick & 0xFFF
    random = secrets.randbits(62)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | random)
