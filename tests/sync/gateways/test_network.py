import asyncio

from app.transport.clocks import Clock
from sync.gateways.network import NetworkWatch, addresses_up

LOOPBACK, CABLE, RADIO = "127.0.0.1", "192.0.2.7", "192.0.2.8"


def test_the_loopback_is_always_up() -> None:
    assert LOOPBACK in addresses_up()


async def test_addresses_that_come_and_go_are_told() -> None:
    looks = [
        frozenset({LOOPBACK, CABLE}),
        frozenset({LOOPBACK, CABLE}),
        frozenset({LOOPBACK}),
        frozenset({LOOPBACK, RADIO}),
    ]
    told: list[tuple[frozenset[str], frozenset[str]]] = []
    watch = NetworkWatch(
        lambda lost, gained: told.append((lost, gained)),
        Clock(sleep=lambda _: asyncio.sleep(0)),
        lambda: looks.pop(0) if len(looks) > 1 else looks[0],
    )
    task = asyncio.ensure_future(watch.run())
    async with asyncio.timeout(5):
        while len(told) < 2:  # noqa: ASYNC110 - the watch tells a plain function
            await asyncio.sleep(0)
    task.cancel()
    assert told == [(frozenset({CABLE}), frozenset()), (frozenset(), frozenset({RADIO}))]
