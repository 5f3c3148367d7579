import json
from uuid import UUID

import pytest

from app.transport.clocks import Clock
from app.transport.errors import BrokenAnswer, NoConnection, SignedOut, TimedOut
from app.wire.events import Beacon, Envelope, Hello
from local_db.cursors import Cursor
from sync.gateways.office_events import OfficeEvents, TokenRanOut, read_frame
from sync.transport.stack import OfficeStack, build_stack
from tests.sync.conftest import until
from tests.sync.toy_office import ToyOffice

DEVICE = UUID(int=5)
BEACON = {"head": 3, "epoch": 7, "server_time": "2026-07-01T00:00:00Z"}
ENVELOPE = {
    "epoch": 7,
    "pos": 3,
    "tx_last": True,
    "id": "x",
    "event": "customer.credit.changed",
    "occurred_at": "2026-07-01T00:00:00Z",
    "data": {},
    "change": {"pos": 3, "tx_last": True, "e": "credit", "id": "C1", "op": "D", "v": 1},
}


def test_frames_are_told_apart() -> None:
    (beacon,) = read_frame(json.dumps(BEACON))
    assert isinstance(beacon, Beacon)
    one = read_frame(json.dumps(ENVELOPE))
    assert [type(message) for message in one] == [Envelope]
    assert read_frame(json.dumps([ENVELOPE, ENVELOPE])) == (*one, *one)
    assert read_frame('{"eph": true, "event": "driver.location.updated"}') == ()


@pytest.mark.parametrize("frame", ["", "[]", "{}", '{"event": "no.such.event"}', b"\xff"])
def test_a_frame_that_is_none_of_ours_is_a_broken_answer(frame: str | bytes) -> None:
    with pytest.raises(BrokenAnswer):
        read_frame(frame)


async def test_the_socket_opens_with_a_welcome(office: ToyOffice, line: OfficeStack) -> None:
    async with OfficeEvents(line).connect(DEVICE, None) as stream:
        assert stream.welcome.resume == "snapshot"
        assert stream.local_address == "127.0.0.1"


async def test_a_fresh_token_is_said_on_the_open_socket(
    office: ToyOffice, line: OfficeStack, brisk: Clock
) -> None:
    cursor = Cursor(office.epoch, 0, brisk.now())
    async with OfficeEvents(line).connect(DEVICE, cursor):
        fresh = office.session()
        line.tokens.adopt(fresh)
        await until(lambda: len(office.hellos) == 2)
    assert isinstance(office.hellos[1], Hello)
    assert office.hellos[1].token == fresh.access_token


async def test_a_token_that_the_server_does_not_take_asks_for_a_renewal(
    office: ToyOffice, line: OfficeStack
) -> None:
    office.expire_tokens()
    with pytest.raises(TokenRanOut):
        async with OfficeEvents(line).connect(DEVICE, None):
            pass


async def test_a_dead_socket_is_noticed(office: ToyOffice, line: OfficeStack) -> None:
    async with OfficeEvents(line, dead_after=0.05).connect(DEVICE, None) as stream:
        with pytest.raises(TimedOut):
            await anext(stream.frames())


async def test_pulling_the_cable_ends_the_socket(office: ToyOffice, line: OfficeStack) -> None:
    async with OfficeEvents(line).connect(DEVICE, None) as stream:
        line.cable.pull()
        with pytest.raises(NoConnection):
            await anext(stream.frames())
    with pytest.raises(NoConnection):
        async with OfficeEvents(line).connect(DEVICE, None):
            pass


async def test_a_closed_office_is_no_connection(line: OfficeStack, brisk: Clock) -> None:
    stack = build_stack("http://127.0.0.1:9", clock=brisk)
    stack.tokens.adopt(line.tokens.session)
    with pytest.raises(NoConnection):
        async with OfficeEvents(stack).connect(DEVICE, None):
            pass
    await stack.client.aclose()


async def test_nobody_signed_in_opens_no_socket(line: OfficeStack) -> None:
    line.tokens.adopt(None)
    with pytest.raises(SignedOut):
        async with OfficeEvents(line).connect(DEVICE, None):
            pass
