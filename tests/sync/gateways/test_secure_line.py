"""The line to an office over TLS: HTTP and event socket refuse for the same reasons."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest

from app.transport.clocks import Clock
from app.transport.errors import (
    BrokenAnswer,
    NotEncrypted,
    Unreachable,
    UntrustedClient,
    UntrustedServer,
)
from app.transport.trust import Trust, TrustFiles
from server.security.authority import AuthorityFolder
from server.security.tls import ServerTls
from server.security.tls_options import ClientCertificates, TlsOptions
from sync.gateways.office_events import OfficeEvents
from sync.transport.stack import OfficeStack, build_stack
from tests.tls_echo import authority_in, server_file, serving

DEVICE = UUID(int=5)


@pytest.fixture
def authority(tmp_path: Path) -> AuthorityFolder:
    return authority_in(tmp_path / "ca")


@asynccontextmanager
async def stack_to(
    address: str, trust: Trust, line: OfficeStack, clock: Clock
) -> AsyncIterator[OfficeStack]:
    """Signed in, so that only TLS can stop it."""
    stack = build_stack(address, trust=trust, clock=clock)
    stack.tokens.adopt(line.tokens.session)
    try:
        yield stack
    finally:
        await stack.client.aclose()


async def refused(stack: OfficeStack, error: type[Unreachable]) -> None:
    with pytest.raises(error):
        await stack.client.get("/peer")
    with pytest.raises(error):
        async with OfficeEvents(stack).connect(DEVICE, None):
            pass


async def test_a_foreign_office_is_not_believed(
    authority: AuthorityFolder, line: OfficeStack, brisk: Clock
) -> None:
    async with (
        serving(ServerTls(TlsOptions(server_file(authority)))) as address,
        stack_to(address, Trust(), line, brisk) as stack,
    ):
        await refused(stack, UntrustedServer)


async def test_an_office_that_wants_a_certificate_says_so(
    authority: AuthorityFolder, line: OfficeStack, brisk: Clock
) -> None:
    options = TlsOptions(
        server_file(authority),
        client_ca=authority.certificate_file,
        client_certs=ClientCertificates.REQUIRED,
    )
    trust = Trust(TrustFiles(ca_file=authority.certificate_file))
    async with (
        serving(ServerTls(options)) as address,
        stack_to(address, trust, line, brisk) as stack,
    ):
        await refused(stack, UntrustedClient)


async def test_a_register_whose_own_file_is_unreadable_says_so(
    authority: AuthorityFolder, line: OfficeStack, brisk: Clock, tmp_path: Path
) -> None:
    trust = Trust(TrustFiles(cert_file=tmp_path / "missing.pem"))
    async with stack_to("https://127.0.0.1:9", trust, line, brisk) as stack:
        await refused(stack, UntrustedClient)


async def test_an_office_elsewhere_gets_nothing_without_tls(
    line: OfficeStack, brisk: Clock
) -> None:
    async with stack_to("http://192.0.2.1:8710", Trust(), line, brisk) as stack:
        await refused(stack, NotEncrypted)


async def test_the_socket_opens_over_tls(
    authority: AuthorityFolder, line: OfficeStack, brisk: Clock
) -> None:
    trust = Trust(TrustFiles(ca_file=authority.certificate_file))
    async with (
        serving(ServerTls(TlsOptions(server_file(authority)))) as address,
        stack_to(address, trust, line, brisk) as stack,
    ):
        with pytest.raises(BrokenAnswer, match="field"):  # the echo is no office
            async with OfficeEvents(stack).connect(DEVICE, None):
                pass
