"""Who lives together: the guard against taking one household's order twice.

See docs/rules/double-orders.md.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app.domain.addresses import normalise_address

DOUBLE_ORDER_WINDOW = timedelta(hours=3)


def household_keys(full_address: str, phones: Iterable[str]) -> frozenset[str]:
    """Keys of a delivery: its normalised address and each phone (digits).

    Two deliveries are for the same household when they share a key. Store them as they are.
    """
    address = normalise_address(full_address)
    keys = {f"tel:{digits}" for digits in phones if digits}
    return frozenset(keys | {f"addr:{address}"} if address else keys)


def is_double(taken_at: datetime, now: datetime) -> bool:
    """Whether an order of the same household taken then asks for a second look now."""
    return abs(now - taken_at) <= DOUBLE_ORDER_WINDOW
