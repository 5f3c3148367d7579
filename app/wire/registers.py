"""Sign-in, register lease, outbox envelope, feed pages and snapshots (register protocol)."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from app.wire.codec import Instant, Message


class Role(StrEnum):
    """What a person may do."""

    CLERK = "clerk"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"
    SERVICE = "service"  # no person: another module's machine


class SignIn(Message, frozen=True, kw_only=True):
    """`POST /v1/session`; a register says which one it is, so that its sessions end with it."""

    username: str
    password: str
    device_id: UUID | None = None


class Session(Message, frozen=True, kw_only=True):
    """A signed-in person: a 5-minute access token and a refresh token that is used once."""

    access_token: str
    refresh_token: str
    expires_in: int
    username: str
    display_name: str
    role: Role


class RefreshSession(Message, frozen=True, kw_only=True):
    """`POST /v1/session/refresh`."""

    refresh_token: str


class RegisterEnrolment(Message, frozen=True, kw_only=True):
    """`POST /v1/registers`: a machine asks for a register code; repeatable with one device id.

    `public_key` is the base64 of the 32 bytes of the Ed25519 key that it signs with.
    """

    device_id: UUID
    name: str
    public_key: str = ""


class RegisterLease(Message, frozen=True, kw_only=True):
    """The code (1-99) that appears in order numbers, and the epoch of this installation."""

    register: int
    install_epoch: int
    shop_name: str
    shop_tax_id: str
    shop_address: str
    shop_phone: str


class OutboxKind(StrEnum):
    """What an outbox message reports; `body` is the class of the same meaning."""

    ORDER_PLACED = "order.placed"
    ORDER_CANCELLED = "order.cancelled"


class OutboxMessage(Message, frozen=True, kw_only=True):
    """`POST /v1/outbox`: one fact, in order within its lane. `msg_id` is the idempotency key.

    `body` is kept raw, so that its bytes are the ones that were frozen when the fact was saved.
    """

    msg_id: UUID
    device_id: UUID
    install_epoch: int
    lane: str
    lane_seq: int
    kind: OutboxKind
    payload_version: int
    created_at: Instant
    body: msgspec.Raw


class LaneGap(Message, frozen=True, kw_only=True):
    """HTTP 409 body, a `Problem`: an earlier message of the lane is missing on the server."""

    code: str
    expected: int
    type: str = "about:blank"
    title: str = ""
    status: int = 409
    detail: str = ""


class Entity(StrEnum):
    """What a feed row is about, and which body `d` holds; UNKNOWN what a newer server names."""

    CUSTOMER = "customer"  # CustomerBody
    CREDIT = "credit"  # CreditFigures
    STATISTICS = "statistics"  # CustomerStatistics
    PRODUCT = "product"  # ProductBody
    PRICING = "pricing"  # PricingRules, id "rules"
    PARAMETERS = "parameters"  # Parameters, id "parameters"
    ORDER = "order"  # OrderBody with the status of now
    DELIVERY = "delivery"  # OrderDelivery, since schema 2 like the next two
    PAYMENT = "payment"  # OrderPayment
    INVOICE = "invoice"  # OrderInvoice
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "Entity":
        return cls.UNKNOWN


FEED_SCHEMA = 2  # what a register of this version understands; a server serves the one before, too


def is_known_in(schema: int, entity: Entity) -> bool:
    """Whether registers of that schema have heard of the entity."""
    return schema >= FEED_SCHEMA or entity not in {
        Entity.DELIVERY,
        Entity.PAYMENT,
        Entity.INVOICE,
    }


class Change(Message, frozen=True, kw_only=True):
    """One changed row of the feed: `op` U (upsert, `d` holds the row) or D (gone)."""

    pos: int
    tx_last: bool
    e: Entity
    id: str
    op: str
    v: int
    d: Any = None


class ChangesPage(Message, frozen=True, kw_only=True):
    """`GET /v1/changes?epoch=&after=&limit=`: rows in (from, to], cut at whole transactions."""

    epoch: int
    from_pos: int = msgspec.field(name="from")
    to: int
    head: int
    complete: bool
    server_time: Instant
    rows: tuple[Change, ...]


class SnapshotManifest(Message, frozen=True, kw_only=True):
    """`GET /v1/snapshot`: the newest bootstrap file. `sha256` is of the compressed bytes."""

    epoch: int
    pos: int
    schema: int
    url: str
    sha256: str
    size: int
    uncompressed_size: int
    counts: dict[str, int]
    created_at: Instant


class Problem(Message, frozen=True, kw_only=True):
    """Every error body, as `application/problem+json` (RFC 9457).

    `detail` is for people and says what to do; `code` (an extension) is stable, for programs.
    Another module's problem may say less.
    """

    type: str = "about:blank"
    title: str = ""
    status: int = 0
    detail: str = ""
    code: str = ""
