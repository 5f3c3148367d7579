import json
import stat
import sys
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked, PasswordSetError

from local_db.database import Database
from local_db.errors import KeyUnavailable
from local_db.keys import FILE, KEY_FILE, KEYRING, database_key, system_store


class Drawer:
    """A key store in memory; `locked` refuses, `forgetful` loses what it is given."""

    def __init__(self, *, locked: bool = False, forgetful: bool = False) -> None:
        self.secrets: dict[tuple[str, str], str] = {}
        self.locked = locked
        self.forgetful = forgetful

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise PasswordSetError
        if not self.forgetful:
            self.secrets[service, username] = password


def test_a_new_profile_keeps_its_key_in_the_key_store(profile: Path) -> None:
    drawer = Drawer()
    handle = database_key(profile, drawer)
    assert handle.kept_in == KEYRING
    assert list(drawer.secrets.values()) == [handle.key]
    assert handle.key not in (profile / KEY_FILE).read_text()
    assert database_key(profile, drawer) == handle


def test_two_profiles_have_two_keys(tmp_path: Path) -> None:
    drawer = Drawer()
    keys = {database_key(tmp_path / name, drawer).key for name in ("one", "two")}
    assert len(keys) == 2


def test_a_moved_profile_finds_its_key(profile: Path, tmp_path: Path) -> None:
    drawer = Drawer()
    handle = database_key(profile, drawer)
    assert database_key(profile.rename(tmp_path / "moved"), drawer) == handle


@pytest.mark.parametrize("drawer", [None, Drawer(locked=True), Drawer(forgetful=True)])
def test_without_a_key_store_the_key_lies_in_a_file_of_the_user(
    profile: Path, drawer: Drawer | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_db.keys.system_store", lambda: None)
    handle = database_key(profile, drawer)
    assert handle.kept_in == FILE
    assert database_key(profile, drawer) == handle
    if sys.platform != "win32":
        assert stat.S_IMODE((profile / KEY_FILE).stat().st_mode) == 0o600


def test_a_key_in_a_file_stays_there_when_a_key_store_appears(
    profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_db.keys.system_store", lambda: None)
    handle = database_key(profile)
    assert database_key(profile, Drawer()) == handle


def test_a_silent_key_store_never_leads_to_a_second_key(profile: Path) -> None:
    drawer = Drawer()
    database_key(profile, drawer)
    drawer.locked = True
    before = (profile / KEY_FILE).read_text()
    with pytest.raises(KeyUnavailable, match="unlock the key store"):
        database_key(profile, drawer)
    with pytest.raises(KeyUnavailable, match="Sign in as the user"):
        database_key(profile, Drawer())
    assert (profile / KEY_FILE).read_text() == before


def test_no_new_key_is_made_for_existing_orders(profile: Path) -> None:
    drawer = Drawer()
    Database(profile, database_key(profile, drawer).key).close()
    (profile / KEY_FILE).unlink()
    with pytest.raises(KeyUnavailable, match="no new key"):
        database_key(profile, drawer)
    assert not (profile / KEY_FILE).exists()


def test_a_key_opens_the_database(profile: Path) -> None:
    drawer = Drawer()
    Database(profile, database_key(profile, drawer).key).close()
    Database(profile, database_key(profile, drawer).key).close()


def test_the_marker_says_where_the_key_is(profile: Path) -> None:
    database_key(profile, Drawer())
    marker = json.loads((profile / KEY_FILE).read_text())
    assert marker["kept_in"] == KEYRING


def test_a_machine_has_a_key_store_that_keeps_or_none() -> None:
    store = system_store()
    assert store is None or hasattr(store, "set_password")
