"""The register's key comes with the database key, and nothing else is needed to have it back."""

from pathlib import Path

from local_db.database import Database
from local_db.device_key import device_key
from local_db.identity import ensure_identity

KEY = "5a" * 32


def test_the_same_database_has_the_same_key_for_ever() -> None:
    first, again = device_key(KEY), device_key(KEY)
    assert first.private_bytes_raw() == again.private_bytes_raw()
    assert first.private_bytes_raw() != device_key("5b" * 32).private_bytes_raw()
    assert first.private_bytes_raw() != bytes.fromhex(KEY)


def test_an_installation_is_the_same_one_at_every_start(tmp_path: Path) -> None:
    identities = set()
    for _ in range(2):
        database = Database(tmp_path, KEY)
        identities |= {ensure_identity(database), ensure_identity(database)}
        database.close()
    assert len(identities) == 1
