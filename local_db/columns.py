"""How Python values lie in SQLite: exact integers and sortable text, never floats."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware instant as microseconds since 1970 (UTC); comes back in UTC."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuses naive times (`TypeError`)."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The instant in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class Uid(TypeDecorator[UUID]):
    """A UUID as its canonical text, the form the reference file uses too."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> str | None:
        """Canonical text."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> UUID | None:
        """The UUID."""
        return None if value is None else UUID(value)


class Amount(TypeDecorator[Decimal]):
    """Whole 元 as an integer; a broken 元 is a bug and refused."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Refuses amounts that are not whole (`ValueError`)."""
        if value is None:
            return None
        if value != value.to_integral_value():
            raise ValueError(f"{value} is not a whole amount")
        return int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The amount."""
        return None if value is None else Decimal(value)
