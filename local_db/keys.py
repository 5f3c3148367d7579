"""The database key: in the operating system's key store, else in a file of the profile.

`key.json` in the profile says where the key is kept, so that a key store which does not answer
today never leads to a second key. See docs/decisions/041-keys.md.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from local_db.connections import refusal
from local_db.database import ORDERS_FILE
from local_db.errors import KeyUnavailable
from local_db.files import sync_directory

KEY_FILE = "key.json"
SERVICE = "Lucky Gas Counter"
KEYRING = "keyring"
FILE = "file"
_NEEDED = {KEYRING: "name", FILE: "key"}
_KEY_BYTES = 32


class KeyStore(Protocol):
    """What `keyring` backends offer."""

    def get_password(self, service: str, username: str) -> str | None:
        """The kept secret; None when there is none."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""


@dataclass(frozen=True, slots=True)
class KeyHandle:
    """The key, and where it is kept: "keyring", or "file" (readable by this user only)."""

    key: str
    kept_in: str


def database_key(profile: Path, store: KeyStore | None = None) -> KeyHandle:
    """The profile's key; a new one is made only for a profile that has no orders yet.

    `store` is the machine's key store unless given. Raises `KeyUnavailable` with what to do.
    """
    store = store or system_store()
    try:
        profile.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _key_of(profile, store)
    except OSError as error:
        raise refusal(error) or error from error


def _key_of(profile: Path, store: KeyStore | None) -> KeyHandle:
    marker = profile / KEY_FILE
    if marker.exists():
        return _kept(_read(marker), store)
    if (profile / ORDERS_FILE).exists():
        raise KeyUnavailable(
            f"{KEY_FILE} is missing beside {ORDERS_FILE}. Bring it back from a backup of the "
            "profile folder; no new key is made for existing orders.",
            f"{ORDERS_FILE} 旁邊的 {KEY_FILE} 不見了。請從備份還原；已有訂單時不會另產生新金鑰。",
        )
    return _new(marker, store)


def _read(marker: Path) -> dict[str, str]:
    """Where the key is kept; it is never guessed from a file that says no such thing."""
    try:
        content = json.loads(marker.read_bytes())
    except ValueError:
        content = None
    needed = _NEEDED.get(str(content.get("kept_in"))) if isinstance(content, dict) else None
    if needed is None or needed not in content:
        raise KeyUnavailable(
            f"{KEY_FILE} is damaged. Bring it back from a backup of the profile folder; no new key "
            "is made for existing orders.",
            f"{KEY_FILE} 已損壞。請從備份還原；已有訂單時不會另產生新金鑰。",
        )
    return dict(content)


def system_store() -> KeyStore | None:
    """The key store of this operating system; None when the machine has none."""
    import keyring  # late: half a second on some systems, and only needed once

    backend = keyring.get_keyring()
    # Below 1 are backends that refuse, forget, or write plain text.
    return backend if backend.priority >= 1 else None


def _kept(marker: dict[str, str], store: KeyStore | None) -> KeyHandle:
    if marker["kept_in"] == FILE:
        return KeyHandle(marker["key"], FILE)
    key = _asked(store, marker["name"])
    if key is None:
        raise KeyUnavailable(
            "The key of this register's orders lies in the operating system's key store, which "
            "does not give it out. Sign in as the user who set the register up, unlock the key "
            "store and start again; no new key is made for existing orders.",
            "訂單的金鑰存放在作業系統的金鑰庫，目前無法取出。請改用當初設定本機的使用者登入、"
            "解鎖金鑰庫後重新啟動；已有訂單時不會另產生新金鑰。",
        )
    return KeyHandle(key, KEYRING)


def _new(marker: Path, store: KeyStore | None) -> KeyHandle:
    key, name = secrets.token_hex(_KEY_BYTES), f"profile {secrets.token_hex(8)}"
    if _keeps(store, name, key):
        _write(marker, {"kept_in": KEYRING, "name": name})
        return KeyHandle(key, KEYRING)
    _write(marker, {"kept_in": FILE, "key": key})
    return KeyHandle(key, FILE)


def _asked(store: KeyStore | None, name: str) -> str | None:
    from keyring.errors import KeyringError

    try:
        return store.get_password(SERVICE, name) if store else None
    except KeyringError:
        return None


def _keeps(store: KeyStore | None, name: str, key: str) -> bool:
    """Whether the store really keeps the key: it is read back before it is trusted."""
    from keyring.errors import KeyringError

    if store is None:
        return False
    try:
        store.set_password(SERVICE, name, key)
    except KeyringError:
        return False
    return _asked(store, name) == key


def _write(marker: Path, content: dict[str, str]) -> None:
    """All or nothing, readable by this user only."""
    new = marker.with_name(f"{marker.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(marker)
    sync_directory(marker.parent)
