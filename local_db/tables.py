"""Tables of `orders.db`, the precious file: what this register alone knows.

`migrations/` creates them; a test holds both to the same schema. Instants are aware UTC, amounts
whole 元.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Date, Enum, Index, Integer, LargeBinary, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.domain.credit import CreditOutcome
from app.domain.orders import OrderStatus, PaymentMethod
from app.wire.registers import OutboxKind, Role
from local_db.columns import Amount, Instant, Uid


class OutboxState(StrEnum):
    """Where an outbox message stands. See docs/decisions/043-lanes.md."""

    READY = "READY"
    INFLIGHT = "INFLIGHT"
    WAIT = "WAIT"
    ACKED = "ACKED"
    CONFIRMED = "CONFIRMED"
    HELD = "HELD"
    REJECTED = "REJECTED"
    POISON = "POISON"


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda words: [word.value for word in words],
    )


class Row(DeclarativeBase):
    """A row of `orders.db`."""

    metadata = MetaData()
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: Instant,
        date: Date,
        UUID: Uid,
        Decimal: Amount,
        str: Text,
        int: Integer,
        bytes: LargeBinary,
        OrderStatus: _words(OrderStatus),
        PaymentMethod: _words(PaymentMethod),
        CreditOutcome: _words(CreditOutcome),
        OutboxKind: _words(OutboxKind),
        OutboxState: _words(OutboxState),
        Role: _words(Role),
    }


class OrderRow(Row):
    """An order taken at this register; `body` holds the frozen `OrderBody` as it was printed."""

    __tablename__ = "orders"

    order_uid: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(unique=True)
    revision: Mapped[int]
    business_date: Mapped[date]
    customer_id: Mapped[str]
    status: Mapped[OrderStatus]
    payment_method: Mapped[PaymentMethod]
    credit_outcome: Mapped[CreditOutcome]
    body: Mapped[bytes]
    payable: Mapped[Decimal]
    taken_at: Mapped[datetime]
    printed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("orders_business_date", "business_date"),
        Index("orders_customer", "customer_id", "taken_at"),
    )


class DraftRow(Row):
    """An order that is still being typed; survives a crash."""

    __tablename__ = "drafts"

    uid: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    body: Mapped[bytes]  # OrderDraft
    updated_at: Mapped[datetime]


class OutboxRow(Row):
    """A call that we owe. `message` are the exact bytes to send, as often as it takes."""

    __tablename__ = "outbox"

    msg_id: Mapped[UUID] = mapped_column(primary_key=True)
    lane: Mapped[str]
    lane_seq: Mapped[int]
    kind: Mapped[OutboxKind]
    order_uid: Mapped[UUID]
    message: Mapped[bytes]
    sha256: Mapped[bytes]
    state: Mapped[OutboxState]
    attempts: Mapped[int] = mapped_column(default=0)
    first_error: Mapped[str] = mapped_column(default="")
    last_error: Mapped[str] = mapped_column(default="")
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    server_pos: Mapped[int | None]
    answer: Mapped[bytes | None]  # UploadAnswer
    acknowledged_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("lane", "lane_seq", name="outbox_lane"),
        Index("outbox_state", "state", "last_error"),
        Index("outbox_order", "order_uid"),
    )


class LaneRow(Row):
    """The last sequence number given out in a lane (a customer)."""

    __tablename__ = "lanes"

    lane: Mapped[str] = mapped_column(primary_key=True)
    last_seq: Mapped[int]


class CounterRow(Row):
    """The last order serial of a register code on a business date."""

    __tablename__ = "counters"

    register: Mapped[int] = mapped_column(primary_key=True)
    business_date: Mapped[date] = mapped_column(primary_key=True)
    serial: Mapped[int]


class CallRow(Row):
    """One ring of one line; `digits` is None when the number was withheld."""

    __tablename__ = "calls"

    call_id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    digits: Mapped[str | None]
    rang_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    customer_id: Mapped[str | None]

    __table_args__ = (Index("calls_line", "line", "rang_at"),)


class RegisterRow(Row):
    """Who this installation is; exactly one row once it has enrolled."""

    __tablename__ = "register"

    k: Mapped[int] = mapped_column(primary_key=True)  # always 1
    device_id: Mapped[UUID]
    register: Mapped[int | None]
    install_epoch: Mapped[int | None]
    shop_name: Mapped[str] = mapped_column(default="")
    shop_tax_id: Mapped[str] = mapped_column(default="")
    shop_address: Mapped[str] = mapped_column(default="")
    shop_phone: Mapped[str] = mapped_column(default="")


class ClerkRow(Row):
    """A person who has signed in here before; the argon2 hash lets them in without the server."""

    __tablename__ = "clerks"

    username: Mapped[str] = mapped_column(primary_key=True)
    display_name: Mapped[str]
    role: Mapped[Role]
    password_hash: Mapped[str]
    signed_in_at: Mapped[datetime]


class PreferenceRow(Row):
    """One remembered choice of this register."""

    __tablename__ = "preferences"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class DocumentRow(Row):
    """A file that was made for an order (slip, invoice)."""

    __tablename__ = "documents"

    order_uid: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    printed_at: Mapped[datetime | None]


class ReferenceFileRow(Row):
    """Which generation of the reference file is the live one; one row once there is one."""

    __tablename__ = "reference_file"

    k: Mapped[int] = mapped_column(primary_key=True)  # always 1
    generation: Mapped[int]
