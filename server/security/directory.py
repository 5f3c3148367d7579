"""Whom the server knows: keys of services and registers, and sessions that have ended.

Each process keeps a copy in memory that follows the database within half a second, so that no
request waits for the database to learn who sends it, and a revocation holds on all machines.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from uuid import UUID

import asyncpg
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.transport.service_auth import ServiceIdentity
from app.transport.signing import register_key_id
from server.security.keys import own_identity

POLL_S = 0.5
PRUNE_EVERY = 120  # polls
# Access tokens live for five minutes and are forgiven thirty seconds.
REMEMBERED = "6 minutes"
TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Service:
    """Another module's machine; without networks it may call from anywhere."""

    name: str
    key: Ed25519PublicKey
    neighbour: str
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    active: bool = True

    def may_call_from(self, address: str) -> bool:
        """Whether the address lies in one of its networks."""
        try:
            caller = ip_address(address)
        except ValueError:
            return not self.networks
        return not self.networks or any(caller in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class KnownRegister:
    """A register; the key is None until it has enrolled with one."""

    device_id: UUID
    key: Ed25519PublicKey | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """Everything of the directory at one moment.

    Registers are found by their `keyid`; `ended` says why a session is over.
    """

    version: int
    own: ServiceIdentity
    services: dict[str, Service] = field(default_factory=dict)
    registers: dict[str, KnownRegister] = field(default_factory=dict)
    ended: dict[UUID, str] = field(default_factory=dict)


class Directory:
    """The copy: `now` is what is known, `changed` is set at the next change; `run` follows."""

    def __init__(self, pool: asyncpg.Pool, known: Known) -> None:
        self.now = known
        self._pool = pool
        self.changed = asyncio.Event()
        self._looking = asyncio.Lock()

    @classmethod
    async def opened(cls, pool: asyncpg.Pool) -> "Directory":
        """A directory that is filled already."""
        async with pool.acquire() as connection:
            return cls(pool, await _load(connection))

    async def refresh(self) -> None:
        """Read again now if anything has changed; for whoever has just changed it, or misses it."""
        # One at a time, so that a slow look never undoes what a later one has found.
        async with self._looking, self._pool.acquire() as connection:
            version = await connection.fetchval("SELECT version FROM callers_version")
            if version != self.now.version:
                self.now = await _load(connection)
                self.changed.set()
                self.changed = asyncio.Event()

    async def run(self) -> None:
        """Follow the database until cancelled; outlives one that is away for a while."""
        polls = 0
        is_in_trouble = False
        while True:
            await asyncio.sleep(POLL_S)
            polls += 1
            try:
                await self.refresh()
                if polls % PRUNE_EVERY == 0:
                    await self._prune()
                is_in_trouble = False
            except TROUBLE as error:
                if not is_in_trouble:
                    _log.warning("callers can not be read", error=type(error).__name__)
                is_in_trouble = True

    async def _prune(self) -> None:
        await self._pool.execute("DELETE FROM used_nonces WHERE expires_at < now()")
        await self._pool.execute(
            "DELETE FROM sign_in_failures WHERE last_at < now() - interval '1 day'"
        )


async def _load(connection: asyncpg.Connection) -> Known:
    # The version first: a change in between is then seen by the next look.
    version = await connection.fetchval("SELECT version FROM callers_version")
    services = await connection.fetch("SELECT * FROM services")
    registers = await connection.fetch("SELECT device_id, public_key, revoked_at FROM registers")
    ended = await connection.fetch(
        f"""SELECT s.session_id, r.revoked_at IS NOT NULL AS with_register
            FROM sessions s LEFT JOIN registers r USING (device_id)
            WHERE s.revoked_at > now() - interval '{REMEMBERED}'"""
    )
    return Known(
        version,
        await own_identity(connection),
        {row["name"]: _service(row) for row in services},
        {register_key_id(row["device_id"]): _register(row) for row in registers},
        {
            row["session_id"]: "REGISTER_REVOKED" if row["with_register"] else "SESSION_ENDED"
            for row in ended
        },
    )


def _service(row: asyncpg.Record) -> Service:
    return Service(
        row["name"],
        Ed25519PublicKey.from_public_bytes(row["public_key"]),
        row["neighbour"],
        tuple(ip_network(str(network)) for network in row["networks"]),
        row["active"],
    )


def _register(row: asyncpg.Record) -> KnownRegister:
    key = Ed25519PublicKey.from_public_bytes(row["public_key"]) if row["public_key"] else None
    return KnownRegister(row["device_id"], key, row["revoked_at"])
