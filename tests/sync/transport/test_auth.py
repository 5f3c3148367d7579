import asyncio

import httpx
import pytest

from app.transport.errors import NoConnection, SignedOut
from app.wire.codec import encode
from app.wire.registers import Role, Session
from sync.transport.auth import REFRESH_PATH, AuthTransport, Tokens
from tests.toy_time import ToyTime


class TokenOffice:
    """Accepts the newest token only; counts refreshes."""

    def __init__(self) -> None:
        self.number = 1
        self.refreshed = 0
        self.ended = False
        self.unreachable = False
        self.held = asyncio.Event()
        self.held.set()
        self.bodies: list[bytes] = []

    def session(self) -> Session:
        return Session(
            access_token=f"a{self.number}",
            refresh_token=f"r{self.number}",
            expires_in=300,
            username="amy",
            display_name="Amy",
            role=Role.CLERK,
        )

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == REFRESH_PATH:
            return await self._refresh(request)
        self.bodies.append(request.content)
        good = request.headers["authorization"] == f"Bearer a{self.number}"
        return httpx.Response(200 if good else 401)

    async def _refresh(self, request: httpx.Request) -> httpx.Response:
        await self.held.wait()
        if self.unreachable:
            raise NoConnection("x")
        if self.ended or f"r{self.number}".encode() not in request.content:
            return httpx.Response(401)
        self.refreshed += 1
        self.number += 1
        return httpx.Response(200, content=encode(self.session()))


@pytest.fixture
def token_office() -> TokenOffice:
    return TokenOffice()


@pytest.fixture
def tokens(token_office: TokenOffice, toy_time: ToyTime) -> Tokens:
    tokens = Tokens(toy_time.clock())
    tokens.adopt(token_office.session())
    return tokens


@pytest.fixture
def auth(token_office: TokenOffice, tokens: Tokens, toy_time: ToyTime) -> AuthTransport:
    url = httpx.URL("http://office")
    return AuthTransport(httpx.MockTransport(token_office), tokens, url, toy_time.clock())


async def send(auth: AuthTransport, body: bytes = b"") -> int:
    request = httpx.Request("POST", "http://office/v1/outbox", content=body)
    return (await auth.handle_async_request(request)).status_code


def expire(office: TokenOffice, tokens: Tokens) -> None:
    """The register holds an access token that the office no longer takes."""
    current = office.session()
    stale = Session(
        access_token="stale",
        refresh_token=current.refresh_token,
        expires_in=300,
        username="amy",
        display_name="Amy",
        role=Role.CLERK,
    )
    tokens.adopt(stale)


async def test_an_expired_token_is_renewed_and_the_request_replayed(
    auth: AuthTransport, token_office: TokenOffice, tokens: Tokens
) -> None:
    expire(token_office, tokens)
    assert await send(auth, b"order") == 200
    assert token_office.bodies == [b"order", b"order"]


async def test_many_requests_share_one_refresh(
    auth: AuthTransport, token_office: TokenOffice, tokens: Tokens
) -> None:
    expire(token_office, tokens)
    assert await asyncio.gather(*(send(auth) for _ in range(8))) == [200] * 8
    assert token_office.refreshed == 1


async def test_a_refused_refresh_ends_the_session(
    auth: AuthTransport, token_office: TokenOffice, tokens: Tokens
) -> None:
    expire(token_office, tokens)
    token_office.ended = True
    heard: list[Session | None] = []
    tokens.listen(heard.append)
    with pytest.raises(SignedOut):
        await send(auth)
    assert tokens.session is None
    assert heard == [None]
    with pytest.raises(SignedOut):
        await send(auth)
    assert len(token_office.bodies) == 1  # nothing is sent without a session


async def test_an_unreachable_refresh_keeps_the_session(
    auth: AuthTransport, token_office: TokenOffice, tokens: Tokens
) -> None:
    expire(token_office, tokens)
    token_office.unreachable = True
    with pytest.raises(NoConnection):
        await send(auth)
    assert tokens.session is not None


async def test_a_caller_that_gives_up_does_not_lose_the_new_token(
    auth: AuthTransport, token_office: TokenOffice, tokens: Tokens
) -> None:
    expire(token_office, tokens)
    token_office.held.clear()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await send(auth)
    token_office.held.set()
    assert await send(auth) == 200
    assert token_office.refreshed == 1


async def test_a_token_is_renewed_in_the_background_at_60_percent_of_its_life(
    auth: AuthTransport, token_office: TokenOffice, tokens: Tokens, toy_time: ToyTime
) -> None:
    await toy_time.sleep(179)
    await send(auth)
    assert not tokens.is_ageing
    await toy_time.sleep(2)
    renewed = asyncio.Event()
    tokens.listen(lambda _: renewed.set())
    token_office.held.clear()
    assert await send(auth) == 200  # does not wait for the refresh
    token_office.held.set()
    async with asyncio.timeout(5):
        await renewed.wait()
    assert tokens.session == token_office.session()


async def test_nobody_signed_in_means_nothing_is_sent(auth: AuthTransport, tokens: Tokens) -> None:
    tokens.adopt(None)
    with pytest.raises(SignedOut):
        await send(auth)


async def test_a_refused_signature_signs_nobody_out(tokens: Tokens, toy_time: ToyTime) -> None:
    asked: list[str] = []

    def office(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(401, json={"code": "SIGNATURE_FOREIGN", "message": ""})

    url = httpx.URL("http://office")
    auth = AuthTransport(httpx.MockTransport(office), tokens, url, toy_time.clock())
    assert await send(auth) == 401
    assert asked == ["/v1/outbox"]
    assert tokens.session is not None
