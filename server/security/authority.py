"""The folder of a shop's own authority: its key, what it has signed, what it has revoked.

authority.pem   what clients and server must believe; may be given to anybody
authority.key   whoever has it can be anybody: for its owner only
revoked.pem     the revocation list; the server reads it anew when it changes
servers/, clients/   one file for each: key, certificate and authority
issued/         every certificate that was ever signed, by serial number
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.transport.clocks import utc_now
from app.transport.private_files import require_private, write_private
from server.refusals import Conflict, Malformed, NotFound
from server.security import certificates
from server.security.certificates import CLIENT, SERVER, Authority, Host, Identity, Realm

# One label: a dot would make it a host name, which the authority's realm limits.
_CLIENT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
RENEWED_AHEAD = timedelta(days=60)
REVOKED = "revoked.pem"


@dataclass(frozen=True, slots=True)
class Issued:
    """One certificate of the authority; `is_current` when its file is the one in use."""

    name: str
    kind: str
    serial: int
    expires_at: datetime
    revoked_at: datetime | None
    is_current: bool


class AuthorityFolder:
    """An authority on disk. Every file with a key is for its owner only, and checked for it."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = utc_now) -> None:
        self._folder = folder
        self._now = now

    @property
    def certificate_file(self) -> Path:
        """What clients and servers are told to believe."""
        return self._folder / "authority.pem"

    @property
    def revoked_file(self) -> Path:
        """The revocation list."""
        return self._folder / REVOKED

    @property
    def _key_file(self) -> Path:
        return self._folder / "authority.key"

    def found(self, name: str, realm: Realm) -> None:
        """Make the authority; raises `Conflict` when there is one, which is never replaced."""
        if self._key_file.exists() or self.certificate_file.exists():
            raise Conflict(
                "CA_EXISTS",
                f"There is an authority in {self._folder} already. Everything it signed would be "
                "worthless without it; choose another --data-dir for a second one.",
            )
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        authority = certificates.new_authority(name, realm, self._now())
        write_private(self._key_file, certificates.pem_of(authority.key))
        self.certificate_file.write_bytes(_pem(authority.certificate))
        self._write_revoked(authority, [])

    def issue_server(self, hosts: Sequence[Host]) -> Path:
        """Sign a server's certificate; its file. Raises `Conflict` when that name has one."""
        self._refuse_second(certificates.name_for(hosts[0]))
        return self._keep(certificates.server_identity(self._open(), hosts, self._now()))

    def issue_client(self, name: str) -> Path:
        """Sign the certificate of a register or service; its file. `Conflict`, `Malformed`."""
        if not _CLIENT_NAME.fullmatch(name):
            raise Malformed("NAME", "A name is 1-63 of a-z, 0-9, dash and underscore.")
        self._refuse_second(name)
        return self._keep(certificates.client_identity(self._open(), name, self._now()))

    def renew(self, name: str) -> Path:
        """A new key and certificate for the same names, in the same file at one stroke.

        The old certificate stays valid until its end, for machines that get the file later.
        """
        authority = self._open()
        name = _as_kept(name)
        old = self._current(name)
        if certificates.kind_of(old) == CLIENT:
            return self._keep(certificates.client_identity(authority, name, self._now()))
        hosts = certificates.hosts_of(old)
        # The first one names the file, wherever the certificate lists it.
        hosts.sort(key=lambda host: certificates.name_for(host) != name)
        return self._keep(certificates.server_identity(authority, hosts, self._now()))

    def due(self) -> list[str]:
        """The names whose certificate in use ends within 60 days."""
        end = self._now() + RENEWED_AHEAD
        return [one.name for one in self.issued() if one.is_current and one.expires_at < end]

    def revoke(self, name: str) -> int:
        """Believe no certificate of this name (or serial number, hexadecimal) any more; how many.

        The file with its key is removed, so that the name can be issued again.
        """
        authority = self._open()
        revoked = {one.serial_number: one.revocation_date_utc for one in self._revoked()}
        chosen = [
            one
            for one in self.issued()
            if _as_kept(name) in (one.name, f"{one.serial:x}") and one.revoked_at is None
        ]
        if not chosen:
            raise NotFound("CERTIFICATE", f"There is no valid certificate of '{name}'; see 'list'.")
        revoked.update({one.serial: self._now() for one in chosen})
        self._write_revoked(authority, list(revoked.items()))
        for one in chosen:
            if one.is_current:
                self._file(one.kind, one.name).unlink()
        return len(chosen)

    def issued(self) -> list[Issued]:
        """Everything that was ever signed, the next to end first."""
        revoked = {one.serial_number: one.revocation_date_utc for one in self._revoked()}
        found = [
            self._describe(_read(path), revoked) for path in (self._folder / "issued").glob("*.pem")
        ]
        return sorted(found, key=lambda one: (one.expires_at, one.name))

    def certificate(self) -> x509.Certificate:
        """The authority's own; raises `NotFound` when none was made."""
        try:
            return _read(self.certificate_file)
        except FileNotFoundError as error:
            raise NotFound(
                "CA", f"There is no authority in {self._folder}; make one with 'ca init'."
            ) from error

    def _open(self) -> Authority:
        certificate = self.certificate()
        require_private(self._key_file)
        return Authority(certificate, certificates.key_from(self._key_file.read_bytes()))

    def _describe(self, certificate: x509.Certificate, revoked: dict[int, datetime]) -> Issued:
        name, kind = certificates.name_of(certificate), certificates.kind_of(certificate)
        file = self._file(kind, name)
        serial = certificate.serial_number
        return Issued(
            name=name,
            kind=kind,
            serial=serial,
            expires_at=certificate.not_valid_after_utc,
            revoked_at=revoked.get(serial),
            is_current=file.exists() and _read(file).serial_number == serial,
        )

    def _keep(self, identity: Identity) -> Path:
        certificate = identity.certificate
        kind = certificates.kind_of(certificate)
        history = self._folder / "issued" / f"{certificate.serial_number:x}.pem"
        history.parent.mkdir(exist_ok=True)
        history.write_bytes(_pem(certificate))
        file = self._file(kind, certificates.name_of(certificate))
        parts = [certificates.pem_of(identity.key), _pem(certificate)]
        if kind == CLIENT:
            parts.append(self.certificate_file.read_bytes())
        write_private(file, b"".join(parts))
        return file

    def _file(self, kind: str, name: str) -> Path:
        folder = "servers" if kind == SERVER else "clients"
        return self._folder / folder / f"{name}.pem"

    def _refuse_second(self, name: str) -> None:
        for kind in (SERVER, CLIENT):
            if self._file(kind, name).exists():
                raise Conflict(
                    "CERTIFICATE_EXISTS",
                    f"'{name}' has a certificate already: {self._file(kind, name)}. "
                    "Use 'ca renew', or 'ca revoke' when its key may be in strange hands.",
                )

    def _current(self, name: str) -> x509.Certificate:
        for kind in (SERVER, CLIENT):
            if self._file(kind, name).exists():
                return _read(self._file(kind, name))
        raise NotFound("CERTIFICATE", f"There is no certificate of '{name}'; see 'ca list'.")

    def _revoked(self) -> list[x509.RevokedCertificate]:
        return list(x509.load_pem_x509_crl(self.revoked_file.read_bytes()))

    def _write_revoked(self, authority: Authority, revoked: list[tuple[int, datetime]]) -> None:
        previous = (
            x509.load_pem_x509_crl(self.revoked_file.read_bytes())
            if self.revoked_file.exists()
            else None
        )
        signed = certificates.revocation_list(authority, revoked, previous, self._now())
        unfinished = self.revoked_file.with_suffix(".part")
        unfinished.write_bytes(signed.public_bytes(Encoding.PEM))
        unfinished.replace(self.revoked_file)


def _as_kept(name: str) -> str:
    """An address as the file of its certificate is called."""
    try:
        return certificates.name_for(certificates.host_from(name))
    except Malformed:
        return name


def _read(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file, whatever stands before it."""
    return x509.load_pem_x509_certificates(path.read_bytes())[0]


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
