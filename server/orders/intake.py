"""Takes in what registers report: each message once, in the order of its lane, in one transaction.

See docs/decisions/032-one-transaction-per-message.md.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from msgspec.structs import replace

from app.wire.codec import MalformedMessage, decode, encode
from app.wire.orders import OrderBody, OrderCancellation, UploadAnswer
from app.wire.registers import OutboxKind, OutboxMessage
from server.feed.changes import last_pos_of
from server.neighbours.lines import Lines
from server.orders.placing import cancel, place
from server.orders.reservation import Reservation, reserve
from server.plausibility import check_plausible
from server.refusals import Conflict, Malformed

ATTEMPTS = 5
CONTENTION = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,  # two orders with one printed number: the later one sees it now
)


class LaneBroken(Exception):
    """A message does not follow the last one of its lane; `expected` is the number that does."""

    def __init__(self, code: str, expected: int) -> None:
        super().__init__(f"{code}: {expected} is expected")
        self.code = code
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Parcel:
    """One uploaded message: its bytes as they came, and what they say."""

    raw: bytes
    message: OutboxMessage
    body: OrderBody | OrderCancellation

    @property
    def digest(self) -> bytes:
        """What tells whether a repetition is the same message."""
        return hashlib.sha256(self.raw).digest()


def unpack(raw: bytes, idempotency_key: str) -> Parcel:
    """Read an uploaded message completely; raises `Malformed`."""
    try:
        message = decode(OutboxMessage, raw)
        body = _decode_body(message)
    except MalformedMessage as error:
        raise Malformed("MALFORMED", f"The message can not be read: {error}") from error
    check_plausible(message)
    check_plausible(body)
    if idempotency_key.lower() != str(message.msg_id):
        raise Malformed("KEY_MISMATCH", "The Idempotency-Key must be the message's msg_id.")
    return Parcel(raw, message, body)


async def receive(pool: asyncpg.Pool, lines: Lines, parcel: Parcel) -> UploadAnswer:
    """The answer to a message, whose effects are then saved; a repetition gets the stored answer.

    Raises `LaneBroken`, `Conflict` (IN_PROGRESS: ask again) or `Malformed` (same key, other bytes).
    """
    reservation = Reservation()
    if isinstance(parcel.body, OrderBody):
        reservation = await reserve(pool, lines, parcel.body)
    for attempt in range(ATTEMPTS):
        try:
            async with pool.acquire() as connection:
                return await _receive_once(connection, parcel, reservation)
        except asyncpg.LockNotAvailableError as error:
            raise Conflict(
                "IN_PROGRESS", "The message is being handled; ask again soon."
            ) from error
        except CONTENTION:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


async def _receive_once(
    connection: asyncpg.Connection, parcel: Parcel, reservation: Reservation
) -> UploadAnswer:
    async with connection.transaction():
        answer, xid = await _claim(connection, parcel)
        if answer is None:
            await _advance_lane(connection, parcel.message)
            answer = await _take(connection, parcel, reservation)
            await connection.execute(
                "UPDATE idempotency SET answer = $2 WHERE msg_id = $1",
                *(parcel.message.msg_id, encode(answer)),
            )
    # The position exists only after the commit; it is looked up for a repetition as well.
    return replace(answer, server_pos=await last_pos_of(connection, xid))


async def _claim(connection: asyncpg.Connection, parcel: Parcel) -> tuple[UploadAnswer | None, str]:
    """Make the key ours, or the stored answer; waits for a twin that is being handled."""
    xid = await connection.fetchval(
        """INSERT INTO idempotency (msg_id, device_id, sha256) VALUES ($1, $2, $3)
           ON CONFLICT DO NOTHING RETURNING xid::text""",
        *(parcel.message.msg_id, parcel.message.device_id, parcel.digest),
    )
    if xid is not None:
        return None, xid
    row = await connection.fetchrow(
        "SELECT sha256, answer, xid::text FROM idempotency WHERE msg_id = $1",
        parcel.message.msg_id,
    )
    if row["sha256"] != parcel.digest:
        raise Malformed("KEY_REUSED", "Another message was sent with this key.")
    return decode(UploadAnswer, row["answer"]), row["xid"]


async def _advance_lane(connection: asyncpg.Connection, message: OutboxMessage) -> None:
    lane = (message.device_id, message.install_epoch, message.lane)
    if message.lane_seq == 1:
        moved = await connection.fetchval(
            "INSERT INTO lanes VALUES ($1, $2, $3, 1) ON CONFLICT DO NOTHING RETURNING 1", *lane
        )
    else:
        moved = await connection.fetchval(
            """UPDATE lanes SET last_seq = $4 WHERE device_id = $1 AND install_epoch = $2
               AND lane = $3 AND last_seq = $4 - 1 RETURNING 1""",
            *(*lane, message.lane_seq),
        )
    if moved is None:
        await _refuse_lane(connection, lane, message.lane_seq)


async def _refuse_lane(
    connection: asyncpg.Connection, lane: tuple[UUID, int, str], lane_seq: int
) -> None:
    last = await connection.fetchval(
        "SELECT last_seq FROM lanes WHERE device_id = $1 AND install_epoch = $2 AND lane = $3",
        *lane,
    )
    expected = (last or 0) + 1
    raise LaneBroken("LANE_GAP" if lane_seq > expected else "LANE_REUSED", expected)


async def _take(
    connection: asyncpg.Connection, parcel: Parcel, reservation: Reservation
) -> UploadAnswer:
    if isinstance(parcel.body, OrderBody):
        return await place(connection, parcel.message, parcel.body, reservation)
    return await cancel(connection, parcel.message, parcel.body)


def _decode_body(message: OutboxMessage) -> OrderBody | OrderCancellation:
    if message.kind is OutboxKind.ORDER_PLACED:
        return decode(OrderBody, bytes(message.body))
    return decode(OrderCancellation, bytes(message.body))
