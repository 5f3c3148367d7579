"""Where a server stands: its database, its files, and who lives where around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from app.transport.trust import Trust
from server.neighbours.names import Neighbour, Urls, audiences_from


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server finds its database and keeps its files.

    With `prepares_snapshot` it builds a bootstrap file at once, else when the first one asks.
    `urls` are the neighbours that other processes keep; all others are built in. `audiences` are
    the names of the servers that keep them, `trust` says whose certificates are believed there.
    Only `trusted_proxies` may say whom they speak for. `rate_factor` stretches the rate limits.
    """

    dsn: str
    data_dir: Path
    prepares_snapshot: bool = False
    urls: Urls = field(default_factory=dict)
    audiences: Mapping[Neighbour, str] = field(default_factory=lambda: audiences_from({}))
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    trust: Trust | None = None
    rate_factor: float = 1.0
