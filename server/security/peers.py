"""Who is at the other end of a TLS connection: shown to the application, for HTTP and WebSocket.

uvicorn checks client certificates but keeps them to itself. Here they come into the scope as the
ASGI TLS extension says: `scope["extensions"]["tls"]`.
"""

import asyncio
import ssl
from collections.abc import MutableMapping
from typing import Any, NamedTuple

from cryptography import x509
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from server.security.certificates import name_of

Extension = dict[object, object]
VERSIONS = {"TLSv1.2": 0x0303, "TLSv1.3": 0x0304}


class Peer(NamedTuple):
    """A client that has proved its name by a certificate; `serial` is that certificate's number."""

    name: str
    serial: int


def peer_of(scope: MutableMapping[str, Any]) -> Peer | None:
    """The client of a request or socket; None without TLS, or when it showed no certificate."""
    chain = scope.get("extensions", {}).get("tls", {}).get("client_cert_chain")
    if not chain:
        return None
    certificate = x509.load_pem_x509_certificate(chain[0].encode())
    return Peer(name_of(certificate), certificate.serial_number)


def describe(transport: asyncio.BaseTransport) -> Extension | None:
    """The ASGI TLS extension of a connection; None without TLS."""
    connection: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
    if connection is None:
        return None
    der = connection.getpeercert(binary_form=True)
    cipher = connection.cipher()
    ciphers = {one["name"]: one["id"] & 0xFFFF for one in connection.context.get_ciphers()}
    return {
        "server_cert": None,
        "client_cert_chain": [ssl.DER_cert_to_PEM_cert(der)] if der else [],
        "client_cert_name": (
            x509.load_der_x509_certificate(der).subject.rfc4514_string() if der else None
        ),
        "client_cert_error": None,
        "tls_version": VERSIONS.get(connection.version() or ""),
        "cipher_suite": ciphers.get(cipher[0]) if cipher else None,
    }


class HttpProtocol(HttpToolsProtocol):
    """HTTP requests that say who sent them."""

    tls: Extension | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn
        """Look at the certificate once."""
        super().connection_made(transport)
        self.tls = describe(transport)

    def on_message_begin(self) -> None:
        """Put it into each request's scope."""
        super().on_message_begin()
        if self.tls is not None:
            self.scope["extensions"] = {"tls": self.tls}


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """WebSockets that say who opened them."""

    tls: Extension | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Look at the certificate once."""
        super().connection_made(transport)
        self.tls = describe(transport)

    def handle_connect(self, event: Request) -> None:
        """Put it into the scope, before the application's task gets its first turn."""
        super().handle_connect(event)
        if self.tls is not None and self.response.status_code == 101:
            self.scope["extensions"]["tls"] = self.tls


def drop(connections: set[Any], serials: frozenset[int]) -> int:
    """Cut the connections of these certificates; how many there were."""
    cut = 0
    for connection in tuple(connections):
        tls = getattr(connection, "tls", None)
        peer = peer_of({"extensions": {"tls": tls}}) if tls else None
        if peer is not None and peer.serial in serials:
            connection.transport.abort()
            cut += 1
    return cut
