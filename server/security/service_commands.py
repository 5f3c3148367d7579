"""`luckygas-server services`: which machines of other modules may call."""

import argparse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

import asyncpg

from server.neighbours.names import Neighbour
from server.operation.audit import AuditEntry, note, person
from server.security import services
from server.security.keys import own_identity

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
Job = Callable[[asyncpg.Connection, argparse.Namespace], Awaitable[None]]
Adds = Callable[[Commands, str, str, Job], argparse.ArgumentParser]


def add_commands(commands: Commands, add: Adds) -> None:
    """Add `services` with what belongs to it; `add` makes a command that gets the database."""
    parser = commands.add_parser("services", help="which machines of other modules may call")
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    new = add(kinds, "add", "let a service call; makes its key unless one is given", _add)
    new.add_argument("name")
    new.add_argument("--public-key", default="", metavar="BASE64", help="of a key made elsewhere")
    new.add_argument(
        "--neighbour", default="", choices=[name.value for name in Neighbour],
        help="the module that it speaks for (default: none in particular)",
    )  # fmt: skip
    new.add_argument(
        "--network", action="append", default=[], metavar="CIDR",
        help="from where it may call (may be repeated; default: anywhere)",
    )  # fmt: skip
    add(kinds, "list", "every service, and who this server is to others", _list)
    revoke = add(kinds, "revoke", "believe a service no more", _revoke)
    revoke.add_argument("name")
    name = add(kinds, "name", "set this server's own name", _name)
    name.add_argument("name")


async def _add(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    services.checked_name(chosen.name)
    services.networks_from(chosen.network)
    data_dir: Path = chosen.data_dir
    file = services.key_file(data_dir, chosen.name)
    if chosen.public_key:
        key = services.public_key_from(chosen.public_key)
    else:
        key = services.make_key(file).public_key()
    async with connection.transaction():
        await services.add_service(
            connection, chosen.name, key, neighbour=chosen.neighbour, networks=chosen.network
        )
        await _note(connection, "service.added", chosen)
    await note(connection, AuditEntry("service.added", chosen.name, person()))
    own = await own_identity(connection)
    print(f"{chosen.name} may call. Its tokens: iss {chosen.name}, aud {own.name}.")
    if not chosen.public_key:
        print(f"Bring this file to it safely, it is its private key: {file}")


async def _list(connection: asyncpg.Connection, _chosen: argparse.Namespace) -> None:
    own = await own_identity(connection)
    print(f"this server  {own.name}  {services.public_text(own.key.public_key())}")
    for row in await connection.fetch("SELECT * FROM services ORDER BY name"):
        where = ", ".join(map(str, row["networks"])) or "anywhere"
        state = "" if row["active"] else "  (revoked)"
        print(f"{row['name']:<20} {row['neighbour'] or '-':<20} from {where}{state}")


async def _revoke(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    async with connection.transaction():
        await services.revoke_service(connection, chosen.name)
        await _note(connection, "service.revoked", chosen)
    await note(connection, AuditEntry("service.revoked", chosen.name, person()))
    print(f"{chosen.name} may no longer call.")


async def _name(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    async with connection.transaction():
        await services.rename_server(connection, chosen.name)
        await _note(connection, "server.named", chosen)
    await note(connection, AuditEntry("server.renamed", chosen.name, person()))
    print(f"This server is {chosen.name} now; services make their tokens out to that name.")


async def _note(connection: asyncpg.Connection, action: str, chosen: argparse.Namespace) -> None:
    await note(connection, AuditEntry(action, chosen.name, person()))
