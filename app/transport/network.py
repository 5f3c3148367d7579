"""The network itself, beneath every other transport: encrypted, or refused."""

import ssl

import httpx

from app.transport.trust import Trust

LIMITS = httpx.Limits(keepalive_expiry=60)


class NetworkTransport(httpx.AsyncBaseTransport):
    """Connections that believe whom `trust` believes; see `Trust.check`."""

    def __init__(self, trust: Trust, limits: httpx.Limits = LIMITS) -> None:
        self._trust = trust
        self._limits = limits
        self._plain: httpx.AsyncHTTPTransport | None = None
        self._encrypted: httpx.AsyncHTTPTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; raises `httpx.TransportError`, `NotEncrypted` or `UntrustedClient`."""
        inner = self._inner_for(self._trust.context_for(request.url))
        try:
            return await inner.handle_async_request(request)
        except ssl.SSLError as error:  # httpx lets those pass that come after the handshake
            raise httpx.ReadError(str(error), request=request) from error

    def _inner_for(self, context: ssl.SSLContext | None) -> httpx.AsyncHTTPTransport:
        if context is not None:
            if self._encrypted is None:
                self._encrypted = httpx.AsyncHTTPTransport(verify=context, limits=self._limits)
            return self._encrypted
        if self._plain is None:
            believes_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._plain = httpx.AsyncHTTPTransport(verify=believes_nobody, limits=self._limits)
        return self._plain

    async def aclose(self) -> None:
        """Close every connection."""
        for inner in (self._plain, self._encrypted):
            if inner is not None:
                await inner.aclose()
