"""The commands of whoever runs the server: audit, secrets, backup, restore, status."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from server.operation.audit import Action, AuditEntry, note, person
from server.operation.audit_chain import Mark, verify
from server.operation.backup import make_backup
from server.operation.restore import restore_backup
from server.operation.secrets import Secrets
from server.operation.status import Status, read_status
from server.refusals import Conflict

_NEWEST = """
    SELECT * FROM (
        SELECT n, at, actor, action, target, outcome, detail::text AS detail, correlation
        FROM audit_log WHERE ($1 = '' OR action = $1) AND ($2 = '' OR correlation = $2)
        ORDER BY n DESC LIMIT $3) newest
    ORDER BY n
"""


class AuditBroken(Conflict):
    """The audit log was tampered with."""


def add_audit(command: argparse.ArgumentParser) -> tuple[argparse.ArgumentParser, ...]:
    """The actions of `audit`; each gets `job`, a coroutine for a connection and the choice."""
    actions = command.add_subparsers(required=True, metavar="ACTION")
    check = actions.add_parser("verify", help="is every entry there, and as it was written?")
    check.add_argument(
        "--contains", type=_mark, metavar="N:HASH",
        help="an entry that was noted earlier must still stand in the log",
    )  # fmt: skip
    check.set_defaults(job=verify_audit)
    listing = actions.add_parser("list", help="the newest entries, oldest first")
    listing.add_argument("--limit", type=int, default=100, help="how many (%(default)s)")
    listing.add_argument("--action", default="", help="only these, like order.credit-overridden")
    listing.add_argument("--correlation", default="", help="only what one act set in motion")
    listing.add_argument("--json", action="store_true", help="for programs, one per line")
    listing.set_defaults(job=list_audit)
    return check, listing


async def verify_audit(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    """Say whether the chain is whole; raises `AuditBroken` with the first break."""
    verdict = await verify(connection, chosen.contains)
    if verdict.defect:
        raise AuditBroken("AUDIT", f"The audit log is broken. {verdict.defect}")
    sys.stdout.write(f"{verdict.entries} entries, none was changed.\n{verdict.mark}\n")


async def list_audit(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    """Print the newest entries."""
    rows = await connection.fetch(_NEWEST, chosen.action, chosen.correlation, chosen.limit)
    for row in rows:
        entry = dict(row) | {"at": row["at"].astimezone(UTC).isoformat()}
        if chosen.json:
            entry["detail"] = json.loads(row["detail"])
            sys.stdout.write(json.dumps(entry, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(
                "{n:>8}  {at}  {actor:<12} {action:<28} {target:<24} {outcome:<14} "
                "{detail}  {correlation}\n".format(**entry)
            )


def add_secrets(command: argparse.ArgumentParser) -> tuple[argparse.ArgumentParser, ...]:
    """The actions of `secrets`."""
    actions = command.add_subparsers(required=True, metavar="ACTION")
    setting = actions.add_parser("set", help="asks for the secret, or reads a line of input")
    setting.add_argument("name", metavar="NAME", help="like SMS_API_KEY")
    setting.set_defaults(job=set_secret)
    return (setting,)


async def set_secret(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    """Keep a secret, and note that it was set; never what it is."""
    is_typed = sys.stdin.isatty()
    value = getpass.getpass(f"{chosen.name}: ") if is_typed else sys.stdin.readline()
    where = Secrets(chosen.data_dir).keep(chosen.name, value.rstrip("\r\n"))
    await note(connection, AuditEntry(Action.SECRET_SET, chosen.name, actor=person()))
    sys.stdout.write(f"{chosen.name} is kept in {where}.\n")


def add_backup(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Where to write the backup."""
    command.add_argument("file", type=Path, metavar="FILE", help="must not exist yet")
    return command


async def back_up(connection: asyncpg.Connection, dsn: str, chosen: argparse.Namespace) -> None:
    """Write the backup and say what is in it."""
    backup = await make_backup(connection, dsn, chosen.file)
    sys.stdout.write(
        f"{backup.file}: {backup.bytes:,} bytes\nsha256 {backup.sha256}\naudit  {backup.mark}\n"
    )


def add_restore(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """What to restore, and whether it may replace what is there."""
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument(
        "--replace", action="store_true", help="give up what the database holds now"
    )
    command.add_argument(
        "--booklets", type=int, default=20, metavar="N",
        help="invoice booklets per period that may have been begun since the backup; they are "
        "set aside (%(default)s)",
    )  # fmt: skip
    return command


async def restore(dsn: str, chosen: argparse.Namespace) -> None:
    """Restore, and say what happens next."""
    done = await restore_backup(dsn, chosen.file, chosen.data_dir, replace=chosen.replace)
    sys.stdout.write(
        f"{done.orders:,} orders restored. The feed is {done.epoch} at {done.pos} now: when the\n"
        "server starts, every register asks to sign in, fetches everything anew, and sends what\n"
        "it took since the backup again.\n"
    )


def add_status(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """For people, or for programs."""
    command.add_argument("--json", action="store_true", help="for programs")
    return command


async def tell_status(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    """Print how the server stands."""
    status = await read_status(connection, chosen.data_dir)
    if chosen.json:
        sys.stdout.write(json.dumps(status.plain(), ensure_ascii=False) + "\n")
    else:
        _tell(status, sys.stdout.write)


def _tell(status: Status, write: Callable[[str], object]) -> None:
    for label, value in status.lines(datetime.now(UTC)):
        write(f"{label:<11} {value}\n")


def _mark(text: str) -> Mark:
    number, _, digits = text.partition(":")
    try:
        return Mark(int(number), bytes.fromhex(digits))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            "a mark is like 4711:ab12…, as verify prints it"
        ) from error
