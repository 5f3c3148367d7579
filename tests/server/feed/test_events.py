"""The event socket on a real server: replay, live events, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.domain.numbers import new_uid
from app.domain.orders import PaymentMethod
from app.transport.signing import SigningTransport
from app.wire.codec import decode, encode
from app.wire.events import Beacon, Envelope, EventName, Hello, event_data
from server.feed.changes import read_head
from server.security.keys import own_identity
from tests.conftest import RunningServer
from tests.server.feed.sockets import subscribed, token_for, transaction
from tests.server.messages import Lanes, order

AFTER_AN_ORDER = {
    EventName.ORDER_STATUS_CHANGED,
    EventName.CREDIT_CHANGED,
    EventName.STOCK_CHANGED,
}


@pytest.fixture
async def database(running_server: RunningServer) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(running_server.dsn)
    yield connection
    await connection.close()


async def envelope(connection: ClientConnection) -> Envelope:
    return decode(Envelope, await connection.recv())


async def closing_code(connection: ClientConnection) -> int | None:
    try:
        while True:
            await connection.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


async def change_note(database: asyncpg.Connection, note: str) -> None:
    await database.execute("UPDATE customers SET note=$1 WHERE customer_id='C000123'", note)


async def test_a_register_is_told_what_it_missed_and_what_happens_next(
    running_server: RunningServer, database: asyncpg.Connection
) -> None:
    head = await read_head(database)
    await change_note(database, "missed")
    async with subscribed(running_server.base_url, database, pos=head.pos) as (connection, welcome):
        assert (welcome.resume, welcome.head) == ("ok", head.pos + 1)
        missed = await envelope(connection)
        await change_note(database, "live")
        live = await envelope(connection)
    assert (missed.pos, live.pos) == (head.pos + 1, head.pos + 2)
    assert (missed.event, live.change.d["note"]) == (EventName.CUSTOMER_CHANGED, "live")
    assert event_data(live.event, live.data)


async def test_an_order_becomes_events_with_the_specs_bodies(
    running_server: RunningServer, database: asyncpg.Connection
) -> None:
    raw, key = Lanes().parcel(order(payment_method=PaymentMethod.MONTHLY))
    signer = (await own_identity(database)).signer
    headers = {"Authorization": f"Bearer {await token_for(database)}", "Idempotency-Key": key}
    async with (
        subscribed(running_server.base_url, database) as (connection, _),
        httpx.AsyncClient(
            base_url=running_server.base_url,
            headers=headers,
            transport=SigningTransport(httpx.AsyncHTTPTransport(), lambda: signer),
        ) as client,
    ):
        answer = (await client.post("/v1/outbox", content=raw)).json()
        events = await transaction(connection)
        while not {event.event for event in events} >= AFTER_AN_ORDER:
            events += await transaction(connection)
    placed = next(event for event in events if event.event is EventName.ORDER_STATUS_CHANGED)
    assert placed.pos <= answer["server_pos"]
    first = events[0].pos
    assert [event.pos for event in events] == list(range(first, first + len(events)))
    for event in events:
        assert event_data(event.event, event.data)


@pytest.mark.parametrize("wrong", [{"epoch": 1}, {"pos": 10_000_000}])
async def test_a_register_that_can_not_continue_is_told_to_fetch_a_snapshot(
    running_server: RunningServer, database: asyncpg.Connection, wrong: dict[str, int]
) -> None:
    async with subscribed(running_server.base_url, database, **wrong) as (connection, welcome):
        assert welcome.resume == "snapshot"
        await change_note(database, "later")
        assert (await envelope(connection)).pos == welcome.head + 1


async def test_beacons_name_the_head(
    running_server: RunningServer,
    database: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.feed.hub.BEACON_S", 0.05)
    async with subscribed(running_server.base_url, database) as (connection, welcome):
        beacon = decode(Beacon, await connection.recv())
    assert (beacon.epoch, beacon.head) == (welcome.epoch, welcome.head)


async def test_an_expired_token_closes_the_socket(
    running_server: RunningServer,
    database: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.http.events.LEEWAY", timedelta(0))
    brief = await token_for(database, timedelta(seconds=2))
    async with subscribed(running_server.base_url, database, token=brief) as (connection, _):
        assert await closing_code(connection) == 4001


async def test_a_fresh_token_in_time_keeps_the_socket_open(
    running_server: RunningServer,
    database: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.http.events.LEEWAY", timedelta(0))
    monkeypatch.setattr("server.feed.hub.BEACON_S", 0.1)
    brief = await token_for(database, timedelta(seconds=2))
    until = datetime.now(UTC) + timedelta(seconds=2)
    async with subscribed(running_server.base_url, database, token=brief) as (connection, welcome):
        fresh = Hello(
            device_id=new_uid(),
            token=await token_for(database),
            epoch=welcome.epoch,
            pos=welcome.head,
        )
        await connection.send(encode(fresh).decode())
        while decode(Beacon, await connection.recv()).server_time < until:
            pass


@pytest.mark.parametrize(("frame", "code"), [("nonsense", 4002), ('{"device_id":1}', 4002)])
async def test_a_first_frame_that_is_no_hello_closes_the_socket(
    running_server: RunningServer, frame: str, code: int
) -> None:
    address = running_server.base_url.replace("http", "ws") + "/v1/events"
    async with connect(address) as connection:
        await connection.send(frame)
        assert await closing_code(connection) == code


async def test_a_register_that_does_not_read_is_cut_off_and_hurts_nobody(
    running_server: RunningServer, database: asyncpg.Connection
) -> None:
    async with (
        subscribed(running_server.base_url, database) as (quick, _),
        subscribed(running_server.base_url, database) as (slow, _),
    ):
        slow.transport.pause_reading()
        for turn in range(8):  # 24 MB in all: more than the sockets and the queue may hold
            await database.execute("UPDATE customers SET note=$1", f"{turn}{'慢' * 20_000}")
            while not (event := await envelope(quick)).tx_last:
                assert event.change.d["note"].startswith(f"{turn}慢")
        slow.transport.resume_reading()
        assert await closing_code(slow) in {4008, 1006, None}


async def test_the_feed_reaches_a_register_within_a_tenth_of_a_second(
    running_server: RunningServer, database: asyncpg.Connection
) -> None:
    loop = asyncio.get_running_loop()
    lags = []
    async with subscribed(running_server.base_url, database) as (connection, _):
        for turn in range(20):
            await change_note(database, str(turn))
            started = loop.time()
            await envelope(connection)
            lags.append(loop.time() - started)
    assert sorted(lags)[len(lags) // 2] < 0.1
