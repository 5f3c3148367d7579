"""Who is signed in: bearer tokens on every request, renewed by one refresh at a time.

The access token is renewed in the background from 60 % of its life on, or when the server says
401; the request is then sent again, so that no message ever fails for an expired token.
"""

import asyncio
from collections.abc import Callable

import httpx

from app.transport.clocks import SYSTEM_CLOCK, Clock
from app.transport.errors import BrokenAnswer, ServerFailed, SignedOut
from app.wire.codec import MalformedMessage, decode, encode
from app.wire.registers import Problem, RefreshSession, Session

REFRESH_AT = 0.6
PAUSE_AFTER_FAILURE = 5.0
SIGN_IN_PATH = "/v1/session"
REFRESH_PATH = "/v1/session/refresh"


class Tokens:
    """The session of the person at this register; in memory only."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._session: Session | None = None
        self._since = 0.0
        self._listeners: list[Callable[[Session | None], None]] = []

    @property
    def session(self) -> Session | None:
        """Who is signed in, if anybody."""
        return self._session

    @property
    def is_ageing(self) -> bool:
        """Whether the access token has used up 60 % of its life."""
        if self._session is None:
            return False
        age = self._clock.monotonic() - self._since
        return age >= self._session.expires_in * REFRESH_AT

    def adopt(self, session: Session | None) -> None:
        """Take over a new session; None signs out."""
        self._session = session
        self._since = self._clock.monotonic()
        for callback in tuple(self._listeners):
            callback(session)

    def listen(self, callback: Callable[[Session | None], None]) -> Callable[[], None]:
        """Call back with every new session, None when it ended; the result ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)


class AuthTransport(httpx.AsyncBaseTransport):
    """Adds the token, renews it, replays the request once after a 401."""

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        tokens: Tokens,
        base_url: httpx.URL,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._inner = inner
        self._tokens = tokens
        self._refresh_url = f"{str(base_url).rstrip('/')}{REFRESH_PATH}"
        self._clock = clock
        self._refreshing: asyncio.Task[Session] | None = None
        self._not_before = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request as the signed-in person; `SignedOut` when there is none."""
        if request.extensions.get("anonymous"):
            return await self._anonymous(request)
        token = await self.access_token()
        response = await self._send(request, token)
        if response.status_code != 401 or await _is_about_signature(response):
            return response
        await response.aclose()
        fresh = await self._replacement(token)
        response = await self._send(request, fresh)
        if response.status_code == 401 and not await _is_about_signature(response):
            if self._tokens.session is not None and self._tokens.session.access_token == fresh:
                self._tokens.adopt(None)
            raise SignedOut("the server does not accept a fresh token")
        return response

    async def access_token(self) -> str:
        """The token to use now; starts a renewal in the background when it is ageing."""
        session = self._tokens.session
        if session is None:
            raise SignedOut("nobody is signed in")
        if self._tokens.is_ageing and self._clock.monotonic() >= self._not_before:
            self._refresh()
        return session.access_token

    async def renew(self) -> None:
        """Fetch a fresh token and wait for it; `SignedOut` when the session has ended."""
        await asyncio.shield(self._refresh())

    async def _replacement(self, refused: str) -> str:
        session = self._tokens.session
        if session is not None and session.access_token != refused:
            return session.access_token
        return (await asyncio.shield(self._refresh())).access_token

    def _refresh(self) -> asyncio.Task[Session]:
        # A task of its own: a refresh token works once, so a caller that is cancelled in
        # between must not throw the answer away.
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._fetch(), name="refresh session")
            self._refreshing.add_done_callback(self._refreshed)
        return self._refreshing

    def _refreshed(self, task: "asyncio.Task[Session]") -> None:
        if not task.cancelled() and task.exception() is not None:
            self._not_before = self._clock.monotonic() + PAUSE_AFTER_FAILURE

    async def _fetch(self) -> Session:
        session = self._tokens.session
        if session is None:
            raise SignedOut("nobody is signed in")
        body = encode(RefreshSession(refresh_token=session.refresh_token))
        headers = {"content-type": "application/json", "accept-encoding": "identity"}
        extensions = {"operation": "session"}
        request = httpx.Request(
            "POST", self._refresh_url, content=body, headers=headers, extensions=extensions
        )
        response = await self._inner.handle_async_request(request)
        if response.status_code >= 500:
            raise ServerFailed(response.status_code, "refresh")
        # An answer about an old session must not overtake whoever has signed in or out since.
        is_present = self._tokens.session is session
        if response.status_code != 200:
            if is_present:
                self._tokens.adopt(None)
            raise SignedOut("the session has ended")
        fresh = _session(response)
        if not is_present:
            raise SignedOut("somebody else has signed in or out")
        self._tokens.adopt(fresh)
        return fresh

    async def _anonymous(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        is_sign_in = request.method == "POST" and request.url.path.endswith(SIGN_IN_PATH)
        if is_sign_in and response.status_code == 200:
            self._tokens.adopt(_session(response))
        return response

    async def _send(self, request: httpx.Request, token: str) -> httpx.Response:
        request.headers["authorization"] = f"Bearer {token}"
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Stop a renewal that is under way and close what is beneath."""
        if self._refreshing is not None and not self._refreshing.done():
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)
        await self._inner.aclose()


async def _is_about_signature(response: httpx.Response) -> bool:
    """Whether the register is not believed, which no fresh token of the person's would mend."""
    try:
        return decode(Problem, await response.aread()).code.startswith("SIGNATURE_")
    except MalformedMessage:
        return False


def _session(response: httpx.Response) -> Session:
    try:
        return decode(Session, response.content)
    except MalformedMessage as error:
        raise BrokenAnswer(str(error)) from error
