"""The command `luckygas-server`."""

import argparse
import asyncio
import getpass
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import platformdirs

from app.domain.hours import business_date
from app.domain.invoices import Period
from app.wire.registers import Role
from server.app import api_document
from server.database.data_lock import AlreadyServed
from server.database.programs import PostgresUnavailable
from server.database.shop import shop_database
from server.importing.command import add_arguments, import_file
from server.invoice_operations.command import add_actions, look_after_invoices
from server.invoice_operations.restored import set_aside
from server.operation import commands as operation
from server.operation.audit import Action, AuditEntry, note, person
from server.operation.logs import log_to_stderr
from server.operation.secrets import Secrets, database_address
from server.orders import listing as order_listing
from server.orders import report_command
from server.refusals import Refusal
from server.security import (
    authority_commands,
    call_commands,
    register_commands,
    service_commands,
    tls_options,
)
from server.security.users import User, add_user, list_users, set_active, set_password
from server.serving import ServeOptions, serve

PERSONS = [role.value for role in Role if role is not Role.SERVICE]
Job = Callable[[asyncpg.Connection, argparse.Namespace], Awaitable[None]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it succeeded."""
    chosen = _parser().parse_args(arguments)
    log_to_stderr(os.environ.get("LUCKYGAS_LOG", "INFO"))
    try:
        chosen.run(chosen)
    except (PostgresUnavailable, AlreadyServed, Refusal, OSError) as error:
        print(f"luckygas-server: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="luckygas-server",
        description="The back office of Lucky Gas Counter. DATABASE_URL names a PostgreSQL of "
        "yours; without it the server brings its own and keeps it in the data folder.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_serve(commands)
    _add_users(commands)
    service_commands.add_commands(commands, _add_in_database)
    register_commands.add_commands(commands, _add_in_database)
    call_commands.add_commands(commands, _add_in_database)
    authority_commands.add_commands(commands, _with_data_dir)
    bring = commands.add_parser("import", help="bring customers or products in from CSV or XLSX")
    _with_data_dir(add_arguments(bring)).set_defaults(run=_in_database(import_file))
    invoices = commands.add_parser("invoices", help="invoice numbers: tracks, stock, unused ones")
    for action in add_actions(invoices):
        _with_data_dir(action).set_defaults(run=_in_database(look_after_invoices))
    _add_operation(commands)
    listing = commands.add_parser("orders", help="the orders of a day")
    _with_data_dir(order_listing.add_arguments(listing)).set_defaults(
        run=_in_database(order_listing.list_orders)
    )
    report_command.add_commands(commands, _add_in_database)
    document = commands.add_parser("openapi", help="print the API document")
    document.set_defaults(run=_openapi)
    return parser


def _add_operation(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    status = _add_in_database(commands, "status", "how the server stands", operation.tell_status)
    operation.add_status(status)
    audit = commands.add_parser("audit", help="the audit log: who did what")
    secrets = commands.add_parser("secrets", help="keys and passwords of this server")
    for action in (*operation.add_audit(audit), *operation.add_secrets(secrets)):
        _with_data_dir(action).set_defaults(run=_in_database(action.get_default("job")))
    backup = commands.add_parser("backup", help="the whole database in one file, while it serves")
    _with_data_dir(operation.add_backup(backup)).set_defaults(run=_back_up)
    restore = commands.add_parser("restore", help="make the database what a backup holds")
    _with_data_dir(operation.add_restore(restore)).set_defaults(run=_restore)


def _add_serve(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = _with_data_dir(commands.add_parser("serve", help="run the server"))
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    command.add_argument("--port", type=int, default=8710, help="0 takes a free one (%(default)s)")
    command.add_argument(
        "--sample", type=int, default=0, metavar="N",
        help="fill an empty database with a made-up shop of N customers; "
        "its users are demo/demo and boss/boss",
    )  # fmt: skip
    tls_options.add_arguments(command)
    command.set_defaults(run=_serve)


def _add_users(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    users = commands.add_parser("users", help="who may sign in").add_subparsers(required=True)
    add = _with_data_dir(users.add_parser("add", help="add a person; asks for the password"))
    add.add_argument("username")
    add.add_argument("--name", default="", help="the name that is shown")
    add.add_argument("--role", choices=PERSONS, default=Role.CLERK.value)
    add.set_defaults(run=_in_database(_add_user))
    listing = _with_data_dir(users.add_parser("list", help="everybody who may sign in"))
    listing.set_defaults(run=_in_database(_list_users))
    change = _with_data_dir(users.add_parser("set-password", help="asks for a new password"))
    change.add_argument("username")
    change.set_defaults(run=_in_database(_set_password))
    close = _add_in_database(users, "close", "a person who left may no longer sign in", _close_user)
    close.add_argument("username")
    reopen = _add_in_database(users, "reopen", "a closed person may sign in again", _reopen_user)
    reopen.add_argument("username")


def _with_data_dir(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument(
        "--data-dir",
        type=Path,
        default=platformdirs.user_data_path("luckygas-server", appauthor=False),
        help="where database and files are kept (%(default)s)",
    )
    return command


def _add_in_database(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str, job: Job
) -> argparse.ArgumentParser:
    command = _with_data_dir(commands.add_parser(name, help=about))
    command.set_defaults(run=_in_database(job))
    return command


def _serve(chosen: argparse.Namespace) -> None:
    options = ServeOptions(
        host=chosen.host,
        port=chosen.port,
        data_dir=chosen.data_dir,
        database_url=_database_url(chosen),
        sample=chosen.sample,
        tls=tls_options.read_options(chosen),
        environment=os.environ,
    )
    asyncio.run(serve(options, lambda address: print(f"ready {address}", flush=True)))


def _openapi(_chosen: argparse.Namespace) -> None:
    print(json.dumps(api_document(), ensure_ascii=False, indent=2))


def _in_database(job: Job) -> Callable[[argparse.Namespace], None]:
    """A command that needs the database: a running one is used, else it is started for it."""

    async def run(chosen: argparse.Namespace) -> None:
        async with shop_database(_database_url(chosen), chosen.data_dir) as dsn:
            connection = await asyncpg.connect(dsn)
            try:
                await job(connection, chosen)
            finally:
                await connection.close()

    return lambda chosen: asyncio.run(run(chosen))


def _database_url(chosen: argparse.Namespace) -> str:
    return database_address(os.environ, Secrets(chosen.data_dir))


def _back_up(chosen: argparse.Namespace) -> None:
    async def run() -> None:
        async with shop_database(_database_url(chosen), chosen.data_dir) as dsn:
            connection = await asyncpg.connect(dsn)
            try:
                await operation.back_up(connection, dsn, chosen)
            finally:
                await connection.close()

    asyncio.run(run())


def _restore(chosen: argparse.Namespace) -> None:
    async def run() -> None:
        url, folder = _database_url(chosen), chosen.data_dir
        async with shop_database(url, folder, must_own=True, migrated=False) as dsn:
            await operation.restore(dsn, chosen)
            await _set_numbers_aside(dsn, chosen.booklets)

    asyncio.run(run())


async def _set_numbers_aside(dsn: str, booklets: int) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        today = business_date(datetime.now(UTC))
        ranges = await set_aside(connection, Period.of(today), booklets)
    finally:
        await connection.close()
    for first, last in ranges:
        print(f"{first} - {last} are set aside: some may be on invoices since the backup.")


async def _add_user(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    user = User(chosen.username, chosen.name or chosen.username, Role(chosen.role))
    async with connection.transaction():
        await add_user(connection, user, _ask_password())
        await _note(connection, Action.USER_ADDED, user.username, role=user.role.value)
    print(f"{user.username} may sign in as {user.role}.")


async def _list_users(connection: asyncpg.Connection, _chosen: argparse.Namespace) -> None:
    for user in await list_users(connection):
        state = "" if user.active else "  (closed)"
        print(f"{user.username:<20} {user.role:<12} {user.display_name}{state}")


async def _set_password(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    async with connection.transaction():
        await set_password(connection, chosen.username, _ask_password())
        await _note(connection, Action.PASSWORD_CHANGED, chosen.username)
    print(f"The password of {chosen.username} is changed.")


async def _close_user(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    async with connection.transaction():
        await set_active(connection, chosen.username, active=False)
        await _note(connection, Action.USER_CLOSED, chosen.username)
    print(f"{chosen.username} may no longer sign in; all sessions have ended.")


async def _reopen_user(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    async with connection.transaction():
        await set_active(connection, chosen.username, active=True)
        await _note(connection, Action.USER_REOPENED, chosen.username)
    print(f"{chosen.username} may sign in again.")


async def _note(
    connection: asyncpg.Connection, action: Action, username: str, **detail: str
) -> None:
    await note(connection, AuditEntry(action, username, person(), detail=detail))


def _ask_password() -> str:
    """From the keyboard without showing it, else one line of standard input; never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise PasswordsDiffer("PASSWORD", "The two passwords differ; nothing was changed.")
    return password


class PasswordsDiffer(Refusal):
    """The password was typed differently the second time."""


if __name__ == "__main__":
    sys.exit(main())
