from datetime import date, timedelta

import pytest
from sqlalchemy import update

from local_db.database import Database
from local_db.numbers import NumbersExhausted, next_order_number
from local_db.tables import CounterRow
from tests.local_db.counters import enrol, take_order
from tests.local_db.samples import TODAY


def issue(database: Database, register: int = 1, day: date = TODAY) -> str:
    with database.write() as session:
        return str(next_order_number(session, register, day))


def test_numbers_count_up_per_register_and_business_date(database: Database) -> None:
    assert issue(database) == "O-20260702-010001"
    assert issue(database) == "O-20260702-010002"
    assert issue(database, register=2) == "O-20260702-020001"
    assert issue(database, day=TODAY + timedelta(days=1)) == "O-20260703-010001"
    assert issue(database) == "O-20260702-010003"


def test_a_transaction_that_failed_uses_no_number(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        1 / (next_order_number(session, 1, TODAY).serial - 1)
    assert issue(database) == "O-20260702-010001"


def test_a_number_in_use_is_never_given_out_again(database: Database) -> None:
    enrol(database)
    for _ in range(3):
        with database.write() as session:
            take_order(session)
    with database.write() as session:  # an older copy of the counter came back
        session.execute(update(CounterRow).values(serial=1))
    assert issue(database) == "O-20260702-010004"


def test_after_9999_numbers_of_a_day_there_are_no_more(database: Database) -> None:
    issue(database)
    with database.write() as session:
        session.execute(update(CounterRow).values(serial=9998))
    assert issue(database) == "O-20260702-019999"
    with pytest.raises(NumbersExhausted, match="9999"):
        issue(database)
    assert issue(database, day=TODAY + timedelta(days=1)) == "O-20260703-010001"
