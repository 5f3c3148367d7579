"""Signing in with the office, and from memory without it."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from app.services.session import OfficeOutOfReach, SessionDesk, SignInRefused, Station
from app.wire.codec import decode, encode
from app.wire.registers import Problem, RegisterEnrolment, RegisterLease, Role, Session, SignIn
from local_db.database import Database
from sync.gateways.office import Office
from sync.transport.stack import build_stack
from tests.services.conftest import KEY, MONDAY_TEN, answer


@dataclass
class SmallOffice:
    """Knows one person and lends code 7."""

    is_cut: bool = False
    asked: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    enrolments: list[RegisterEnrolment] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("cut", request=request)
        self.asked.append(request.url.path)
        if request.url.path == "/v1/registers":
            self.enrolments.append(decode(RegisterEnrolment, request.content))
            return answer(200, encode(LEASE))
        if request.method == "DELETE":
            self.ended.append(request.headers["authorization"])
            return answer(200, b"{}")
        if decode(SignIn, request.content).password != "right":
            return answer(401, encode(Problem(code="WRONG_PASSWORD", detail="no")))
        return answer(200, encode(SESSION))


LEASE = RegisterLease(
    register=7,
    install_epoch=1,
    shop_name="幸福氣體",
    shop_tax_id="04595257",
    shop_address="台北市",
    shop_phone="0227208889",
)
SESSION = Session(
    access_token="a",
    refresh_token="r",
    expires_in=300,
    username="mei",
    display_name="林小美",
    role=Role.CLERK,
)


def desk(path: Path, office: SmallOffice) -> SessionDesk:
    stack = build_stack("http://office.test", network=httpx.MockTransport(office))
    database = Database(path, KEY)
    station = Station("front", "cHVibGljIGtleQ==")
    return SessionDesk(database, Office(stack.client), stack.tokens, station, lambda: MONDAY_TEN)


async def test_the_first_sign_in_lends_the_counter_its_code(tmp_path: Path) -> None:
    session = desk(tmp_path, SmallOffice())
    person = await session.sign_in("mei", "right")
    assert (person.display_name, person.offline) == ("林小美", False)
    assert (session.register, session.shop_name) == (7, "幸福氣體")


async def test_the_office_is_told_which_counter_it_is_and_its_key(tmp_path: Path) -> None:
    office = SmallOffice()
    session = desk(tmp_path, office)
    for _ in range(2):
        await session.sign_in("mei", "right")
    first, again = office.enrolments
    assert first == again
    assert (first.name, first.public_key) == ("front", "cHVibGljIGtleQ==")


async def test_the_office_is_told_who_signed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.session.TRY_AGAIN_S", 0.0)
    office = SmallOffice()
    session = desk(tmp_path, office)
    await session.sign_in("mei", "right")
    session.sign_out()
    background = asyncio.create_task(session.confirm_later())
    async with asyncio.timeout(5):
        while not office.ended:  # noqa: ASYNC110 - the office has no event to wait for
            await asyncio.sleep(0)
    background.cancel()
    assert office.ended == ["Bearer a"]
    assert session.current is None


async def test_a_wrong_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SignInRefused):
        await desk(tmp_path, SmallOffice()).sign_in("mei", "wrong")


async def test_a_known_person_gets_in_while_the_office_is_out_of_reach(tmp_path: Path) -> None:
    office = SmallOffice()
    session = desk(tmp_path, office)
    await session.sign_in("mei", "right")
    session.sign_out()
    office.is_cut = True
    assert (await session.sign_in("mei", "right")).offline
    with pytest.raises(SignInRefused):
        await session.sign_in("mei", "wrong")


async def test_an_unknown_person_is_told_that_the_office_is_out_of_reach(tmp_path: Path) -> None:
    session = desk(tmp_path, SmallOffice(is_cut=True))
    with pytest.raises(OfficeOutOfReach):
        await session.sign_in("mei", "right")
