"""A neighbour on another machine: reached over mutual TLS, or not at all."""

import json
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.transport.errors import NotEncrypted, UntrustedClient, UntrustedServer
from app.transport.service_auth import ServiceIdentity
from app.transport.trust import Trust
from server.neighbours.lines import Call, Lines
from server.neighbours.names import Neighbour, trust_from
from server.security.tls import ServerTls
from server.security.tls_options import ClientCertificates, TlsOptions
from tests.tls_echo import authority_in, echo_app, server_file, serving

ASKED = Call(Neighbour.CUSTOMERS, "GET", "/peer", retries=0)
KEY = Ed25519PrivateKey.generate()


async def ask(address: str, trust: Trust | None) -> str:
    """The name by which the neighbour knows us."""
    identity = ServiceIdentity("order-sales", KEY, "luckygas")
    lines = Lines(echo_app(), {Neighbour.CUSTOMERS: address}, lambda _: identity, trust)
    try:
        return json.loads(await lines.send(ASKED))["peer"][0]
    finally:
        await lines.close()


async def test_a_neighbour_sees_the_servers_certificate(tmp_path: Path) -> None:
    authority = authority_in(tmp_path / "ca")
    believes = {"LUCKYGAS_NEIGHBOURS_CA": str(authority.certificate_file)}
    shows = {"LUCKYGAS_NEIGHBOURS_CERT": str(authority.issue_client("order-sales"))}
    options = TlsOptions(
        server_file(authority),
        client_ca=authority.certificate_file,
        client_certs=ClientCertificates.REQUIRED,
    )
    async with serving(ServerTls(options)) as address:
        assert await ask(address, trust_from({**believes, **shows})) == "order-sales"
        with pytest.raises(UntrustedClient):
            await ask(address, trust_from(believes))
        with pytest.raises(UntrustedServer):
            await ask(address, trust_from({}))


async def test_a_neighbour_elsewhere_gets_nothing_without_tls() -> None:
    with pytest.raises(NotEncrypted):
        await ask("http://192.0.2.1:8710", None)
    allowed = trust_from({"LUCKYGAS_NEIGHBOURS_PLAIN_HTTP": "allowed"})
    assert allowed.context_for(httpx.URL("http://192.0.2.1:8710")) is None
