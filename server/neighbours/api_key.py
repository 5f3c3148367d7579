"""A bearer key on every request to an outside system (spec, External API Security)."""

import asyncio
from collections.abc import Callable

import httpx

from app.transport.errors import Unreachable


class ApiKeyTransport(httpx.AsyncBaseTransport):
    """Adds the key, looked for anew each time: a changed one needs no restart.

    Without a key nothing is sent, and `Unreachable` says which secret is missing.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, find: Callable[[], str | None]) -> None:
        self._inner = inner
        self._find = find

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on with the key."""
        key = await asyncio.to_thread(self._find)
        if not key:
            raise Unreachable("its API key is not among the secrets", retry_after=600)
        request.headers["authorization"] = f"Bearer {key}"
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close what is beneath."""
        await self._inner.aclose()
