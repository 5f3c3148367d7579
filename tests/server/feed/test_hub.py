"""Hubs of several processes: they wake each other, pass events on, and stay within bounds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal

import asyncpg
import pytest

from app.domain.numbers import new_uid
from app.wire.codec import decode
from app.wire.dispatch import DriverLocationUpdated, TrackedLocation
from app.wire.events import EventName, Notice, OrderHeld, event_data
from app.wire.registers import FEED_SCHEMA
from server.feed.herald import CHANNEL
from server.feed.hub import BEACON, Hub
from server.feed.listeners import MOST_BYTES, MOST_EVENTS, MOST_LATEST, Listener

PATIENCE_S = 10


@pytest.fixture(autouse=True)
def nobody_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrives has been told."""
    monkeypatch.setattr("server.feed.hub.POLL_S", 600)
    monkeypatch.setattr("server.feed.herald.RECOVERY_S", 0.01)


@asynccontextmanager
async def running(pool: asyncpg.Pool, *hubs: Hub) -> AsyncIterator[None]:
    """All of them at work, and listening to each other."""
    tasks = []
    for hub in hubs:
        await hub.start()
        tasks.append(asyncio.create_task(hub.run()))
    try:
        async with asyncio.timeout(PATIENCE_S):
            await _listening(pool, len(hubs))
            yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def change_note(pool: asyncpg.Pool, note: str) -> None:
    await pool.execute("UPDATE customers SET note = $1 WHERE customer_id = 'C000123'", note)


def position(driver: str, second: int, order_id: str = "") -> DriverLocationUpdated:
    here = TrackedLocation(
        latitude=Decimal("25.0330"),
        longitude=Decimal("121.5654"),
        accuracy=Decimal(10),
        speed_kmh=Decimal(35),
        heading=Decimal(145),
    )
    at = datetime(2026, 7, 1, 8, 0, second, tzinfo=UTC)
    return DriverLocationUpdated(driver_id=driver, order_id=order_id, location=here, timestamp=at)


async def heard(listener: Listener) -> list[DriverLocationUpdated]:
    await listener.wait()
    notices = [decode(Notice, frame) for key, frame in listener.take().passing if key != BEACON]
    found = [event_data(notice.event, notice.data) for notice in notices]
    return [data for data in found if isinstance(data, DriverLocationUpdated)]


async def test_a_commit_of_one_process_is_told_by_the_others(pool: asyncpg.Pool) -> None:
    here, there = Hub(pool), Hub(pool)
    async with running(pool, here, there):
        ours, theirs = here.subscribe(), there.subscribe()
        for note in ("one", "two"):
            await change_note(pool, note)
            here.wake()
            for listener in (ours, theirs):
                await listener.wait()
                ((_, frame),) = listener.take().events
                assert f'"note":"{note}"' in frame


async def test_many_commits_in_a_row_become_few_notices(pool: asyncpg.Pool) -> None:
    hub, noticed = Hub(pool), asyncio.Queue[object]()
    async with running(pool, hub), pool.acquire() as connection:
        await connection.add_listener(CHANNEL, lambda *_: noticed.put_nowait(None))
        for _ in range(1000):
            hub.wake()
        await noticed.get()
        hub.announce(EventName.DRIVER_LOCATION_UPDATED, position("END", 0))
        await noticed.get()
        assert noticed.qsize() <= 1
        await connection.reset(timeout=1)


async def test_a_passing_event_reaches_every_process_and_the_latest_wins(
    pool: asyncpg.Pool,
) -> None:
    here, there = Hub(pool), Hub(pool)
    async with running(pool, here, there):
        for hub in (here, there):
            listener = hub.subscribe()
            for second in range(60):
                for driver in ("DRV001", "DRV002"):
                    here.announce(EventName.DRIVER_LOCATION_UPDATED, position(driver, second))
            latest: dict[str, DriverLocationUpdated] = {}
            while {at.timestamp.second for at in latest.values()} != {59} or len(latest) < 2:
                latest |= {at.driver_id: at for at in await heard(listener)}
            hub.unsubscribe(listener)
        quiet = here.subscribe()
        assert not quiet.take().passing  # nothing is replayed


async def test_only_small_passing_events_are_announced(pool: asyncpg.Pool) -> None:
    hub = Hub(pool)
    with pytest.raises(ValueError, match="7900"):
        hub.announce(EventName.DRIVER_LOCATION_UPDATED, position("DRV001", 1, "慢" * 3000))
    durable = OrderHeld(order_uid=new_uid(), order_id="", customer_id="", reason="CREDIT")
    with pytest.raises(ValueError, match="place in the feed"):
        hub.announce(EventName.ORDER_HELD, durable)


async def test_notices_come_again_after_their_connection_was_lost(pool: asyncpg.Pool) -> None:
    here, there = Hub(pool), Hub(pool)
    async with running(pool, here, there):
        listener = there.subscribe()
        for turn in range(3):
            here.announce(EventName.DRIVER_LOCATION_UPDATED, position("DRV001", turn))
            while not any(at.timestamp.second == turn for at in await heard(listener)):
                pass
            ended = await pool.fetchval(
                """SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                   WHERE datname = current_database() AND query ~ 'LISTEN|notify|NOTIFY'
                   AND pid <> pg_backend_pid()"""
            )
            assert ended >= 2
            await _listening(pool, 2)


async def _listening(pool: asyncpg.Pool, count: int) -> None:
    """Wait until that many processes listen again."""
    query = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
               AND query LIKE 'LISTEN%' AND state = 'idle'"""
    while await pool.fetchval(query) < count:  # noqa: ASYNC110 - the database does not tell
        await asyncio.sleep(0.01)


async def test_another_feed_cuts_everybody_off(pool: asyncpg.Pool) -> None:
    hub = Hub(pool)
    async with running(pool, hub):
        listener = hub.subscribe()
        await pool.execute("UPDATE feed_head SET epoch = epoch + 1")
        hub.wake()
        await listener.overflowed.wait()


@pytest.mark.parametrize(("count", "size"), [(MOST_EVENTS + 1, 10), (9, MOST_BYTES // 8)])
def test_a_receiver_that_does_not_follow_costs_no_memory(count: int, size: int) -> None:
    listener = Listener(FEED_SCHEMA)
    for pos in range(1, count + 1):
        assert not listener.overflowed.is_set()
        listener.put(pos, "x" * size)
    assert listener.overflowed.is_set()
    listener.put(count + 1, "x")
    assert not listener.take().events


def test_passing_events_of_very_many_drivers_are_bounded() -> None:
    listener = Listener(FEED_SCHEMA)
    for driver in range(3 * MOST_LATEST):
        listener.put_latest(driver, str(driver))
    kept = listener.take().passing
    assert [key for key, _ in kept] == list(range(2 * MOST_LATEST, 3 * MOST_LATEST))
