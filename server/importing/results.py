"""What reading a file gives."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

from app.domain.customers import Zone
from app.domain.search_text import fold
from app.wire.catalogue import ProductBody
from server.importing.doubts import Doubt

Body = TypeVar("Body")
_KEY_DIGITS = 10


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person knows about a file that it does not say itself.

    `area_code` is put before local numbers; `zone` holds for addresses without a county;
    `products` let special prices name a product by its size.
    """

    area_code: str = ""
    zone: Zone = Zone.NORTH
    products: tuple[ProductBody, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportResult(Generic[Body]):
    """The rows of a file as bodies, and every doubt. `fields` are those it has columns for."""

    rows: tuple[Body, ...]
    doubts: tuple[Doubt, ...]
    fields: frozenset[str]
    lines: int


def natural_id(*parts: str) -> str:
    """A stable id of a row without one: the same name and number always give the same id."""
    key = "|".join(fold(part) for part in parts)
    return f"I{sha256(key.encode()).hexdigest()[:_KEY_DIGITS].upper()}"
