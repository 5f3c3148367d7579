"""The guard against a household's second order."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.households import household_keys, is_double

NOW = datetime(2024, 1, 25, 2, 0, tzinfo=UTC)
HOME = household_keys("台北市信義區信義路五段7號3樓", ["0912345678", "0227208889"])


@pytest.mark.parametrize(
    ("address", "phones", "same"),
    [
        ("臺北市信義區信義路5段七號3F", [], True),
        ("台北市信義區信義路五段7號4樓", [], False),
        ("台北市大安區仁愛路1號", ["0227208889"], True),
        ("台北市大安區仁愛路1號", ["0933000111"], False),
        ("", [""], False),
    ],
)
def test_one_address_or_one_number_makes_a_household(
    address: str, phones: list[str], *, same: bool
) -> None:
    assert bool(household_keys(address, phones) & HOME) is same


def test_unknown_address_and_number_make_no_household() -> None:
    assert household_keys("", [""]) == frozenset()


def test_the_guard_asks_for_three_hours() -> None:
    assert is_double(NOW - timedelta(hours=3), NOW)
    assert not is_double(NOW - timedelta(hours=3, seconds=1), NOW)
    assert is_double(NOW + timedelta(minutes=1), NOW)
