"""The server's side of TLS: its certificate, whose certificates it wants, and their renewal.

Files are looked at every two seconds; new connections use them as they are then. An authority that
is taken out of the client authorities is believed until the next start.
"""

import argparse
import os
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import structlog
from cryptography import x509
from starlette.requests import HTTPConnection

from app.transport.clocks import utc_now
from app.transport.private_files import require_private
from app.transport.trust import WARNED_AHEAD, authorities_in, expires_at, is_here, stamp
from server.refusals import Malformed
from server.security.authority import REVOKED

_log = structlog.get_logger()
LOOKS_EVERY_S = 2
WARNS_EVERY = timedelta(days=1)


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


class ServerTls:
    """The living TLS of one server. Raises `OSError` or `Malformed` when a file is no good."""

    def __init__(self, options: TlsOptions, now: Callable[[], datetime] = utc_now) -> None:
        self._options = options
        self._now = now
        self._seen: object = self._stamps()
        try:
            self.context = _context(options)
            self.revoked = _revoked_serials(options)
            self._expires_at = expires_at(options.cert_file)
        except (ssl.SSLError, ValueError) as error:
            files = ", ".join(map(str, options.files()))
            text = f"TLS can not start with {files}: {error}"
            raise Malformed("TLS_FILES", text) from error
        self._warned_at = datetime.min.replace(tzinfo=self._expires_at.tzinfo)
        self._warn()

    def certificate_expires_at(self) -> datetime:
        """When the server's own certificate ends (UTC)."""
        return self._expires_at

    def refresh(self) -> bool:
        """Take over changed files; whether there were any. Bad ones are logged and not used."""
        self._warn()
        try:
            seen = self._stamps()
            if seen == self._seen:
                return False
            self._seen = seen
            # Tried on a context of its own: a half-written file must not spoil the living one.
            _context(self._options)
            _load(self.context, self._options)
            self.revoked = _revoked_serials(self._options)
            self._expires_at = expires_at(self._options.cert_file)
        except (OSError, ValueError) as error:
            _log.warning("the new certificate files are no good, the old stay", error=str(error))
            return False
        _log.info("certificate files read anew", expires_at=self._expires_at.isoformat())
        return True

    def _stamps(self) -> object:
        return [stamp(file) for file in self._options.files()]

    def _warn(self) -> None:
        """Say once a day that the end is near."""
        left = self._expires_at - self._now()
        if left > WARNED_AHEAD or self._now() - self._warned_at < WARNS_EVERY:
            return
        self._warned_at = self._now()
        _log.warning(
            "the server's certificate ends soon" if left > timedelta(0) else
            "the server's certificate has ended: no client accepts it",
            days=left.days, expires_at=self._expires_at.isoformat(),
        )  # fmt: skip


def certificate_expires_at(connection: HTTPConnection) -> datetime | None:
    """When the certificate of the server that got this request ends; None without TLS."""
    tls: ServerTls | None = getattr(connection.app.state, "tls", None)
    return None if tls is None else tls.certificate_expires_at()


class _SpokenRefusal(ssl.SSLObject):
    """Lets a refused client hear why.

    asyncio drops the connection without sending the alert that OpenSSL has prepared, so that a
    revoked register would only see a lost connection. Asking for more input first sends it.
    """

    _refusal: ssl.SSLError | None = None

    def do_handshake(self) -> None:
        """As usual, but fail in two steps."""
        if self._refusal is not None:
            raise self._refusal
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError as error:
            _log.info("TLS refused", reason=str(error.reason or error))
            self._refusal = error
            raise ssl.SSLWantReadError from error


def _context(options: TlsOptions) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.sslobject_class = _SpokenRefusal
    if options.client_certs is not ClientCertificates.OFF:
        is_required = options.client_certs is ClientCertificates.REQUIRED
        context.verify_mode = ssl.CERT_REQUIRED if is_required else ssl.CERT_OPTIONAL
        # A resumed session would not show its certificate, which may be revoked by now.
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
        if options.revoked_file is not None:
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    _load(context, options)
    return context


def _load(context: ssl.SSLContext, options: TlsOptions) -> None:
    require_private(options.key_file or options.cert_file)
    # An encrypted key would stop and ask on the terminal: an empty password fails instead.
    context.load_cert_chain(options.cert_file, options.key_file, password="")
    if options.client_ca is not None:
        context.load_verify_locations(cadata=b"".join(authorities_in(options.client_ca)))
    if options.revoked_file is not None:
        context.load_verify_locations(options.revoked_file)


def _revoked_serials(options: TlsOptions) -> frozenset[int]:
    if options.revoked_file is None:
        return frozenset()
    listed = x509.load_pem_x509_crl(options.revoked_file.read_bytes())
    return frozenset(one.serial_number for one in listed)
