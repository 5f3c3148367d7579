"""Runs the server until it is told to stop."""

import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import asyncpg
import structlog
import uvicorn
from fastapi import FastAPI

from server.app import create_app
from server.database.shop import shop_database
from server.neighbours.names import audiences_from, trust_from, urls_from
from server.place import Place
from server.sample.loading import load_sample
from server.security import peers
from server.security.tls import LOOKS_EVERY_S, ServerTls
from server.security.tls_options import TlsOptions

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve; port 0 takes a free one, `sample` customers are made up in an empty shop.

    `environment` names neighbours that are kept elsewhere, and proxies (docs: administration).
    """

    host: str
    port: int
    data_dir: Path
    database_url: str = ""
    sample: int = 0
    tls: TlsOptions | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again and end before PostgreSQL is stopped."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell when requests are accepted."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take nothing over."""
        yield


async def serve(options: ServeOptions, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `announce` gets the address once requests are accepted.

    Raises `PostgresUnavailable`, `AlreadyServed`, or `OSError` when the port is taken or a
    certificate's file is no good.
    """
    tls = None if options.tls is None else ServerTls(options.tls)
    # The port first: when it is taken, nothing else has happened.
    with listening_socket(options.host, options.port) as listening:
        async with shop_database(options.database_url, options.data_dir, must_own=True) as dsn:
            if options.sample:
                await _ensure_sample(dsn, options.sample)
            place = place_in(options.environment, dsn, options.data_dir)
            await _run(place, tls, listening, announce)


def place_in(environment: Mapping[str, str], dsn: str, data_dir: Path) -> Place:
    """Where this server stands, by its environment; raises `ValueError` for an unclear network."""
    proxies = environment.get("LUCKYGAS_TRUSTED_PROXIES", "").replace(",", " ").split()
    return Place(
        dsn,
        data_dir,
        prepares_snapshot=True,
        urls=urls_from(environment),
        audiences=audiences_from(environment),
        trust=trust_from(environment),
        trusted_proxies=tuple(ip_network(proxy) for proxy in proxies),
        rate_factor=float(environment.get("LUCKYGAS_RATE_FACTOR", "1")),
    )


async def _run(
    place: Place,
    tls: ServerTls | None,
    listening: socket.socket,
    announce: Callable[[str], None],
) -> None:
    def started() -> None:
        host, port = listening.getsockname()[:2]
        scheme = "http" if tls is None else "https"
        _log.info("ready", port=port, scheme=scheme)
        announce(f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}")

    server = server_at(place, started, tls)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: setattr(server, "should_exit", True))
    await server.serve(sockets=[listening])
    if not server.started:
        raise RuntimeError("The server could not start; see the log above.")


def server_at(
    place: Place, on_started: Callable[[], None], tls: ServerTls | None = None
) -> uvicorn.Server:
    """The server for this place, to be run with `serve(sockets=...)`; set `should_exit` to end."""
    return serve_app(create_app(place), on_started, tls)


def serve_app(
    app: FastAPI, on_started: Callable[[], None], tls: ServerTls | None = None
) -> uvicorn.Server:
    """The server for this application; with `tls` it speaks nothing else."""
    app.state.tls = tls

    async def look_at_certificates() -> None:
        if tls is not None and tls.refresh():
            peers.drop(server.server_state.connections, tls.revoked)

    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            http=peers.HttpProtocol,
            ws=peers.WebSocketProtocol,
            ws_max_size=1_000_000,
            ws_ping_interval=10,
            ws_ping_timeout=5,
            timeout_graceful_shutdown=5,
            server_header=False,
            proxy_headers=False,  # whom proxies speak for is decided by trusted_proxies
            ssl_context_factory=None if tls is None else lambda *_: tls.context,
            callback_notify=look_at_certificates,
            timeout_notify=LOOKS_EVERY_S,
        ),
        on_started,
    )
    return server


async def _ensure_sample(dsn: str, count: int) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        if await load_sample(connection, count):
            _log.info("sample shop made", customers=count)
    finally:
        await connection.close()


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises `OSError` when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or else asyncio does not recognise it and every answer waits 40 ms (Nagle).
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening
