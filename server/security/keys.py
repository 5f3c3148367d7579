"""The server's own key pair: with it the server says to other servers who it is."""

import secrets

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.transport.service_auth import ServiceIdentity

_KEY_NAME = "signing key"


async def own_identity(connection: asyncpg.Connection) -> ServiceIdentity:
    """Who this server is to itself and its neighbours; the key is made once per database."""
    await connection.execute(
        "INSERT INTO server_keys VALUES ($1, $2) ON CONFLICT DO NOTHING",
        *(_KEY_NAME, secrets.token_bytes(32)),
    )
    seed = await connection.fetchval("SELECT value FROM server_keys WHERE name = $1", _KEY_NAME)
    name = await connection.fetchval("SELECT name FROM server_identity")
    return ServiceIdentity(name, Ed25519PrivateKey.from_private_bytes(seed), audience=name)
