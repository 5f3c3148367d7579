"""A client's trust on real TLS sockets, with certificates of our own and of foreign authorities."""

import logging
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import trustme

from app.transport.errors import NotEncrypted, UntrustedClient, UntrustedServer
from app.transport.trust import (
    Trust,
    TrustFiles,
    authorities_in,
    is_here,
    ssl_context,
    trust_problem,
)
from server.security.authority import AuthorityFolder
from server.security.tls import ServerTls
from server.security.tls_options import ClientCertificates, TlsOptions
from tests.tls_echo import ask, authority_in, client_of, server_file, serving


@pytest.fixture
def authority(tmp_path: Path) -> AuthorityFolder:
    return authority_in(tmp_path / "ca")


def wanting_clients(authority: AuthorityFolder) -> ServerTls:
    return ServerTls(
        TlsOptions(
            server_file(authority),
            client_ca=authority.certificate_file,
            client_certs=ClientCertificates.REQUIRED,
        )
    )


async def test_a_foreign_authority_is_believed_when_its_file_is_named(tmp_path: Path) -> None:
    ca = trustme.CA()
    key_and_cert, ca_file = tmp_path / "server.pem", tmp_path / "ca.pem"
    key_and_cert.touch(mode=0o600)
    ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(key_and_cert))
    ca.cert_pem.write_to_path(str(ca_file))
    async with serving(ServerTls(TlsOptions(key_and_cert))) as address:
        assert (await ask(address, TrustFiles(ca_file=ca_file)))["peer"] is None


async def test_one_file_with_everything_is_enough(authority: AuthorityFolder) -> None:
    bundle = authority.issue_client("register-07")
    async with serving(wanting_clients(authority)) as address:
        assert (await ask(address, TrustFiles(bundle=bundle)))["peer"][0] == "register-07"


async def test_a_bundle_that_is_not_there_yet_is_used_once_it_is(
    authority: AuthorityFolder, tmp_path: Path
) -> None:
    bundle = tmp_path / "office.pem"
    async with (
        serving(wanting_clients(authority)) as address,
        client_of(TrustFiles(bundle=bundle)) as client,
    ):
        with pytest.raises(UntrustedServer):
            await client.get(f"{address}/peer")
        authority.issue_client("register-07").rename(bundle)
        assert (await client.get(f"{address}/peer")).json()["peer"][0] == "register-07"


async def test_a_renewed_client_shows_its_new_certificate_without_a_restart(
    authority: AuthorityFolder,
) -> None:
    bundle = authority.issue_client("register-07")
    trust = Trust(TrustFiles(bundle=bundle))
    async with serving(wanting_clients(authority)) as address:
        serials = []
        for _ in range(2):
            context = trust.context()
            async with httpx.AsyncClient(verify=context) as client:
                serials.append((await client.get(f"{address}/peer")).json()["peer"][1])
            authority.renew("register-07")
    assert len(set(serials)) == 2


async def test_a_half_written_file_stops_requests_and_the_whole_one_resumes_them(
    authority: AuthorityFolder,
) -> None:
    bundle = authority.issue_client("register-07")
    whole = bundle.read_bytes()
    async with (
        serving(wanting_clients(authority)) as address,
        client_of(TrustFiles(bundle=bundle)) as client,
    ):
        await client.get(f"{address}/peer")
        bundle.write_bytes(whole[:100])
        with pytest.raises(UntrustedClient):
            await client.get(f"{address}/peer")
        bundle.write_bytes(whole)
        assert (await client.get(f"{address}/peer")).status_code == 200


def test_a_key_that_others_can_read_is_not_used_and_the_log_says_why_once(
    authority: AuthorityFolder, caplog: pytest.LogCaptureFixture
) -> None:
    bundle = authority.issue_client("register-07")
    bundle.chmod(0o644)
    trust = Trust(TrustFiles(bundle=bundle))
    for _ in range(3):
        with pytest.raises(UntrustedClient, match="chmod 600"):
            trust.context()
    assert len(caplog.records) == 1
    assert str(bundle) in caplog.text


@pytest.mark.parametrize("field", ["ca_file", "cert_file"])
def test_a_file_that_is_named_must_be_there(field: str, tmp_path: Path) -> None:
    with pytest.raises(UntrustedClient, match=r"none\.pem"):
        Trust(TrustFiles(**{field: tmp_path / "none.pem"})).context()


def test_a_key_without_an_authority_is_no_authoritys_file(authority: AuthorityFolder) -> None:
    bundle = server_file(authority)
    with pytest.raises(ValueError, match="no certificate of an authority"):
        authorities_in(bundle)


def test_an_encrypted_key_fails_instead_of_asking(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    leaf = trustme.CA().issue_cert("127.0.0.1")
    leaf.cert_chain_pems[0].write_to_path(str(file))
    secret = serialization.BestAvailableEncryption(b"password")
    form = serialization.PrivateFormat.PKCS8
    key = ec.generate_private_key(ec.SECP256R1())
    file.write_bytes(
        file.read_bytes() + key.private_bytes(serialization.Encoding.PEM, form, secret)
    )
    with pytest.raises(ssl.SSLError):
        ssl_context(cert_file=file)


def test_the_context_checks_names_and_refuses_old_protocols() -> None:
    context = ssl_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.cert_store_stats()["x509_ca"] > 0


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("192.168.0.5", False),
        ("office.lan", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_only_this_machine_may_be_asked_without_tls(host: str, here: bool) -> None:
    assert is_here(host) is here


@pytest.mark.parametrize("address", ["http://192.0.2.1/", "ws://office.lan/", "http://1.1.1.1/"])
def test_an_address_elsewhere_needs_tls_unless_that_is_allowed(address: str) -> None:
    url = httpx.URL(address)
    with pytest.raises(NotEncrypted):
        Trust().check(url)
    assert Trust(allows_plain_http=True).context_for(url) is None


def test_the_end_of_our_certificate_is_known_and_announced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = datetime.now(UTC)
    authority = authority_in(tmp_path / "ca", now=lambda: now - timedelta(days=380))
    trust = Trust(TrustFiles(bundle=authority.issue_client("register-07")))
    with caplog.at_level(logging.WARNING):
        trust.context()
        trust.context()
    ends = trust.certificate_expires_at()
    assert ends is not None
    assert timedelta(days=16) < ends - now < timedelta(days=17)
    assert [record.message for record in caplog.records] == [
        f"this machine's certificate ends on {ends.date()}"
    ]
    assert Trust().certificate_expires_at() is None


def test_other_troubles_say_nothing_about_certificates() -> None:
    assert trust_problem(ConnectionResetError()) is None
    assert trust_problem(ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]")) is None
