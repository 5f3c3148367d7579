"""Cheap repeatable draws; the same seed gives the same shop on every machine."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw(Random):
    """A seeded source of choices (several times faster than `Random.choice`)."""

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; to weight an option, list it several times."""
        return options[int(self.random() * len(options))]

    def chance(self, percent: float) -> bool:
        """True in `percent` of 100 draws."""
        return self.random() * 100 < percent

    def between(self, lowest: int, highest: int) -> int:
        """A whole number from `lowest` to `highest`, both included."""
        return lowest + int(self.random() * (highest - lowest + 1))

    def digits(self, length: int) -> str:
        """That many random decimal digits."""
        return str(int(self.random() * 10**length)).zfill(length)
