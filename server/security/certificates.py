"""Certificates of a shop's own authority: what is in them, and how they are signed (X.509).

No files here, and the time is an argument. See docs/decisions/091-own-small-authority.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.refusals import Malformed

ROOT_LIFE = timedelta(days=3652)
LEAF_LIFE = timedelta(days=397)  # the longest that browsers and telephones accept
SLOW_CLOCKS = timedelta(days=1)  # a register whose clock is behind believes a new certificate
SERVER, CLIENT = "server", "client"
_MARKS = str.maketrans("-_", "aa")  # Windows allows underscores in names
Host = str | IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Realm:
    """The only names and networks for which an authority may speak (RFC 5280, 4.2.1.10)."""

    domains: tuple[str, ...]
    networks: tuple[Network, ...]

    def covers(self, host: Host) -> bool:
        """Whether a server of this name or address may get a certificate."""
        if isinstance(host, str):
            return any(host == name or host.endswith(f".{name}") for name in self.domains)
        return any(host in network for network in self.networks)


# What no public authority may certify: names and addresses of private networks.
PRIVATE_DOMAINS = ("localhost", "lan", "local", "internal", "home.arpa")
PRIVATE_NETWORKS = tuple(
    ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
        *("169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"),
    )
)


class Authority(NamedTuple):
    """An authority that can sign."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Identity(NamedTuple):
    """A signed certificate with its new key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def new_authority(name: str, realm: Realm, now: datetime) -> Authority:
    """A root for ten years that may sign servers and clients of this realm, and no authorities."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    permitted = [
        *(x509.DNSName(domain) for domain in realm.domains),
        *(x509.IPAddress(network) for network in realm.networks),
    ]
    builder = (
        _builder(subject, subject, key.public_key(), now - SLOW_CLOCKS, now + ROOT_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return Authority(builder.sign(key, SHA256()), key)


def realm_of(authority: x509.Certificate) -> Realm:
    """What an authority of ours may speak for."""
    found = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = found.permitted_subtrees or ()
    return Realm(
        tuple(name.value for name in permitted if isinstance(name, x509.DNSName)),
        tuple(
            name.value
            for name in permitted
            if isinstance(name, x509.IPAddress)
            and isinstance(name.value, IPv4Network | IPv6Network)
        ),
    )


def server_identity(authority: Authority, hosts: Sequence[Host], now: datetime) -> Identity:
    """A certificate for a server with these names and addresses; the first one names it.

    Raises `Malformed` for a name outside the authority's realm: clients would refuse it.
    """
    realm = realm_of(authority.certificate)
    for host in hosts:
        if not realm.covers(host):
            raise Malformed(
                "REALM",
                f"This authority may not speak for {host}. It was made for: {_in_words(realm)}. "
                "A new one can be made with 'ca init --domain' or '--network'.",
            )
    names: list[x509.GeneralName] = [
        x509.DNSName(host) if isinstance(host, str) else x509.IPAddress(host) for host in hosts
    ]
    alternative = x509.SubjectAlternativeName(names)
    return _leaf(authority, name_for(hosts[0]), ExtendedKeyUsageOID.SERVER_AUTH, now, alternative)


def name_for(host: Host) -> str:
    """The name of a server's certificate and file: a host name as it is, 10.0.0.5 as 10-0-0-5.

    OpenSSL takes a common name with dots for a host name, and finds it outside the realm.
    """
    return host if isinstance(host, str) else str(host).replace(".", "-").replace(":", "-")


def client_identity(authority: Authority, name: str, now: datetime) -> Identity:
    """A certificate by which a register or a service proves its name."""
    return _leaf(authority, name, ExtendedKeyUsageOID.CLIENT_AUTH, now, None)


def revocation_list(
    authority: Authority,
    revoked: Sequence[tuple[int, datetime]],
    previous: x509.CertificateRevocationList | None,
    now: datetime,
) -> x509.CertificateRevocationList:
    """Serial numbers that are no longer believed, with the moment since when."""
    # OpenSSL takes the list with the later date, by whole seconds: never the same one twice.
    dated = now - SLOW_CLOCKS
    if previous is not None:
        dated = max(dated, previous.last_update_utc + timedelta(seconds=1))
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(dated)
        .next_update(authority.certificate.not_valid_after_utc)
        .add_extension(_by(authority), critical=False)
        .add_extension(x509.CRLNumber(int(dated.timestamp())), critical=False)
    )
    for serial, since in revoked:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(one.build())
    return builder.sign(authority.key, SHA256())


def name_of(certificate: x509.Certificate) -> str:
    """The common name; empty when there is none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def kind_of(certificate: x509.Certificate) -> str:
    """`SERVER` or `CLIENT`."""
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return SERVER if ExtendedKeyUsageOID.SERVER_AUTH in usage else CLIENT


def hosts_of(certificate: x509.Certificate) -> list[Host]:
    """The names and addresses of a server's certificate."""
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    addresses = found.get_values_for_type(x509.IPAddress)
    return [
        *found.get_values_for_type(x509.DNSName),
        *(one for one in addresses if isinstance(one, IPv4Address | IPv6Address)),
    ]


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as PEM, not encrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def key_from(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """The key in a PEM; raises `Malformed` when it is no key of ours."""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise Malformed("KEY", "The authority's key file is damaged or encrypted.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Malformed("KEY", "The authority's key is of another kind than 'ca init' makes.")
    return key


def host_from(text: str) -> Host:
    """A host name or an address as a person types it; raises `Malformed`."""
    try:
        return ip_address(text)
    except ValueError:
        return domain_from(text)


def domain_from(text: str) -> str:
    """A host or domain name in lower case; raises `Malformed`."""
    name = text.strip().lower().rstrip(".")
    labels = name.split(".")
    if len(name) > 253 or not all(
        0 < len(label) <= 63 and label.isascii() and label.translate(_MARKS).isalnum()
        for label in labels
    ):
        raise Malformed("HOST", f"'{text}' is no host name and no address.")
    return name


def network_from(text: str) -> Network:
    """A network such as 203.0.113.0/24, or one address; raises `Malformed`."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise Malformed("NETWORK", f"'{text}' is no network: {error}.") from error


def _leaf(
    authority: Authority,
    name: str,
    purpose: x509.ObjectIdentifier,
    now: datetime,
    alternative: x509.SubjectAlternativeName | None,
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    # A certificate outlives its authority for nobody.
    end = min(now + LEAF_LIFE, authority.certificate.not_valid_after_utc)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = authority.certificate.subject
    builder = (
        _builder(subject, issuer, key.public_key(), now - SLOW_CLOCKS, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(_by(authority), critical=False)
    )
    if alternative is not None:
        builder = builder.add_extension(alternative, critical=False)
    return Identity(builder.sign(authority.key, SHA256()), key)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    start: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _by(authority: Authority) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())


def _in_words(realm: Realm) -> str:
    return ", ".join((*realm.domains, *map(str, realm.networks)))
