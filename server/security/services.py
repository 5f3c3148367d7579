"""The services: other modules' machines, each with a key of its own that ends when it is revoked.

See docs/decisions/093-who-is-calling.md.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.transport.private_files import require_private, write_private
from server.refusals import Conflict, Malformed, NotFound

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_KEY_BYTES = 32


def checked_name(name: str) -> str:
    """The name of a service or server; raises `Malformed`."""
    if not _NAME.fullmatch(name):
        raise Malformed("NAME", "A name is 1-32 of a-z, 0-9, dot, dash, underscore.")
    return name


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as people and messages carry it: base64 of its 32 bytes."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def public_key_from(text: str) -> Ed25519PublicKey:
    """The key that `public_text` wrote; raises `Malformed`."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("PUBLIC_KEY", "A public key is the base64 of 32 bytes.") from error
    if len(raw) != _KEY_BYTES:
        raise Malformed("PUBLIC_KEY", "A public key is the base64 of 32 bytes (Ed25519).")
    return Ed25519PublicKey.from_public_bytes(raw)


def networks_from(texts: Sequence[str]) -> list[str]:
    """Networks in CIDR notation, as PostgreSQL takes them; raises `Malformed`."""
    try:
        return [str(ip_network(text)) for text in texts]
    except ValueError as error:
        raise Malformed("NETWORK", f"That is no network like 10.1.0.0/16: {error}.") from error


def key_file(folder: Path, name: str) -> Path:
    """Where the private key of a service lies that was made here."""
    return folder / "service-keys" / f"{name}.pem"


def make_key(file: Path) -> Ed25519PrivateKey:
    """A new key in a new file that only its owner can read; raises `Conflict` if it exists."""
    if file.exists():
        raise Conflict("KEY_EXISTS", f"{file} exists already; move it away first.")
    key = Ed25519PrivateKey.generate()
    write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def read_key(file: Path) -> Ed25519PrivateKey:
    """The private key in a file; raises `OSError` or `Malformed`."""
    require_private(file)
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except ValueError as error:
        raise Malformed("KEY_FILE", f"{file} holds no private key.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Malformed("KEY_FILE", f"{file} holds no Ed25519 key.")
    return key


async def add_service(
    connection: asyncpg.Connection,
    name: str,
    key: Ed25519PublicKey,
    *,
    neighbour: str = "",
    networks: Sequence[str] = (),
) -> None:
    """Let a service call us; raises `Malformed`, and `Conflict` when there is one by that name."""
    own = await connection.fetchval("SELECT name FROM server_identity")
    if checked_name(name) == own:
        raise Conflict("OWN_NAME", f"{name} is this server itself; see 'services name'.")
    done = await connection.execute(
        """INSERT INTO services (name, public_key, neighbour, networks)
           VALUES ($1, $2, $3, $4::text[]::cidr[])
           ON CONFLICT (name) DO UPDATE SET public_key = excluded.public_key, active = true,
               neighbour = excluded.neighbour, networks = excluded.networks
           WHERE NOT services.active""",
        *(name, key.public_bytes_raw(), neighbour, networks_from(networks)),
    )
    if done.endswith(" 0"):
        raise Conflict("SERVICE_EXISTS", f"There is a service {name} already; revoke it first.")


async def revoke_service(connection: asyncpg.Connection, name: str) -> None:
    """Believe a service no more, within a second on every machine; raises `NotFound`."""
    done = await connection.execute("UPDATE services SET active = false WHERE name = $1", name)
    if done.endswith(" 0"):
        raise NotFound("UNKNOWN_SERVICE", f"There is no service {name}.")


async def rename_server(connection: asyncpg.Connection, name: str) -> None:
    """Set the name under which this server speaks to others, and tokens are made out to it."""
    taken = await connection.fetchval("SELECT 1 FROM services WHERE name = $1", checked_name(name))
    if taken:
        raise Conflict("SERVICE_EXISTS", f"{name} is a service that calls us.")
    await connection.execute("UPDATE server_identity SET name = $1", name)
