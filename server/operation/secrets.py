"""Where a secret is found: never on the command line, never in a log.

See docs/decisions/098-secrets-are-named.md.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit

from app.transport.private_files import require_private, write_private
from server.refusals import Malformed, NotFound

SERVICE = "luckygas-server"
FOLDER = "secrets"
LONGEST = 16_384
DATABASE_URL = "DATABASE_URL"
DATABASE_PASSWORD = "DATABASE_PASSWORD"
METRICS_TOKEN = "METRICS_TOKEN"
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


class Keyring(Protocol):
    """What an operating system's key store offers."""

    def get_password(self, service: str, username: str) -> str | None:
        """The secret, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a secret."""


class Secrets:
    """Looks in systemd's credentials, then in the data folder's files, then in the keyring."""

    def __init__(
        self,
        data_dir: Path,
        environment: Mapping[str, str] | None = None,
        keyring: Keyring | None = None,
    ) -> None:
        given = os.environ if environment is None else environment
        credentials = given.get("CREDENTIALS_DIRECTORY", "")
        self._folder = data_dir / FOLDER
        self._credentials = Path(credentials) if credentials else None
        self._keyring = keyring

    def in_files(self, name: str) -> str | None:
        """From a credential or a file; quick. Raises `OpenToOthers` when others may read it."""
        _check(name)
        if self._credentials is not None and (self._credentials / name).is_file():
            return _text(self._credentials / name)  # the service manager guards that folder
        file = self._folder / name
        if not file.is_file():
            return None
        require_private(file)
        return _text(file)

    def find(self, name: str) -> str | None:
        """From wherever it is, else None. Raises `OpenToOthers`; may take half a second."""
        found = self.in_files(name)
        if found is not None:
            return found
        from keyring.errors import KeyringError

        store = self._store()
        try:
            return store.get_password(SERVICE, name) if store else None
        except KeyringError:
            return None

    def require(self, name: str) -> str:
        """The same, but raises `NotFound` with what to do."""
        found = self.find(name)
        if found is None:
            raise NotFound(
                "SECRET_MISSING",
                f"The secret {name} is not set. Set it with: luckygas-server secrets set {name}",
            )
        return found

    def keep(self, name: str, value: str) -> str:
        """Keep a secret in the keyring, or in a file for this user only; where it is now."""
        _check(name)
        if not value or len(value) > LONGEST:
            raise Malformed("SECRET", f"A secret has 1 to {LONGEST} characters.")
        if self._keyring_keeps(name, value):
            (self._folder / name).unlink(missing_ok=True)  # or it would be found first
            return "the keyring"
        write_private(self._folder / name, value.encode())
        return str(self._folder / name)

    def _keyring_keeps(self, name: str, value: str) -> bool:
        """Whether the store really keeps it: it is read back before it is trusted."""
        from keyring.errors import KeyringError

        store = self._store()
        if store is None:
            return False
        try:
            store.set_password(SERVICE, name, value)
            return store.get_password(SERVICE, name) == value
        except KeyringError:
            return False

    def _store(self) -> Keyring | None:
        if self._keyring is not None:
            return self._keyring
        import keyring  # late: half a second on some systems

        backend = keyring.get_keyring()
        # Below 1 are backends that refuse, forget, or write plain text.
        return backend if backend.priority >= 1 else None


def database_address(environment: Mapping[str, str], secrets: Secrets) -> str:
    """`DATABASE_URL` of environment or files, completed by the secret `DATABASE_PASSWORD`.

    Empty when the server keeps its own PostgreSQL. Raises `OpenToOthers`.
    """
    url = environment.get(DATABASE_URL) or secrets.in_files(DATABASE_URL) or ""
    parts = urlsplit(url)
    if not parts.username or parts.password is not None:
        return url
    password = secrets.find(DATABASE_PASSWORD)
    if password is None:
        return url
    user, _, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{host}"))


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise Malformed("SECRET_NAME", "A secret's name is like SMS_API_KEY.")


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8").rstrip("\r\n")
