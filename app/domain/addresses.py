"""Addresses of Taiwan: normalised for matching, shortened for reading.

See docs/rules/addresses.md.
"""

from app.domain.customers import Zone


def normalise_address(text: str) -> str:
    """The form two spellings of one address share (臺/台, full width, 之/-, 一段/1段, spaces)."""
    raise NotImplementedError


def short_address(full_address: str) -> str:
    """The address without county and district, as a clerk says it: 信義路五段7號3樓."""
    raise NotImplementedError


def zone_of(full_address: str) -> Zone | None:
    """The delivery zone by county and district; None when no county is recognised."""
    raise NotImplementedError
