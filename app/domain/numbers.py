"""Identities and printed numbers. See docs/rules/numbers.md."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

SERVER_REGISTER = 0
LARGEST_REGISTER = 99
LARGEST_SERIAL = 9999


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """`O-YYYYMMDD-DDSSSS`: business date, register code 00-99, serial 0001-9999."""

    business_date: date
    register: int
    serial: int

    def __str__(self) -> str:
        raise NotImplementedError

    @classmethod
    def parse(cls, text: str) -> "OrderNumber":
        """Read a printed number; `ValueError` when it is not one."""
        raise NotImplementedError


def new_uid() -> UUID:
    """A fresh UUIDv7: unique everywhere, sortable by time."""
    raise NotImplementedError
