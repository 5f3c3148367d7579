"""The server's side of TLS: its certificate, whose certificates it wants, and their renewal.

Files are looked at every two seconds; new connections use them as they are then. An authority that
is taken out of the client authorities is believed until the next start.
"""

import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from cryptography import x509
from starlette.requests import HTTPConnection

from app.transport.clocks import utc_now
from app.transport.private_files import OpenToOthers, require_private
from app.transport.trust import WARNED_AHEAD, WARNS_EVERY, authorities_in, expires_at, stamp
from server.refusals import Malformed
from server.security.tls_options import ClientCertificates, TlsOptions

_log = structlog.get_logger()
LOOKS_EVERY_S = 2


class ServerTls:
    """The living TLS of one server. Raises `OSError` or `Malformed` when a file is no good."""

    def __init__(self, options: TlsOptions, now: Callable[[], datetime] = utc_now) -> None:
        self._options = options
        self._now = now
        self._trouble = ""
        self._seen: object = self._stamps()
        try:
            self.context = _context(options)
            self._expires_at = expires_at(options.cert_file)
        except OpenToOthers:
            raise
        except (OSError, ValueError) as error:  # OpenSSL does not say which file it means
            files = ", ".join(map(str, options.files()))
            text = f"TLS can not start with {files}: {error}"
            raise Malformed("TLS_FILES", text) from error
        self._warned_at = datetime.min.replace(tzinfo=self._expires_at.tzinfo)
        self._warn()

    @property
    def revoked(self) -> frozenset[int]:
        """Serial numbers of clients that are believed no more."""
        return self.context.revoked

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
            self._expires_at = expires_at(self._options.cert_file)
        except (OSError, ValueError) as error:
            self._complain(str(error))
            return False
        self._trouble = ""
        _log.info("certificate files read anew", expires_at=self._expires_at.isoformat())
        return True

    def _complain(self, trouble: str) -> None:
        """Say once what is wrong with the new files."""
        if trouble != self._trouble:
            _log.warning("the new certificate files are no good, the old stay", error=trouble)
        self._trouble = trouble

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


class _Context(ssl.SSLContext):
    """A server's context that knows which clients are revoked."""

    revoked: frozenset[int] = frozenset()


class _Connection(ssl.SSLObject):
    """Lets a refused client hear why, and looks again at one that resumes a session.

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
            _log.info("TLS refused", reason=str(getattr(error, "reason", error)))
            self._refusal = error
            raise ssl.SSLWantReadError from error
        if self.session_reused:
            self._look_again()

    def _look_again(self) -> None:
        """OpenSSL does not: the certificate may have ended or been revoked since (TLS 1.2)."""
        der = self.getpeercert(binary_form=True)
        if not der:
            return
        certificate = x509.load_der_x509_certificate(der)
        revoked = self.context.revoked if isinstance(self.context, _Context) else frozenset()
        if certificate.serial_number in revoked or certificate.not_valid_after_utc < utc_now():
            _log.info("TLS refused", reason="RESUMED_BY_A_REFUSED_CERTIFICATE")
            raise ssl.SSLError("a session was resumed with a certificate that no longer counts")


def _context(options: TlsOptions) -> _Context:
    context = _Context(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.sslobject_class = _Connection
    if options.client_certs is not ClientCertificates.OFF:
        is_required = options.client_certs is ClientCertificates.REQUIRED
        context.verify_mode = ssl.CERT_REQUIRED if is_required else ssl.CERT_OPTIONAL
        # A resumed session does not show its certificate, which may be revoked by now.
        context.options |= ssl.OP_NO_TICKET
        context.num_tickets = 0
        if options.revoked_file is not None:
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    _load(context, options)
    return context


def _load(context: _Context, options: TlsOptions) -> None:
    require_private(options.key_file or options.cert_file)
    # An encrypted key would stop and ask on the terminal: an empty password fails instead.
    context.load_cert_chain(options.cert_file, options.key_file, password="")
    if options.client_ca is not None:
        context.load_verify_locations(cadata=b"".join(authorities_in(options.client_ca)))
    if options.revoked_file is not None:
        context.load_verify_locations(options.revoked_file)
        context.revoked = _revoked_serials(options.revoked_file)


def _revoked_serials(revoked_file: Path) -> frozenset[int]:
    """Of every list in the file: there is one for each authority."""
    end = b"-----END X509 CRL-----"
    parts = revoked_file.read_bytes().split(end)[:-1]
    lists = [x509.load_pem_x509_crl(part + end) for part in parts]
    return frozenset(one.serial_number for listed in lists for one in listed)
