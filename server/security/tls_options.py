"""How a server is told to speak TLS: options of `serve`, or variables of the environment."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.transport.trust import is_here
from server.refusals import Malformed
from server.security.authority import REVOKED


class ClientCertificates(StrEnum):
    """OFF asks for none, OPTIONAL checks one that is shown, REQUIRED refuses whoever has none."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """PEM files; `key_file` may be part of `cert_file`. Clients are checked against `client_ca`.

    `revoked_file` is a revocation list of that authority.
    """

    cert_file: Path
    key_file: Path | None = None
    client_ca: Path | None = None
    client_certs: ClientCertificates = ClientCertificates.OFF
    revoked_file: Path | None = None

    def files(self) -> tuple[Path, ...]:
        """Every file that is named."""
        named = (self.cert_file, self.key_file, self.client_ca, self.revoked_file)
        return tuple(file for file in named if file is not None)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The options of `serve`; each has a variable of its own for service managers."""
    command.add_argument(
        "--tls-cert", metavar="FILE", help="certificate (PEM); serve https (LUCKYGAS_TLS_CERT)"
    )
    command.add_argument(
        "--tls-key", metavar="FILE", help="its key, unless in the same file (LUCKYGAS_TLS_KEY)"
    )
    command.add_argument(
        "--client-ca", metavar="FILE",
        help="the authority whose clients are believed (LUCKYGAS_CLIENT_CA)",
    )  # fmt: skip
    command.add_argument(
        "--client-certs", choices=[mode.value for mode in ClientCertificates],
        help="client certificates; 'required' once --client-ca is given (LUCKYGAS_CLIENT_CERTS)",
    )  # fmt: skip
    command.add_argument(
        "--client-crl", metavar="FILE",
        help="revocation list; 'revoked.pem' beside --client-ca is found (LUCKYGAS_CLIENT_CRL)",
    )  # fmt: skip
    command.add_argument(
        "--plain-http", action="store_true",
        help="listen without TLS on other addresses than this machine's own, "
        "for a proxy that adds it (LUCKYGAS_PLAIN_HTTP=allowed)",
    )  # fmt: skip


def read_options(
    chosen: argparse.Namespace, environment: Mapping[str, str] = os.environ
) -> TlsOptions | None:
    """The options as given, else from the environment; None without a certificate.

    Raises `Malformed` when they contradict each other.
    """

    def file(option: str | None, name: str) -> Path | None:
        text = option or environment.get(name)
        return Path(text) if text else None

    cert_file = file(chosen.tls_cert, "LUCKYGAS_TLS_CERT")
    client_ca = file(chosen.client_ca, "LUCKYGAS_CLIENT_CA")
    mode = _mode(chosen.client_certs or environment.get("LUCKYGAS_CLIENT_CERTS"), client_ca)
    if cert_file is None:
        _refuse_without_tls(chosen, environment, client_ca, mode)
        return None
    return TlsOptions(
        cert_file=cert_file,
        key_file=file(chosen.tls_key, "LUCKYGAS_TLS_KEY"),
        client_ca=client_ca,
        client_certs=mode,
        revoked_file=file(chosen.client_crl, "LUCKYGAS_CLIENT_CRL") or _list_beside(client_ca),
    )


def _mode(text: str | None, client_ca: Path | None) -> ClientCertificates:
    if not text:
        return ClientCertificates.OFF if client_ca is None else ClientCertificates.REQUIRED
    try:
        mode = ClientCertificates(text)
    except ValueError as error:
        raise Malformed(
            "CLIENT_CERTS", "Client certificates: off, optional or required."
        ) from error
    if mode is not ClientCertificates.OFF and client_ca is None:
        raise Malformed("CLIENT_CA", f"Client certificates are {mode}: name their --client-ca.")
    return mode


def _refuse_without_tls(
    chosen: argparse.Namespace,
    environment: Mapping[str, str],
    client_ca: Path | None,
    mode: ClientCertificates,
) -> None:
    if client_ca is not None or mode is not ClientCertificates.OFF:
        raise Malformed("TLS_CERT", "Client certificates need TLS: name the server's --tls-cert.")
    is_allowed = chosen.plain_http or environment.get("LUCKYGAS_PLAIN_HTTP") == "allowed"
    if not is_here(chosen.host) and not is_allowed:
        raise Malformed(
            "PLAIN_HTTP",
            f"Listening on {chosen.host} without TLS would let anybody on the network read names, "
            "addresses and passwords. Name a certificate with --tls-cert ('luckygas-server ca' "
            "makes one), or allow it with --plain-http when a proxy adds TLS.",
        )


def _list_beside(client_ca: Path | None) -> Path | None:
    """The revocation list of an authority of ours, so that nobody can forget to name it."""
    if client_ca is None or not (client_ca.parent / REVOKED).exists():
        return None
    return client_ca.parent / REVOKED
