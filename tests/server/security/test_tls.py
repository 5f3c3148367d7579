"""The server's TLS on real sockets: whom it lets in, what it shows, how it takes new files over."""

import asyncio
import json
import socket
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
import websockets
from starlette.requests import Request

from app.transport.errors import UntrustedClient, UntrustedServer
from app.transport.private_files import OpenToOthers
from app.transport.trust import TrustFiles, ssl_context
from server.refusals import Malformed
from server.security.authority import AuthorityFolder
from server.security.tls import ServerTls, certificate_expires_at
from server.security.tls_options import (
    ClientCertificates,
    TlsOptions,
)
from server.serving import serve_app
from tests.tls_echo import (
    ask,
    authority_in,
    believing,
    echo_app,
    events_of,
    server_file,
    serving,
    shown,
    wanting,
)

NOW = datetime.now(UTC)
REQUIRED, OPTIONAL = ClientCertificates.REQUIRED, ClientCertificates.OPTIONAL


@pytest.fixture
def authority(tmp_path: Path) -> AuthorityFolder:
    return authority_in(tmp_path / "ca")


async def test_a_client_that_believes_the_authority_gets_in(authority: AuthorityFolder) -> None:
    async with serving(ServerTls(TlsOptions(server_file(authority)))) as address:
        said = await ask(address, believing(authority))
    assert said["peer"] is None
    assert said["tls"]["client_cert_chain"] == []
    assert said["tls"]["tls_version"] == 0x0304


async def test_strict_checks_of_both_sides_are_met(authority: AuthorityFolder) -> None:
    register = authority.issue_client("register-07")
    tls = wanting(authority)
    context = ssl_context(authority.certificate_file, register)
    for side in (tls.context, context):  # the default from Python 3.13 on
        side.verify_flags |= ssl.VERIFY_X509_STRICT
    async with serving(tls) as address:
        assert await shown(address, context)


async def test_a_client_without_the_authority_sends_nothing(authority: AuthorityFolder) -> None:
    async with serving(ServerTls(TlsOptions(server_file(authority)))) as address:
        with pytest.raises(UntrustedServer):
            await ask(address, TrustFiles())


async def test_a_server_of_another_name_is_not_believed(authority: AuthorityFolder) -> None:
    tls = ServerTls(TlsOptions(server_file(authority, "office.lan", "10.1.2.3")))
    async with serving(tls) as address:
        with pytest.raises(UntrustedServer, match="mismatch"):
            await ask(address, believing(authority))


async def test_an_expired_server_is_not_believed(tmp_path: Path) -> None:
    old = authority_in(tmp_path / "ca", now=lambda: NOW - timedelta(days=500))
    async with serving(ServerTls(TlsOptions(server_file(old)))) as address:
        with pytest.raises(UntrustedServer, match="expired"):
            await ask(address, believing(old))


async def test_a_server_of_a_foreign_authority_is_not_believed(
    authority: AuthorityFolder, tmp_path: Path
) -> None:
    cert_file = foreign(trustme.CA(), tmp_path, "127.0.0.1")
    async with serving(ServerTls(TlsOptions(cert_file))) as address:
        with pytest.raises(UntrustedServer):
            await ask(address, believing(authority))


async def test_a_client_without_a_certificate_hears_why_it_is_refused(
    authority: AuthorityFolder,
) -> None:
    async with serving(wanting(authority)) as address:
        with pytest.raises(UntrustedClient, match="certificate required"):
            await ask(address, believing(authority))


async def test_a_certificate_is_asked_for_but_not_needed_when_it_is_optional(
    authority: AuthorityFolder,
) -> None:
    register = authority.issue_client("register-07")
    async with serving(wanting(authority, OPTIONAL)) as address:
        assert (await ask(address, believing(authority)))["peer"] is None
        assert (await ask(address, believing(authority, register)))["peer"][0] == "register-07"


@pytest.mark.parametrize("mode", [OPTIONAL, REQUIRED])
async def test_a_client_of_a_foreign_authority_is_refused(
    authority: AuthorityFolder, tmp_path: Path, mode: ClientCertificates
) -> None:
    stranger = foreign(trustme.CA(), tmp_path, "register-07.lan")
    async with serving(wanting(authority, mode)) as address:
        with pytest.raises(UntrustedClient, match="unknown ca"):
            await ask(address, believing(authority, stranger))


async def test_an_expired_client_is_refused(tmp_path: Path) -> None:
    clock = [NOW - timedelta(days=500)]
    authority = authority_in(tmp_path / "ca", now=lambda: clock[0])
    register = authority.issue_client("register-07")
    clock[0] = NOW
    async with serving(wanting(authority)) as address:
        with pytest.raises(UntrustedClient, match="expired"):
            await ask(address, believing(authority, register))


async def test_a_servers_certificate_is_no_clients(authority: AuthorityFolder) -> None:
    cert_file = server_file(authority)
    async with serving(wanting(authority, cert_file=cert_file)) as address:
        with pytest.raises(UntrustedClient):
            await ask(address, believing(authority, cert_file))


