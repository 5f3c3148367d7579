"""Secrets are found in three places, in order, and never where others may read them."""

import stat
import sys
from pathlib import Path

import pytest

from app.transport.private_files import OpenToOthers
from server.operation.secrets import SERVICE, Secrets, database_address
from server.refusals import Malformed, NotFound


class Store:
    """A key store that keeps what it is given, or forgets it."""

    def __init__(self, *, forgets: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self._forgets = forgets

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if not self._forgets:
            self.kept[service, username] = password


def test_a_secret_is_kept_in_the_keyring_when_there_is_one(tmp_path: Path) -> None:
    store = Store()
    secrets = Secrets(tmp_path, {}, store)
    assert secrets.keep("SMS_API_KEY", "s3cret") == "the keyring"
    assert store.kept == {(SERVICE, "SMS_API_KEY"): "s3cret"}
    assert secrets.find("SMS_API_KEY") == "s3cret"
    assert not list(tmp_path.rglob("SMS*"))


def test_a_keyring_that_forgets_is_not_trusted(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path, {}, Store(forgets=True))
    where = Path(secrets.keep("SMS_API_KEY", "s3cret"))
    assert stat.S_IMODE(where.stat().st_mode) == 0o600 or sys.platform == "win32"
    assert secrets.find("SMS_API_KEY") == "s3cret"


def test_credentials_of_the_service_manager_come_first_then_files(tmp_path: Path) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "A_KEY").write_text("from systemd\n")
    store = Store()
    secrets = Secrets(tmp_path, {"CREDENTIALS_DIRECTORY": str(credentials)}, store)
    Secrets(tmp_path, {}, Store(forgets=True)).keep("A_KEY", "from the file")
    store.kept[SERVICE, "A_KEY"] = "from the keyring"
    assert secrets.find("A_KEY") == "from systemd"
    (credentials / "A_KEY").unlink()
    assert secrets.find("A_KEY") == "from the file"
    (tmp_path / "secrets" / "A_KEY").unlink()
    assert secrets.find("A_KEY") == "from the keyring"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows protects files by their folder")
@pytest.mark.parametrize("mode", [0o644, 0o604, 0o620])
def test_a_file_that_others_may_read_is_refused_with_what_to_do(tmp_path: Path, mode: int) -> None:
    secrets = Secrets(tmp_path, {}, Store(forgets=True))
    file = Path(secrets.keep("A_KEY", "s3cret"))
    file.chmod(mode)
    with pytest.raises(OpenToOthers, match="chmod 600") as refused:
        secrets.find("A_KEY")
    assert "s3cret" not in str(refused.value)


def test_a_missing_secret_says_how_to_set_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="luckygas-server secrets set A_KEY"):
        Secrets(tmp_path, {}, Store()).require("A_KEY")


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "lower", "A B", "A" * 65])
def test_names_are_plain(tmp_path: Path, name: str) -> None:
    with pytest.raises(Malformed):
        Secrets(tmp_path, {}, Store()).find(name)


@pytest.mark.parametrize(
    ("url", "completed"),
    [
        ("", ""),
        ("postgresql://shop@db/luckygas", "postgresql://shop:p%40ss%2F@db/luckygas"),
        ("postgresql://shop:own@db/luckygas", "postgresql://shop:own@db/luckygas"),
        ("postgresql:///luckygas?host=/run/pg", "postgresql:///luckygas?host=/run/pg"),
        (
            "postgresql://shop@/luckygas?host=/run/pg",
            "postgresql://shop:p%40ss%2F@/luckygas?host=/run/pg",
        ),
    ],
)
def test_the_databases_password_is_a_secret(tmp_path: Path, url: str, completed: str) -> None:
    store = Store()
    store.kept[SERVICE, "DATABASE_PASSWORD"] = "p@ss/"
    secrets = Secrets(tmp_path, {}, store)
    assert database_address({"DATABASE_URL": url}, secrets) == completed
