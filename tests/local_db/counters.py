"""Taking orders straight into a database, as the order desk does; also a process to be killed."""

import os
import resource
import signal
import sys
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.numbers import new_uid
from app.wire.codec import encode
from app.wire.registers import OutboxKind
from local_db.database import Database
from local_db.errors import DiskFull
from local_db.numbers import next_order_number
from local_db.outbox import OutboxEntry, enqueue
from local_db.tables import OrderRow, RegisterRow
from tests.local_db.samples import KEY, NOW, TODAY, order

DEVICE = UUID(int=1)


def enrol(database: Database) -> None:
    """Give the register code 1."""
    with database.write() as session:
        session.add(RegisterRow(k=1, device_id=DEVICE, register=1, install_epoch=1))


def take_order(session: Session, lane: str = "C000001", note: str = "") -> str:
    """Number, order and outbox message in the caller's transaction; returns the printed number."""
    number = next_order_number(session, 1, TODAY)
    uid = new_uid()
    body = order(order_uid=uid, order_id=str(number), customer_id=lane, note=note)
    session.add(
        OrderRow(
            order_uid=uid,
            order_id=body.order_id,
            revision=body.revision,
            business_date=body.order_date,
            customer_id=body.customer_id,
            status=body.status,
            payment_method=body.payment_method,
            credit_outcome=body.credit.outcome,
            body=encode(body),
            payable=body.payable,
            taken_at=body.taken_at,
        )
    )
    enqueue(session, OutboxEntry(uid, lane, OutboxKind.ORDER_PLACED, uid, encode(body), NOW))
    return body.order_id


def say(line: str) -> None:
    """One line to whoever started this process, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def die() -> None:
    """End like a power cut: no clean-up runs."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(profile: Path, how: str) -> None:
    """Save orders and end as told."""
    database = Database(profile, KEY)
    if how == "before commit":
        with database.write() as session:
            take_order(session)
            session.flush()
            die()
    if how == "after commit":
        with database.write() as session:
            take_order(session)
        die()
    if how == "full disk":
        size = (profile / "orders.db").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 64 * 1024, resource.RLIM_INFINITY))
    while True:
        try:
            with database.write() as session:
                number = take_order(session, note="x" * 2000)
        except DiskFull:
            say("disk full")
            die()
        say(number)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