async def test_a_revoked_client_is_refused_and_its_successor_welcome(
    authority: AuthorityFolder,
) -> None:
    register = authority.issue_client("register-07")
    stolen = register.with_name("stolen.pem")
    stolen.write_bytes(register.read_bytes())
    stolen.chmod(0o600)
    authority.revoke("register-07")
    authority.issue_client("register-07")
    async with serving(wanting(authority)) as address:
        with pytest.raises(UntrustedClient, match="revoked"):
            await ask(address, believing(authority, stolen))
        assert (await ask(address, believing(authority, register)))["peer"][0] == "register-07"


async def test_requests_and_sockets_show_who_sent_them(authority: AuthorityFolder) -> None:
    register = authority.issue_client("register-07")
    (serial,) = [one.serial for one in authority.issued() if one.name == "register-07"]
    async with serving(wanting(authority)) as address:
        over_http = await ask(address, believing(authority, register))
        context = ssl_context(authority.certificate_file, register)
        async with websockets.connect(events_of(address), ssl=context) as socket:
            over_socket = json.loads(await socket.recv())
    for said in (over_http, over_socket):
        assert said["peer"] == ["register-07", f"{serial:x}"]
        assert said["tls"]["client_cert_name"] == "CN=register-07"
        assert said["tls"]["client_cert_error"] is None
        assert said["tls"]["cipher_suite"] in range(0x1301, 0x1306)


async def test_a_connection_without_tls_shows_no_extension() -> None:
    async with serving(None) as address:
        assert (await ask(address, TrustFiles()))["tls"] is None


async def test_a_revoked_client_can_not_resume_an_old_session(authority: AuthorityFolder) -> None:
    context = ssl_context(authority.certificate_file, authority.issue_client("register-07"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    tls = wanting(authority)
    async with serving(tls) as address:
        session, *first = await asyncio.to_thread(talk, address, context)
        _, *again = await asyncio.to_thread(talk, address, context, session)
        assert (first, again) == ([False, True], [True, True])
        authority.revoke("register-07")
        assert tls.refresh()
        _, *revoked = await asyncio.to_thread(talk, address, context, session)
    assert revoked == [True, False]


async def test_old_versions_of_tls_are_refused(authority: AuthorityFolder) -> None:
    context = ssl_context(authority.certificate_file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    async with serving(ServerTls(TlsOptions(server_file(authority)))) as address:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        assert await shown(address, context)
        with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
            context.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(ssl.SSLError):
            await shown(address, context)


def test_the_lists_of_several_authorities_may_share_a_file(
    authority: AuthorityFolder, tmp_path: Path
) -> None:
    other = authority_in(tmp_path / "other")
    for one in (authority, other):
        one.issue_client("register-07")
        one.revoke("register-07")
    both = tmp_path / "both.pem"
    both.write_bytes(authority.revoked_file.read_bytes() + other.revoked_file.read_bytes())
    ca_files = tmp_path / "authorities.pem"
    ca_files.write_bytes(
        authority.certificate_file.read_bytes() + other.certificate_file.read_bytes()
    )
    tls = ServerTls(TlsOptions(server_file(authority), None, ca_files, REQUIRED, both))
    issued = [*authority.issued(), *other.issued()]
    assert tls.revoked == {one.serial for one in issued if one.kind == "client"}


def test_the_health_page_can_tell_when_the_certificate_ends(authority: AuthorityFolder) -> None:
    app = echo_app()
    request = Request({"type": "http", "app": app})
    assert certificate_expires_at(request) is None
    tls = ServerTls(TlsOptions(server_file(authority)))
    serve_app(app, lambda: None, tls)
    assert certificate_expires_at(request) == tls.certificate_expires_at()


def test_a_key_that_others_can_read_is_refused_with_what_to_do(authority: AuthorityFolder) -> None:
    cert_file = server_file(authority)
    cert_file.chmod(0o644)
    with pytest.raises(OpenToOthers, match=f"chmod 600 {cert_file}"):
        ServerTls(TlsOptions(cert_file))


def test_a_file_that_is_no_certificate_is_said_plainly(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.touch(mode=0o600)
    with pytest.raises(Malformed, match=r"wrong\.pem"):
        ServerTls(TlsOptions(wrong))


def foreign(ca: trustme.CA, folder: Path, name: str) -> Path:
    """A certificate with its key by somebody else's authority."""
    file = folder / "foreign.pem"
    file.touch(mode=0o600)
    ca.issue_cert(name).private_key_and_cert_chain_pem.write_to_path(str(file))
    return file


def talk(address: str, context: ssl.SSLContext, session: ssl.SSLSession | None = None):
    """One request; the TLS session, whether it was an old one, and whether there was an answer."""
    host, port = address.removeprefix("https://").split(":")
    with (
        socket.create_connection((host, int(port)), timeout=5) as line,
        context.wrap_socket(line, server_hostname=host, session=session) as secure,
    ):
        answered = False
        with suppress(OSError):  # a refused line may be reset while we speak
            secure.sendall(b"GET /peer HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            answered = secure.recv(4096).startswith(b"HTTP/1.1 200")
            while secure.recv(4096):
                pass
        return secure.session, secure.session_reused, answered
