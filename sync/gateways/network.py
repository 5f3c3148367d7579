"""The operating system's view of the network: which of our addresses are up."""

import asyncio
import socket
from collections.abc import Callable

from app.transport.clocks import SYSTEM_CLOCK, Clock

LOOK_EVERY = 0.5


def addresses_up() -> frozenset[str]:
    """IP addresses of this machine on interfaces whose cable or radio is connected."""
    import psutil  # late: only needed once the window is there

    up = {name for name, stats in psutil.net_if_stats().items() if stats.isup}
    return frozenset(
        address.address.partition("%")[0]
        for name, addresses in psutil.net_if_addrs().items()
        if name in up
        for address in addresses
        if address.family in {socket.AF_INET, socket.AF_INET6}
    )


class NetworkWatch:
    """Tells within half a second when an address of this machine comes or goes.

    A pulled cable closes no connection: without this it would show only after 12 s of silence.
    """

    def __init__(
        self,
        on_change: Callable[[frozenset[str], frozenset[str]], None],
        clock: Clock = SYSTEM_CLOCK,
        look: Callable[[], frozenset[str]] = addresses_up,
    ) -> None:
        self._on_change = on_change
        self._clock = clock
        self._look = look

    async def run(self) -> None:
        """Call `on_change(lost, gained)` at every change; returns never."""
        before = await asyncio.to_thread(self._look)
        while True:
            await self._clock.sleep(LOOK_EVERY)
            present = await asyncio.to_thread(self._look)
            if present != before:
                lost, gained, before = before - present, present - before, present
                self._on_change(lost, gained)
