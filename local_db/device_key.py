"""The register's key pair: with it the office knows which register speaks (Ed25519).

Derived from the database key, so that it is kept wherever that one is kept, comes back with every
backup that can be opened, and there is no second secret to lose. See docs/decisions/093.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSE = b"Lucky Gas Counter device key"


def device_key(database_key: str) -> Ed25519PrivateKey:
    """The private key of the register whose database has this key (in hexadecimal)."""
    derivation = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE)
    return Ed25519PrivateKey.from_private_bytes(derivation.derive(bytes.fromhex(database_key)))
