"""From the server's commit to the copy of 1 and 50 registers, and to 50 and 500 sockets.

The commit's time is the server's clock as the last act of the transaction, so that forcing it to
the disk counts as ours. The clients share one process: what one machine does for 50 is included.
"""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from websockets.asyncio.client import ClientConnection, connect

from app.composition import Counter
from app.domain.numbers import new_uid
from app.wire.codec import decode, encode
from app.wire.events import Envelope, EventName, Hello, Welcome
from app.wire.registers import FEED_SCHEMA, Session
from bench.business import Business
from bench.commands import command
from bench.event_clients import Crowd, Sighting
from bench.figures import FULL, Figure, Size, quantile
from bench.shops import Offices, fill, folder, register
from sync.gateways.office_events import read_frame

SUPERVISOR = ("boss", "boss")
CUSTOMERS = 2_000  # of the shop: how long an event takes does not depend on them
REGISTERS = 50
SOCKETS = (50, 500)
ROUNDS = 50  # of each kind; times 50 registers
PAUSE_S = 0.15
TEMPLATE = "template"  # the profile that every register starts as a copy of
SETTLE_S = 1.5
GOAL_MS = 50.0
LONGEST_LINE = 1_000_000
# What the spec allows (Real-time Sync Requirements), by the events that tell of it.
LIMITS: Mapping[str, tuple[frozenset[EventName], float]] = MappingProxyType(
    {
        "credit": (frozenset({EventName.CREDIT_CHANGED}), 100.0),
        "stock": (frozenset({EventName.STOCK_CHANGED, EventName.STOCK_LOW}), 200.0),
        "order status": (
            frozenset({EventName.ORDER_STATUS_CHANGED, EventName.DELIVERY_STATUS_CHANGED}),
            500.0,
        ),
        "payment": (frozenset({EventName.PAYMENT_RECEIVED}), 1000.0),
    }
)


@dataclass(slots=True)
class Commits:
    """Each server transaction by its last position: when it committed, and what it told."""

    times: dict[int, float] = field(default_factory=dict)
    names: dict[int, set[EventName]] = field(default_factory=dict)
    _open: set[EventName] = field(default_factory=set)

    def note(self, event: Envelope) -> None:
        """One event, in its order."""
        self._open.add(event.event)
        if event.tx_last:
            self.times[event.pos] = event.occurred_at.timestamp()
            self.names[event.pos], self._open = self._open, set()

    def forget(self) -> None:
        """What was committed until now is not measured."""
        self.times.clear()

    def lags(self, seen: Iterable[Sighting], names: frozenset[EventName]) -> list[float]:
        """Milliseconds from those commits that told one of these events to their sightings."""
        return [
            (when - self.times[pos]) * 1000
            for pos, when in seen
            if pos in self.times and self.names[pos] & names
        ]


async def measure(size: Size, offices: Offices) -> list[Figure]:
    """A day's business, event after event, seen by registers and then by bare sockets."""
    is_full = size is FULL
    office = await offices.of(CUSTOMERS if is_full else size.small)
    figures: list[Figure] = []
    with folder() as profiles:
        async with register(office, profiles / TEMPLATE) as fresh:
            await fill(fresh)
        async with register(office, profiles / "own", SUPERVISOR) as counter:
            await fill(counter)
            business = Business(counter, PAUSE_S if is_full else 0.05)
            await business.open(min(size.rounds, ROUNDS))
            for count, is_whole in _crowds(is_full):
                place = profiles / f"{count}-{is_whole}"
                commits, seen = await _watched(counter, business, place, (count, is_whole))
                who = f"{count} {'registers' if is_whole else 'sockets'}"
                figures += _figures(who, commits, seen)
    return figures


def _crowds(is_full: bool) -> list[tuple[int, bool]]:
    if not is_full:
        return [(2, True), (2, False)]
    return [(1, True), (REGISTERS, True), *((count, False) for count in SOCKETS)]


async def _watched(
    counter: Counter, business: Business, place: Path, crowd_of: tuple[int, bool]
) -> tuple[Commits, list[Sighting]]:
    await counter.stack.auth.access_token()  # a fresh one, when it has aged
    session = counter.stack.tokens.session
    assert session is not None
    count, is_whole = crowd_of
    office = str(counter.stack.base_url).rstrip("/")
    commits = Commits()
    async with _socket(office, session) as (socket, welcome):
        profile = str(place.with_name(TEMPLATE)) if is_whole else ""
        crowd = Crowd(office, session, count, welcome.epoch, welcome.head, profile)
        listening = asyncio.ensure_future(_listen(socket, commits))
        async with _clients(crowd, place) as process:
            await asyncio.sleep(SETTLE_S)
            commits.forget()
            await business.day()
            await asyncio.sleep(SETTLE_S)
            seen = await _seen(process, count)
        listening.cancel()
    return commits, seen


@asynccontextmanager
async def _socket(office: str, session: Session) -> AsyncIterator[tuple[ClientConnection, Welcome]]:
    """Our own ear: which position was committed when."""
    hello = Hello(
        device_id=new_uid(), token=session.access_token, epoch=0, pos=0, schema=FEED_SCHEMA
    )
    async with connect(f"{office.replace('http', 'ws', 1)}/v1/events", compression=None) as socket:
        await socket.send(encode(hello), text=True)
        yield socket, decode(Welcome, await socket.recv())


async def _listen(socket: ClientConnection, commits: Commits) -> None:
    async for frame in socket:
        for message in read_frame(frame):
            if isinstance(message, Envelope):
                commits.note(message)


@asynccontextmanager
async def _clients(crowd: Crowd, place: Path) -> AsyncIterator[Process]:
    """The crowd in its own process, listening."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.event_clients", encode(crowd).decode(), str(place)),
        stdin=PIPE,
        stdout=PIPE,
        limit=LONGEST_LINE,
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _seen(process: Process, count: int) -> list[Sighting]:
    """What every client saw; the sum of them."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    lines = [await process.stdout.readline() for _ in range(count)]
    return [(pos, when) for line in lines for pos, when in json.loads(line)]


def _figures(who: str, commits: Commits, seen: Sequence[Sighting]) -> list[Figure]:
    found: list[Figure] = []
    for kind, (names, limit) in LIMITS.items():
        lags = commits.lags(seen, names)
        found.append(Figure(f"{kind} to {who}, p50", quantile(lags, 0.5), "spec", limit))
        found.append(Figure(f"{kind} to {who}, p99", quantile(lags, 0.99), "our goal", GOAL_MS))
    return found


if __name__ == "__main__":
    command(__doc__, measure)
