"""The demonstration's network cable: a switch that cuts every conversation with the office."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import cast

import httpx


class Cable:
    """Plugged in at first; `listen` hears every change at once."""

    def __init__(self) -> None:
        self._pulled = asyncio.Event()
        self._listeners: list[Callable[[bool], None]] = []

    @property
    def is_plugged(self) -> bool:
        """Whether anything gets through."""
        return not self._pulled.is_set()

    def pull(self) -> None:
        """Cut everything, also what is on its way."""
        if self.is_plugged:
            self._pulled.set()
            self._tell()

    def plug_in(self) -> None:
        """Let everything through again."""
        if not self.is_plugged:
            self._pulled.clear()
            self._tell()

    async def wait_pulled(self) -> None:
        """Return as soon as the cable is out."""
        await self._pulled.wait()

    def listen(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """Call back with True (plugged in) or False (pulled); the result ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def _tell(self) -> None:
        for callback in tuple(self._listeners):
            callback(self.is_plugged)


class CableTransport(httpx.AsyncBaseTransport):
    """Fails like a network without a cable while the cable is pulled, in mid-request too."""

    def __init__(self, inner: httpx.AsyncBaseTransport, cable: Cable) -> None:
        self._inner = inner
        self._cable = cable

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on unless, and only as long as, the cable is plugged in."""
        if not self._cable.is_plugged:
            raise httpx.ConnectError("the cable is unplugged", request=request)
        exchange = asyncio.ensure_future(self._inner.handle_async_request(request))
        cut = asyncio.ensure_future(self._cable.wait_pulled())
        try:
            await asyncio.wait({exchange, cut}, return_when=asyncio.FIRST_COMPLETED)
            if not exchange.done():
                raise httpx.ReadError("the cable was pulled", request=request)
        finally:
            cut.cancel()
            exchange.cancel()
            await asyncio.gather(exchange, cut, return_exceptions=True)
        response = exchange.result()
        return httpx.Response(
            status_code=response.status_code,
            headers=response.headers,
            stream=_CutStream(response, self._cable),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close what is beneath."""
        await self._inner.aclose()


class _CutStream(httpx.AsyncByteStream):
    """A body that breaks off when the cable is pulled."""

    def __init__(self, response: httpx.Response, cable: Cable) -> None:
        self._stream = cast(httpx.AsyncByteStream, response.stream)
        self._cable = cable

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            if not self._cable.is_plugged:
                raise httpx.ReadError("the cable was pulled")
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()
