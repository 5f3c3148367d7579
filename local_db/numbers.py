"""Printed order numbers, given out in the transaction that saves the order."""

from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from app.domain.numbers import LARGEST_SERIAL, OrderNumber
from local_db.tables import CounterRow, OrderRow

# Built once: putting the statement together costs more than running it.
_COUNT_UP = (
    insert(CounterRow)
    .values({name: bindparam(name) for name in ("register", "business_date", "serial")})
    .on_conflict_do_update(
        index_elements=[CounterRow.register, CounterRow.business_date],
        set_={"serial": CounterRow.serial + 1},
    )
    .returning(CounterRow.serial)
)


class NumbersExhausted(Exception):
    """The register has given out all 9,999 numbers of the day."""


def next_order_number(session: Session, register: int, business_date: date) -> OrderNumber:
    """The next free number; consumed with the caller's transaction, else not at all.

    A number that is already in use (clock set back, restored file) is passed over. Raises
    `NumbersExhausted` after 9999.
    """
    while True:
        number = OrderNumber(
            business_date, register, _next_serial(session, register, business_date)
        )
        taken = select(OrderRow.order_uid).where(OrderRow.order_id == str(number))
        if session.scalar(taken) is None:
            return number


def _next_serial(session: Session, register: int, business_date: date) -> int:
    key = {"register": register, "business_date": business_date, "serial": 1}
    serial = session.execute(_COUNT_UP, key).scalar_one()
    if serial > LARGEST_SERIAL:
        raise NumbersExhausted(
            f"register {register:02} has used all {LARGEST_SERIAL} order numbers of {business_date}"
        )
    return serial
