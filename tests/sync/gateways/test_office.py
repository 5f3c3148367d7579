import random
import string
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from app.transport.clocks import Clock
from app.transport.errors import (
    BrokenAnswer,
    EpochChanged,
    LaneGapFound,
    NewKeyNotAllowed,
    NoConnection,
    NotAllowed,
    NotFound,
    NotUnderstood,
    RegisterRevoked,
    Rejected,
    ServerFailed,
    SignatureRefused,
    SnapshotNeeded,
    StillWorking,
    SyncError,
    TimedOut,
    UpgradeNeeded,
    WrongPassword,
)
from app.wire.registers import RegisterEnrolment
from sync.gateways.office import Office, refusal
from sync.transport.stack import OfficeStack, build_stack
from tests.sync.toy_answers import captive_portal, corrupt, fail_afterwards, never, truncate
from tests.sync.toy_office import ToyOffice
from tests.toy_time import ToyTime


def answer(status: int, body: str = "") -> httpx.Response:
    return httpx.Response(status, content=body.encode())


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (answer(400, '{"code":"X","message":"y"}'), NotUnderstood),
        (answer(401, '{"code":"WRONG_PASSWORD","message":"y"}'), WrongPassword),
        (answer(401, '{"code":"SIGNATURE_FOREIGN","message":"y"}'), SignatureRefused),
        (answer(401, '{"code":"REGISTER_REVOKED","message":"y"}'), RegisterRevoked),
        (answer(409, '{"code":"DEVICE_KEY","message":"y"}'), NewKeyNotAllowed),
        (answer(403), NotAllowed),
        (answer(404), NotFound),
        (answer(408), ServerFailed),
        (answer(409, '{"code":"LANE_GAP","expected":3}'), LaneGapFound),
        (answer(409, '{"code":"IN_PROGRESS","message":"y"}'), StillWorking),
        (answer(409, '{"code":"EPOCH","message":"y"}'), EpochChanged),
        (answer(409, '{"code":"OTHER","message":"y"}'), Rejected),
        (answer(410), SnapshotNeeded),
        (answer(413), NotUnderstood),
        (answer(415), NotUnderstood),
        (answer(418), Rejected),
        (answer(422), NotUnderstood),
        (answer(426), UpgradeNeeded),
        (answer(429), ServerFailed),
        (answer(500), ServerFailed),
        (answer(507), ServerFailed),
    ],
)
def test_every_status_has_one_meaning(
    response: httpx.Response, kind: type[SyncError], toy_time: ToyTime
) -> None:
    assert type(refusal(response, toy_time.clock().now())) is kind


async def test_signing_in_signs_the_line_in(office: ToyOffice) -> None:
    stack = build_stack(office.url)
    session = await Office(stack.client).sign_in("amy", "right")
    assert stack.tokens.session == session
    await Office(stack.client).credit("C001")
    await stack.client.aclose()


async def test_a_wrong_password_signs_nobody_in(office: ToyOffice) -> None:
    stack = build_stack(office.url)
    with pytest.raises(WrongPassword) as refused:
        await Office(stack.client).sign_in("amy", "wrong")
    assert refused.value.advice.zh
    assert stack.tokens.session is None
    await stack.client.aclose()


async def test_the_live_credit_is_exact_money(line: OfficeStack) -> None:
    figures = await Office(line.client).credit("C001")
    assert figures.customer_id == "C001"
    assert figures.credit_available == Decimal(9900)


async def test_a_slow_credit_answer_is_not_waited_for(office: ToyOffice, line: OfficeStack) -> None:
    office.faults.append(("credit", never))
    with pytest.raises(TimedOut):
        await Office(line.client).credit("C001")
    assert len(office.asked("/internal")) == 1


@pytest.mark.parametrize("fault", [truncate, corrupt, captive_portal, fail_afterwards])
async def test_a_broken_answer_is_asked_for_again(
    office: ToyOffice, line: OfficeStack, fault: object
) -> None:
    office.faults.append(("changes", fault))  # type: ignore[arg-type] # the faults above
    page = await Office(line.client).changes(office.epoch, 0)
    assert page.complete
    assert len(office.asked("/v1/changes")) == 2


async def test_a_captive_portal_is_neither_an_answer_nor_a_refusal(
    office: ToyOffice, line: OfficeStack
) -> None:
    office.faults.extend([("changes", captive_portal)] * 4)
    with pytest.raises(BrokenAnswer):
        await Office(line.client).changes(office.epoch, 0)


async def test_a_pulled_cable_is_no_connection(line: OfficeStack) -> None:
    line.cable.pull()
    with pytest.raises(NoConnection):
        await Office(line.client).health()


async def test_health_needs_nobody_signed_in(office: ToyOffice, brisk: Clock) -> None:
    stack = build_stack(office.url, clock=brisk)
    assert (await Office(stack.client).health()).epoch == office.epoch
    await stack.client.aclose()


async def test_a_closed_office_is_unreachable(brisk: Clock) -> None:
    stack = build_stack("http://127.0.0.1:9", clock=brisk)
    with pytest.raises(NoConnection):
        await Office(stack.client).health()
    await stack.client.aclose()


async def test_a_path_the_office_does_not_know_is_a_definite_no(line: OfficeStack) -> None:
    with pytest.raises(NotFound):
        await Office(line.client).enrol(RegisterEnrolment(device_id=UUID(int=1), name="front"))


async def test_a_download_goes_on_where_it_broke_off(
    office: ToyOffice, line: OfficeStack, tmp_path: Path
) -> None:
    noise = "".join(random.Random(1).choices(string.printable, k=300_000))
    office.build_snapshot({"settings": [{"name": "noise", "body": noise, "v": 1}]})
    gateway, file = Office(line.client), tmp_path / "snapshot.zst"
    manifest = await gateway.snapshot_manifest()
    seen: list[int] = []

    def pull_the_cable(done: int) -> None:
        line.cable.pull()

    with pytest.raises(NoConnection):
        await gateway.download_snapshot(manifest, file, pull_the_cable)
    line.cable.plug_in()
    half = file.stat().st_size
    assert 0 < half < manifest.size
    await gateway.download_snapshot(manifest, file, seen.append)
    assert file.stat().st_size == manifest.size
    assert office.asked("/v1/snapshot/")[-1].headers["range"] == f"bytes={half}-"
    assert seen[-1] == manifest.size


async def test_a_file_that_changed_meanwhile_starts_from_the_beginning(
    office: ToyOffice, line: OfficeStack, tmp_path: Path
) -> None:
    file = tmp_path / "snapshot.zst"
    file.write_bytes(b"half of another file")
    file.with_suffix(".etag").write_text('"another"')
    manifest = await Office(line.client).snapshot_manifest()
    await Office(line.client).download_snapshot(manifest, file, lambda _: None)
    assert file.stat().st_size == manifest.size
