"""Delivery, payment and invoice of an order in the copy; and what the copy does not know."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app.domain.numbers import new_uid
from app.domain.orders import PaymentMethod
from app.wire.accounts import OrderPayment
from app.wire.codec import decode
from app.wire.dispatch import OrderDelivery
from app.wire.enums import DispatchStatus, PaymentStatus, SubmissionStatus
from app.wire.invoices import OrderInvoice
from app.wire.registers import Change, Entity
from local_db.changes import apply_changes
from local_db.connections import open_encrypted
from local_db.cursors import read_cursor
from local_db.database import Database
from local_db.order_progress import OrderProgress, progress_of
from local_db.reference import find_customer, price_book
from tests.local_db.samples import (
    EPOCH,
    KEY,
    NOW,
    PARAMETERS,
    PRICING,
    changed,
    customer,
    customer_change,
    write_snapshot,
)

ORDER = new_uid()
ETA = NOW.replace(microsecond=0) + timedelta(minutes=20)
ADDED_TABLES = ("deliveries", "payments", "invoices")


def delivery(status: DispatchStatus, v: int) -> Change:
    body = OrderDelivery(
        order_uid=ORDER,
        order_id="O-20260701-010001",
        status=status,
        driver_id="DRV001",
        estimated_arrival=ETA,
        reported_at=NOW,
    )
    return changed(Entity.DELIVERY, str(ORDER), body, v)


def payment(status: PaymentStatus, paid: int, v: int) -> Change:
    body = OrderPayment(
        order_uid=ORDER,
        order_id="O-20260701-010001",
        customer_id="C000001",
        payment_status=status,
        paid_amount=Decimal(paid),
        paid_date=date(2026, 7, 1),
        payment_method=PaymentMethod.CASH,
        reported_at=NOW,
    )
    return changed(Entity.PAYMENT, str(ORDER), body, v)


def invoice(v: int = 1) -> Change:
    body = OrderInvoice(
        order_uid=ORDER,
        order_id="O-20260701-010001",
        invoice_id="IV-1",
        invoice_number="AB12345678",
        invoice_date=date(2026, 7, 1),
        submission_status=SubmissionStatus.PENDING,
        reported_at=NOW,
    )
    return changed(Entity.INVOICE, str(ORDER), body, v)


def apply(database: Database, *changes: Change) -> None:
    with database.write_reference() as session:
        apply_changes(session, changes, EPOCH, 1, NOW)


def progress(database: Database) -> OrderProgress | None:
    with database.read() as session:
        return progress_of(session, [ORDER, new_uid()]).get(ORDER)


def test_what_the_office_hears_of_an_order_can_be_read(stocked: Database) -> None:
    assert progress(stocked) is None
    apply(stocked, payment(PaymentStatus.UNPAID, 0, 1))
    assert progress(stocked) == OrderProgress(payment_status="UNPAID")
    apply(stocked, delivery(DispatchStatus.EN_ROUTE, 1), payment(PaymentStatus.PAID, 1785, 2))
    apply(stocked, invoice())
    assert progress(stocked) == OrderProgress(
        delivery_status="EN_ROUTE",
        driver="DRV001",
        estimated_arrival=ETA,
        payment_status="PAID",
        paid=Decimal(1785),
        invoice_number="AB12345678",
    )


def test_late_and_repeated_changes_do_nothing_and_tombstones_remove(stocked: Database) -> None:
    apply(stocked, delivery(DispatchStatus.ARRIVED, 5), delivery(DispatchStatus.EN_ROUTE, 4))
    apply(stocked, invoice(), invoice())
    apply(stocked, changed(Entity.INVOICE, str(ORDER), None, v=2))
    known = progress(stocked)
    assert known is not None
    assert (known.delivery_status, known.invoice_number) == ("ARRIVED", "")


def test_an_entity_of_a_newer_office_is_passed_over(stocked: Database) -> None:
    unheard_of = b'{"pos":1,"tx_last":true,"e":"weather","id":"x","op":"%s","v":1,"d":{"rain":1}}'
    for op in (b"U", b"D"):
        row = decode(Change, unheard_of % op)
        assert row.e is Entity.UNKNOWN
        apply(stocked, row, customer_change(customer()))
    with stocked.read() as session:
        assert find_customer(session, "C000001") is not None


def test_the_placeholder_for_older_registers_changes_nothing(stocked: Database) -> None:
    apply(stocked, changed(Entity.PRICING, "rules", PRICING))
    apply(stocked, changed(Entity.PARAMETERS, "parameters", PARAMETERS))
    apply(stocked, changed(Entity.PARAMETERS, "", None, v=0))
    with stocked.read() as session:
        assert price_book(session) is not None


def older_snapshot(path: Path) -> Path:
    """As an office of the version before writes it."""
    write_snapshot(path, [customer_change(customer())], pos=12)
    connection = dbapi2.connect(path, isolation_level=None)
    for table in ADDED_TABLES:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    return path


def test_a_snapshot_of_an_older_office_is_taken_with_what_it_has(
    database: Database, tmp_path: Path
) -> None:
    plain = older_snapshot(tmp_path / "plain.db")
    database.adopt_reference(database.reference_preparer()(plain, {"customers": 1}))
    with database.read() as session:
        cursor = read_cursor(session)
    assert cursor is not None
    assert (cursor.epoch, cursor.pos) == (EPOCH, 12)
    assert progress(database) is None


@pytest.fixture
def older_profile(tmp_path: Path) -> Path:
    """A profile that the program of the version before has left."""
    folder = tmp_path / "older"
    database = Database(folder, KEY)
    plain = write_snapshot(tmp_path / "plain.db", [customer_change(customer())], pos=12)
    prepared = database.reference_preparer()(plain, {})
    database.adopt_reference(prepared)
    database.close()
    connection = open_encrypted(prepared, KEY, mode="rw")
    for table in ADDED_TABLES:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    return folder


def test_a_copy_of_an_older_program_stays_usable_and_asks_for_a_whole_one(
    older_profile: Path,
) -> None:
    for _ in range(2):
        database = Database(older_profile, KEY)
        with database.read() as session:
            cursor = read_cursor(session)
            assert find_customer(session, "C000001") is not None
        assert cursor is not None
        assert (cursor.epoch, cursor.pos) == (0, 12)  # no office has that feed
        assert progress(database) is None
        database.close()
