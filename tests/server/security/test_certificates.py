"""What the own authority signs, and how its folder is kept; OpenSSL judges in `test_tls`."""

import argparse
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from app.transport.private_files import OpenToOthers
from server.refusals import Conflict, Malformed, NotFound
from server.security.authority import AuthorityFolder
from server.security.authority_commands import add_commands
from server.security.certificates import (
    Realm,
    domain_from,
    host_from,
    hosts_of,
    name_for,
    network_from,
    new_authority,
    realm_of,
    revocation_list,
)
from tests.tls_echo import authority_in, server_file

NOW = datetime(2026, 7, 1, 3, tzinfo=UTC)
REALM = Realm(("lan", "office"), (ip_network("192.168.0.0/16"),))


@pytest.fixture
def clock() -> list[datetime]:
    return [NOW]


@pytest.fixture
def authority(tmp_path: Path, clock: list[datetime]) -> AuthorityFolder:
    return authority_in(tmp_path / "ca", now=lambda: clock[0])


def certificate_in(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificates(file.read_bytes())[0]


def test_the_root_signs_no_other_authorities_and_ends_after_ten_years() -> None:
    root = new_authority("Shop", REALM, NOW).certificate
    basic = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (basic.critical, basic.value.ca, basic.value.path_length) == (True, True, 0)
    assert (root.not_valid_after_utc - NOW).days == 3652
    assert isinstance(root.public_key(), ec.EllipticCurvePublicKey)
    assert realm_of(root) == REALM
    assert root.extensions.get_extension_for_class(x509.NameConstraints).critical


@pytest.mark.parametrize(
    ("host", "covered"),
    [
        ("office", True),
        ("desk.lan", True),
        ("lan", True),
        ("192.168.3.4", True),
        ("vlan", False),
        ("office.com", False),
        ("203.0.113.5", False),
        ("::1", False),
    ],
)
def test_a_realm_covers_its_names_and_networks(host: str, covered: bool) -> None:
    assert REALM.covers(host_from(host)) is covered


def test_a_server_outside_the_realm_is_refused_with_what_to_do(authority: AuthorityFolder) -> None:
    with pytest.raises(Malformed, match="--domain"):
        authority.issue_server(["shop.com.tw"])


def test_a_server_has_every_name_that_was_asked_for(authority: AuthorityFolder) -> None:
    file = server_file(authority, "office.lan", "192.168.1.5", "::1")
    found = certificate_in(file)
    assert hosts_of(found) == ["office.lan", ip_address("192.168.1.5"), ip_address("::1")]
    assert (found.not_valid_after_utc - NOW).days == 397
    assert file.name == "office.lan.pem"


def test_no_certificate_outlives_its_authority(
    authority: AuthorityFolder, clock: list[datetime]
) -> None:
    clock[0] += timedelta(days=3600)
    assert certificate_in(authority.issue_client("late")).not_valid_after_utc == (
        authority.certificate().not_valid_after_utc
    )


def test_keys_are_for_their_owner_only(authority: AuthorityFolder, tmp_path: Path) -> None:
    authority.issue_client("register-07")
    server_file(authority)
    with_keys = [
        path
        for path in (tmp_path / "ca").rglob("*")
        if path.is_file() and b"PRIVATE KEY" in path.read_bytes()
    ]
    assert len(with_keys) == 3
    assert {path.stat().st_mode & 0o777 for path in with_keys} == {0o600}


def test_an_open_key_of_the_authority_is_not_used(
    authority: AuthorityFolder, tmp_path: Path
) -> None:
    (tmp_path / "ca" / "authority.key").chmod(0o644)
    with pytest.raises(OpenToOthers, match="chmod 600"):
        authority.issue_client("register-07")


def test_a_damaged_key_is_said_plainly(authority: AuthorityFolder, tmp_path: Path) -> None:
    (tmp_path / "ca" / "authority.key").write_bytes(b"damaged")
    with pytest.raises(Malformed, match="damaged"):
        authority.issue_client("register-07")


def test_nothing_is_overwritten(authority: AuthorityFolder) -> None:
    file = authority.issue_client("register-07")
    before = file.read_bytes()
    with pytest.raises(Conflict, match="renew"):
        authority.issue_client("register-07")
    with pytest.raises(Conflict, match="authority"):
        authority.found("Second", REALM)
    assert file.read_bytes() == before


def test_renewing_keeps_the_names_and_changes_the_key(
    authority: AuthorityFolder, clock: list[datetime]
) -> None:
    file = server_file(authority, "192.168.1.5", "office.lan")
    before = certificate_in(file)
    clock[0] += timedelta(days=300)
    assert authority.renew("192.168.1.5") == file
    after = certificate_in(file)
    assert set(hosts_of(after)) == set(hosts_of(before))
    assert after.public_key() != before.public_key()
    assert (after.not_valid_after_utc - clock[0]).days == 397
    assert [one.is_current for one in authority.issued()] == [False, True]


def test_what_ends_soon_is_due(authority: AuthorityFolder, clock: list[datetime]) -> None:
    authority.issue_client("old")
    clock[0] += timedelta(days=340)
    authority.issue_client("new")
    assert authority.due() == ["old"]
    authority.renew("old")
    assert authority.due() == []


def test_revoking_takes_every_certificate_of_a_name_and_frees_it(
    authority: AuthorityFolder,
) -> None:
    authority.issue_client("register-07")
    authority.renew("register-07")
    authority.issue_client("register-08")
    assert authority.revoke("register-07") == 2
    revoked = {one.name: one.revoked_at is not None for one in authority.issued()}
    assert revoked == {"register-07": True, "register-08": False}
    assert authority.issue_client("register-07").exists()
    with pytest.raises(NotFound):
        authority.revoke("nobody")


def test_one_certificate_can_be_revoked_by_its_number(authority: AuthorityFolder) -> None:
    authority.issue_client("register-07")
    (old,) = authority.issued()
    authority.renew("register-07")
    assert authority.revoke(f"{old.serial:x}") == 1
    assert [one.revoked_at is None for one in authority.issued() if one.is_current] == [True]


def test_a_later_revocation_list_always_bears_a_later_date() -> None:
    authority = new_authority("Shop", REALM, NOW)
    first = revocation_list(authority, [], None, NOW)
    second = revocation_list(authority, [(5, NOW)], first, NOW)
    assert second.last_update_utc > first.last_update_utc
    assert [one.serial_number for one in second] == [5]
    assert second.is_signature_valid(authority.key.public_key())


@pytest.mark.parametrize("name", ["", "Register", "a b", "a.b", "../../x", "-x", "x" * 64, "櫃檯"])
def test_a_client_is_named_by_a_simple_word(authority: AuthorityFolder, name: str) -> None:
    with pytest.raises(Malformed):
        authority.issue_client(name)


@pytest.mark.parametrize("text", ["", "a..b", "a b", "../x", "*.lan", "櫃檯.lan", "x" * 64])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        host_from(text)


def test_hosts_and_networks_are_read_as_people_type_them() -> None:
    assert domain_from(" Office.LAN. ") == "office.lan"
    assert host_from("FRONT_DESK-1") == "front_desk-1"
    assert name_for(host_from("fd00::5")) == "fd00--5"
    with pytest.raises(Malformed, match="no network"):
        network_from("192.168.1.5/16")


def test_without_an_authority_the_first_step_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="ca init"):
        AuthorityFolder(tmp_path).issue_client("register-07")


def test_the_commands_lead_from_nothing_to_a_revoked_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> str:
        parser = argparse.ArgumentParser()
        add_commands(parser.add_subparsers(), with_data_dir)
        chosen = parser.parse_args(["ca", *arguments, "--data-dir", str(tmp_path)])
        chosen.run(chosen)
        return capsys.readouterr().out

    run("init", "--domain", "shop.example", "--network", "203.0.113.0/24")
    assert "serve --tls-cert" in run("issue-server", "shop.example", "203.0.113.9")
    assert "holds a key" in run("issue-client", "register-07")
    with pytest.raises(Conflict):
        run("issue-client", "register-07")
    assert "Nothing ends" in run("renew")
    assert "register-07.pem" in run("renew", "register-07")
    assert "renewed by another" in run("list")
    assert "2 revoked" in run("revoke", "register-07")
    listed = run("list")
    assert "authority" in listed.splitlines()[0]
    assert listed.count("revoked on") == 2
    assert " valid" in listed


def with_data_dir(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--data-dir", type=Path)
    return command
