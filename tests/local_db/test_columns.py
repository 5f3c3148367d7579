from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite import dialect

from local_db.columns import Amount, Instant, Uid

SQLITE = dialect()
ZONES = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))


@given(st.datetimes(timezones=ZONES, allow_imaginary=False))
def test_an_instant_comes_back_as_the_same_moment(moment: datetime) -> None:
    assume(1 < moment.year < 9999)
    stored = Instant().process_bind_param(moment, SQLITE)
    back = Instant().process_result_value(stored, SQLITE)
    assert back == moment
    assert back is not None
    assert back.tzinfo is UTC


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        Instant().process_bind_param(datetime(2026, 7, 2), SQLITE)  # noqa: DTZ001 - the point


@given(st.integers(-(10**12), 10**12).map(Decimal))
def test_an_amount_comes_back_exactly(amount: Decimal) -> None:
    stored = Amount().process_bind_param(amount, SQLITE)
    assert Amount().process_result_value(stored, SQLITE) == amount


def test_a_broken_dollar_is_refused() -> None:
    with pytest.raises(ValueError, match="not a whole amount"):
        Amount().process_bind_param(Decimal("0.5"), SQLITE)


@given(st.uuids())
def test_a_uid_is_kept_as_its_canonical_text(uid: UUID) -> None:
    stored = Uid().process_bind_param(uid, SQLITE)
    assert stored == str(uid)
    assert Uid().process_result_value(stored, SQLITE) == uid


@pytest.mark.parametrize("column", [Instant(), Uid(), Amount()])
def test_nothing_stays_nothing(column) -> None:
    assert column.process_bind_param(None, SQLITE) is None
    assert column.process_result_value(None, SQLITE) is None
