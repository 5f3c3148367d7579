"""What the running server consists of, for whoever answers a request."""

from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import cast

import asyncpg
from starlette.requests import HTTPConnection

from server.feed.hub import Hub
from server.feed.snapshots import Snapshots
from server.neighbours.lines import Lines
from server.operation.secrets import Secrets
from server.security.callers import Callers
from server.security.directory import Directory
from server.security.rates import Rates
from server.security.sessions import Tokens


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one running server."""

    pool: asyncpg.Pool
    tokens: Tokens
    hub: Hub
    snapshots: Snapshots
    lines: Lines
    directory: Directory
    callers: Callers
    secrets: Secrets
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    rates: Rates = field(default_factory=Rates)


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the server that got this request or socket."""
    return cast(Parts, connection.app.state.parts)
