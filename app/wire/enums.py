"""Closed word lists of the wire that no rule of the domain needs."""

from enum import StrEnum


class CreditOperation(StrEnum):
    """Operations of the credit ledger."""

    RESERVE = "RESERVE"
    RELEASE = "RELEASE"
    USE = "USE"


class HoldStatus(StrEnum):
    """Whether a credit hold begins or ends."""

    ACTIVE = "ACTIVE"
    RELEASED = "RELEASED"


class CacheType(StrEnum):
    """What `POST /internal/cache/invalidate` names."""

    PRODUCTS = "PRODUCTS"
    PRICES = "PRICES"
    PARAMETERS = "PARAMETERS"
