"""How a server is told to speak TLS."""

import argparse
from pathlib import Path

import pytest

from server.refusals import Malformed
from server.security.authority import AuthorityFolder
from server.security.tls_options import (
    ClientCertificates,
    TlsOptions,
    add_arguments,
    read_options,
)
from tests.tls_echo import (
    authority_in,
)


@pytest.fixture
def authority(tmp_path: Path) -> AuthorityFolder:
    return authority_in(tmp_path / "ca")


def test_without_a_certificate_only_this_machine_is_served() -> None:
    assert options() is None
    assert options("--host", "::1") is None
    with pytest.raises(Malformed, match="--tls-cert"):
        options("--host", "0.0.0.0")
    assert options("--host", "0.0.0.0", "--plain-http") is None
    assert options("--host", "0.0.0.0", LUCKYGAS_PLAIN_HTTP="allowed") is None


def test_options_come_from_the_environment_too(authority: AuthorityFolder) -> None:
    found = options(
        LUCKYGAS_TLS_CERT="server.pem",
        LUCKYGAS_TLS_KEY="server.key",
        LUCKYGAS_CLIENT_CA=str(authority.certificate_file),
    )
    assert found == TlsOptions(
        Path("server.pem"),
        Path("server.key"),
        authority.certificate_file,
        ClientCertificates.REQUIRED,
        authority.revoked_file,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("--client-ca", "ca.pem"),
        ("--client-certs", "required"),
        ("--tls-cert", "server.pem", "--client-certs", "optional"),
    ],
)
def test_contradictory_options_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        options(*arguments)


def options(*arguments: str, **environment: str) -> TlsOptions | None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    add_arguments(parser)
    return read_options(parser.parse_args(arguments), environment)
