"""`luckygas-server ca`: the commands of a shop's own small authority."""

import argparse
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from app.transport.clocks import utc_now
from app.transport.trust import WARNED_AHEAD
from server.refusals import Malformed
from server.security import certificates
from server.security.authority import AuthorityFolder, Issued
from server.security.certificates import PRIVATE_DOMAINS, PRIVATE_NETWORKS, Realm

WithDataDir = Callable[[argparse.ArgumentParser], argparse.ArgumentParser]


def add_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", with_data_dir: WithDataDir
) -> None:
    """Add `ca` with what belongs to it; the authority lives in `ca` below the data folder."""
    parser = commands.add_parser("ca", help="certificates of an authority of your own")
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, help_: str, run: Callable[[argparse.Namespace], None]
    ) -> argparse.ArgumentParser:
        command = with_data_dir(kinds.add_parser(name, help=help_))
        command.set_defaults(run=run)
        return command

    init = add("init", "make the authority", _init)
    init.add_argument("--name", default="Lucky Gas authority", help="its name (%(default)s)")
    init.add_argument(
        "--domain", action="append", default=[], metavar="NAME",
        help="a host or domain it may speak for, besides this machine and private names",
    )  # fmt: skip
    init.add_argument(
        "--network", action="append", default=[], metavar="NET",
        help="a network it may speak for, besides the private ones",
    )  # fmt: skip
    server = add("issue-server", "a certificate for a server", _issue_server)
    server.add_argument("host", nargs="+", help="host names and addresses by which it is reached")
    client = add("issue-client", "a certificate for a register or a service", _issue_client)
    client.add_argument("name", help="e.g. register-07")
    add("list", "every certificate and when it ends", _list)
    renew = add("renew", "new certificates in the same files", _renew)
    renew.add_argument("name", nargs="*", help="without names: all that end within 60 days")
    revoke = add("revoke", "believe a certificate no more", _revoke)
    revoke.add_argument("name", help="a name, or a serial number as 'list' shows it")


def _folder(chosen: argparse.Namespace) -> AuthorityFolder:
    data_dir: Path = chosen.data_dir
    return AuthorityFolder(data_dir / "ca")


def _init(chosen: argparse.Namespace) -> None:
    domains = [certificates.domain_from(text) for text in chosen.domain]
    networks = [certificates.network_from(text) for text in chosen.network]
    realm = Realm((*PRIVATE_DOMAINS, *_own_name(), *domains), (*PRIVATE_NETWORKS, *networks))
    folder = _folder(chosen)
    folder.found(chosen.name, realm)
    _say(f"The authority is made. Clients must believe {folder.certificate_file}")


def _own_name() -> tuple[str, ...]:
    try:
        return (certificates.domain_from(socket.gethostname()),)
    except Malformed:
        return ()


def _issue_server(chosen: argparse.Namespace) -> None:
    file = _folder(chosen).issue_server([certificates.host_from(text) for text in chosen.host])
    _say(f"Start the server with: luckygas-server serve --tls-cert {file}")


def _issue_client(chosen: argparse.Namespace) -> None:
    file = _folder(chosen).issue_client(chosen.name)
    _say(f"Bring this file to {chosen.name} safely, it holds a key: {file}")


def _list(chosen: argparse.Namespace) -> None:
    folder = _folder(chosen)
    own = folder.certificate()
    _say(f"{'authority':<10} {certificates.name_of(own):<30} {own.not_valid_after_utc:%Y-%m-%d}")
    for one in folder.issued():
        state = _state(one)
        _say(f"{one.kind:<10} {one.name:<30} {one.expires_at:%Y-%m-%d}  {one.serial:x}  {state}")


def _state(one: Issued) -> str:
    left = one.expires_at - utc_now()
    if one.revoked_at is not None:
        return f"revoked on {one.revoked_at:%Y-%m-%d}"
    if left.total_seconds() < 0:
        return "ended"
    if not one.is_current:
        return "renewed by another"
    return f"ends in {left.days} days: renew it" if left < WARNED_AHEAD else "valid"


def _renew(chosen: argparse.Namespace) -> None:
    folder = _folder(chosen)
    names = chosen.name or folder.due()
    for name in names:
        _say(f"Renewed: {folder.renew(name)}")
    if not names:
        _say("Nothing ends within 60 days.")


def _revoke(chosen: argparse.Namespace) -> None:
    folder = _folder(chosen)
    count = folder.revoke(chosen.name)
    _say(f"{count} revoked in {folder.revoked_file}; a running server notices by itself.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
