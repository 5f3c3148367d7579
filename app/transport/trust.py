"""Whom this program believes over the network, and how it proves itself: TLS for every client.

Used by the register towards the office and by the server towards its neighbours. Nothing is sent
unencrypted to another machine unless that is allowed by name (docs/decisions/092).
"""

import logging
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx

from app.transport.clocks import utc_now
from app.transport.errors import NotEncrypted, UntrustedClient, UntrustedServer
from app.transport.private_files import require_private

WARNED_AHEAD = timedelta(days=30)
WARNS_EVERY = timedelta(days=1)
ENCRYPTED = frozenset({"https", "wss"})
# What a server answers to a client's certificate, or to the lack of one (RFC 8446, 6.2).
REFUSALS = frozenset(
    {
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "TLSV1_ALERT_UNKNOWN_CA",
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    }
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrustFiles:
    """The PEM files of one machine; each may be missing.

    `ca_file` is believed besides the system's own list; `key_file` may be part of `cert_file`.
    `bundle` holds all three and stands in for what is not named, as soon as the file exists.
    """

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    bundle: Path | None = None

    def chosen(self) -> tuple[Path | None, Path | None, Path | None]:
        """CA, certificate and key to use now."""
        bundle = self.bundle if self.bundle is not None and self.bundle.exists() else None
        return self.ca_file or bundle, self.cert_file or bundle, self.key_file


def files_from(
    environment: Mapping[str, str], prefix: str, bundle: Path | None = None
) -> TrustFiles:
    """The files that the variables `<prefix>_CA`, `<prefix>_CERT` and `<prefix>_KEY` name."""

    def file(name: str) -> Path | None:
        text = environment.get(f"{prefix}_{name}", "")
        return Path(text) if text else None

    return TrustFiles(file("CA"), file("CERT"), file("KEY"), bundle)


def ssl_context(
    ca_file: Path | None = None, cert_file: Path | None = None, key_file: Path | None = None
) -> ssl.SSLContext:
    """A client's context: TLS 1.2 or newer, host names checked, the system's authorities.

    `ca_file` is believed as well; `cert_file` and `key_file` prove who we are. Raises `OSError`
    (`ssl.SSLError`, `OpenToOthers` among them) or `ValueError` when a file can not be used.
    """
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, ca_file, cert_file, key_file)
    return context


def _load(
    context: ssl.SSLContext, ca_file: Path | None, cert_file: Path | None, key_file: Path | None
) -> None:
    if ca_file is not None:
        context.load_verify_locations(cadata=b"".join(authorities_in(ca_file)))
    if cert_file is not None:
        require_private(key_file or cert_file)
        # An encrypted key would stop and ask on the terminal: an empty password fails instead.
        context.load_cert_chain(cert_file, key_file, password="")


def authorities_in(path: Path) -> list[bytes]:
    """The certificates of authorities in a PEM file (DER), and no others: a bundle has our own too.

    Raises `OSError`, or `ValueError` when there is none.
    """
    reader = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    reader.load_verify_locations(path)
    found = reader.get_ca_certs(binary_form=True)
    if not found:
        raise ValueError(f"{path} holds no certificate of an authority.")
    return found


class Trust:
    """One machine's trust, kept current: new connections use the files as they are now.

    An authority that is taken out of a file is believed until the next start.
    """

    def __init__(self, files: TrustFiles | None = None, *, allows_plain_http: bool = False) -> None:
        self._files = files or TrustFiles()
        self._allows_plain_http = allows_plain_http
        self._context: ssl.SSLContext | None = None
        self._seen: tuple[object, ...] = ()
        self._ends: datetime | None = None
        self._warned_at: datetime | None = None
        self._trouble = ""

    def check(self, url: httpx.URL) -> None:
        """Raise `NotEncrypted` when requests to this address could be read on the way."""
        if url.scheme not in ENCRYPTED and not self._allows_plain_http and not is_here(url.host):
            raise NotEncrypted(f"{url.scheme}://{url.host} is not encrypted")

    def context(self) -> ssl.SSLContext:
        """The context for a new connection, always the same object.

        Raises `UntrustedClient` when a file that is named can not be used.
        """
        try:
            context = self._current()
        except (OSError, ValueError) as error:
            self._seen = ()
            self._complain(str(error))
            raise UntrustedClient(str(error)) from error
        self._trouble = ""
        self._warn()
        return context

    def context_for(self, url: httpx.URL) -> ssl.SSLContext | None:
        """`context` for an encrypted address, None for another; raises as `check` does."""
        self.check(url)
        return self.context() if url.scheme in ENCRYPTED else None

    def certificate_expires_at(self) -> datetime | None:
        """When our own certificate ends; None without one."""
        cert_file = self._files.chosen()[1]
        return None if cert_file is None else expires_at(cert_file)

    def _current(self) -> ssl.SSLContext:
        chosen = self._files.chosen()
        seen = tuple(stamp(path) for path in chosen if path is not None)
        if self._context is None:
            self._context = ssl_context(*chosen)
        elif seen != self._seen:
            ssl_context(*chosen)  # a half-written pair must not spoil the living one
            _load(self._context, *chosen)
        if seen != self._seen:
            self._ends = self.certificate_expires_at()
        self._seen = seen
        return self._context

    def _complain(self, trouble: str) -> None:
        """Say once what is wrong with a file; the person at the counter only sees that it is."""
        if trouble != self._trouble:
            _log.warning("this machine's certificate files can not be used: %s", trouble)
        self._trouble = trouble

    def _warn(self) -> None:
        """Say once a day that the end is near."""
        now = utc_now()
        if self._ends is None or self._ends - now > WARNED_AHEAD:
            return
        if self._warned_at is None or now - self._warned_at >= WARNS_EVERY:
            _log.warning("this machine's certificate ends on %s", self._ends.date())
            self._warned_at = now


def stamp(path: Path) -> object:
    """Something that changes whenever the file does. Raises `OSError`."""
    found = path.stat()
    return (str(path), found.st_mtime_ns, found.st_size, found.st_ino)


def expires_at(cert_file: Path) -> datetime:
    """When the first certificate of a PEM file ends (UTC). Raises `OSError` or `ValueError`."""
    # imported late: a register without a certificate starts without it
    from cryptography.x509 import load_pem_x509_certificates

    return load_pem_x509_certificates(cert_file.read_bytes())[0].not_valid_after_utc


def is_here(host: str) -> bool:
    """Whether the host is this machine itself, so that nothing crosses a network."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def trust_problem(error: BaseException) -> UntrustedServer | UntrustedClient | None:
    """What a failed exchange says about certificates: theirs, ours, or nothing."""
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return UntrustedServer(str(cause))
        if isinstance(cause, ssl.SSLError) and getattr(cause, "reason", None) in REFUSALS:
            return UntrustedClient(str(cause))
    return None


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what it came from, and so on."""
    seen: set[int] = set()
    step: BaseException | None = error
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        yield step
        step = step.__cause__ or step.__context__
