"""Certificate files that change while the server runs: renewed, revoked, half written, ended."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import websockets
from structlog.testing import capture_logs

from app.demo.waiting import until
from app.transport.errors import UntrustedServer
from app.transport.trust import ssl_context
from server.security.authority import AuthorityFolder
from server.security.tls import ServerTls
from server.security.tls_options import (
    TlsOptions,
)
from tests.tls_echo import (
    ask,
    authority_in,
    believing,
    client_of,
    events_of,
    server_file,
    serving,
    shown,
    wanting,
)

NOW = datetime.now(UTC)


@pytest.fixture
def authority(tmp_path: Path) -> AuthorityFolder:
    return authority_in(tmp_path / "ca")


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changed files are noticed at uvicorn's next tick, a tenth of a second."""
    monkeypatch.setattr("server.serving.LOOKS_EVERY_S", 0)


async def test_a_renewed_certificate_is_used_without_a_restart(
    tmp_path: Path, quick_looks: None
) -> None:
    clock = [NOW - timedelta(days=30)]
    authority = authority_in(tmp_path / "ca", now=lambda: clock[0])
    cert_file = server_file(authority)
    tls = ServerTls(TlsOptions(cert_file))
    context = ssl_context(authority.certificate_file)
    async with serving(tls) as address:
        assert await shown(address, context) == first_certificate(cert_file)
        before = tls.certificate_expires_at()
        clock[0] += timedelta(days=7)
        authority.renew("127.0.0.1")
        await until(lambda: tls.certificate_expires_at() > before, "the new certificate")
        assert await shown(address, context) == first_certificate(cert_file)


async def test_a_server_that_had_expired_is_believed_after_renewal(
    tmp_path: Path, quick_looks: None
) -> None:
    clock = [NOW - timedelta(days=500)]
    authority = authority_in(tmp_path / "ca", now=lambda: clock[0])
    tls = ServerTls(TlsOptions(server_file(authority)))
    async with serving(tls) as address, client_of(believing(authority)) as client:
        with pytest.raises(UntrustedServer):
            await client.get(f"{address}/peer")
        clock[0] = NOW
        authority.renew("127.0.0.1")
        await until(lambda: tls.certificate_expires_at() > NOW, "the new certificate")
        assert (await client.get(f"{address}/peer")).status_code == 200


async def test_revoking_cuts_what_is_open_and_leaves_the_others(
    authority: AuthorityFolder, quick_looks: None
) -> None:
    lost, kept = (authority.issue_client(name) for name in ("register-07", "register-08"))
    lost_context = ssl_context(authority.certificate_file, lost)
    kept_context = ssl_context(authority.certificate_file, kept)
    async with (
        serving(wanting(authority)) as address,
        websockets.connect(events_of(address), ssl=lost_context) as cut,
        websockets.connect(events_of(address), ssl=kept_context) as whole,
        client_of(believing(authority, kept)) as client,
    ):
        await cut.recv()
        await whole.recv()
        authority.revoke("register-07")
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(cut.recv(), 5)
        await asyncio.wait_for(await whole.ping(), 5)
        assert (await client.get(f"{address}/peer")).status_code == 200
        with pytest.raises((ssl.SSLError, websockets.InvalidHandshake)):
            await websockets.connect(events_of(address), ssl=lost_context)


async def test_a_half_written_certificate_is_not_taken_over(authority: AuthorityFolder) -> None:
    cert_file = server_file(authority)
    whole = cert_file.read_bytes()
    tls = ServerTls(TlsOptions(cert_file))
    before = tls.certificate_expires_at()
    cert_file.write_bytes(whole[:300])
    with capture_logs() as logs:
        assert not tls.refresh()
        assert not tls.refresh()
    assert [entry["log_level"] for entry in logs] == ["warning"]
    async with serving(tls) as address:
        await ask(address, believing(authority))
    cert_file.write_bytes(whole)
    assert tls.refresh()
    assert tls.certificate_expires_at() == before


async def test_a_file_that_vanishes_is_said_once(authority: AuthorityFolder) -> None:
    tls = wanting(authority)
    authority.revoked_file.rename(authority.revoked_file.with_name("elsewhere"))
    with capture_logs() as logs:
        assert [tls.refresh() for _ in range(3)] == [False, False, False]
    assert len(logs) == 1


def test_the_end_is_announced_once_a_day_from_thirty_days_ahead(
    authority: AuthorityFolder,
) -> None:
    cert_file = server_file(authority)
    clock = [NOW]
    tls = ServerTls(TlsOptions(cert_file), now=lambda: clock[0])
    end = tls.certificate_expires_at()
    with capture_logs() as logs:
        for days in (31, 30, 29.5, 28.9, -1):
            clock[0] = end - timedelta(days=days)
            tls.refresh()
    said = [(entry["days"], "has ended" in entry["event"]) for entry in logs]
    assert said == [(30, False), (28, False), (-1, True)]


def first_certificate(file: Path) -> bytes:
    start = "-----BEGIN CERTIFICATE-----"
    return ssl.PEM_cert_to_DER_cert(start + file.read_text().split(start)[1])
