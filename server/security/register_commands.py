"""`luckygas-server registers`: which counters may call, and with which key."""

import argparse

import asyncpg

from server.operation.audit import AuditEntry, note, person
from server.security import registers
from server.security.service_commands import Adds, Commands


def add_commands(commands: Commands, add: Adds) -> None:
    """Add `registers` with what belongs to it; `add` makes a command that gets the database."""
    parser = commands.add_parser("registers", help="which counters may call")
    kinds = parser.add_subparsers(required=True, metavar="COMMAND")
    add(kinds, "list", "every register", _list)
    for name, about, job in (
        ("revoke", "a stolen or retired one: it may no longer call", _revoke),
        ("restore", "let a revoked one call again", _restore),
        ("allow-new-key", "it was set up anew: let it bring another key, once", _allow_new_key),
    ):
        command = add(kinds, name, about, job)
        command.add_argument("register", type=int, help="its code, as in order numbers")


async def _list(connection: asyncpg.Connection, _chosen: argparse.Namespace) -> None:
    for row in await registers.list_registers(connection):
        print(f"{row['register']:02}  {row['device_id']}  {row['name']:<20} {_state(row)}".rstrip())


def _state(row: asyncpg.Record) -> str:
    if row["revoked_at"] is not None:
        return f"revoked on {row['revoked_at']:%Y-%m-%d}"
    if row["new_key_allowed"]:
        return "may bring a new key"
    return "" if row["public_key"] else "has no key yet"


async def _revoke(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    async with connection.transaction():
        await registers.revoke_register(connection, chosen.register)
        await _note(connection, "register.revoked", chosen)
    await note(connection, AuditEntry("register.revoked", str(chosen.register), person()))
    print(f"Register {chosen.register} may no longer call; what began at it has ended.")


async def _restore(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    async with connection.transaction():
        await registers.restore_register(connection, chosen.register)
        await _note(connection, "register.restored", chosen)
    await note(connection, AuditEntry("register.restored", str(chosen.register), person()))
    print(f"Register {chosen.register} may call again.")


async def _allow_new_key(connection: asyncpg.Connection, chosen: argparse.Namespace) -> None:
    async with connection.transaction():
        await registers.allow_new_key(connection, chosen.register)
        await _note(connection, "register.new-key-allowed", chosen)
    await note(connection, AuditEntry("register.new-key-allowed", str(chosen.register), person()))
    print(f"Register {chosen.register} may bring a new key at its next sign-in.")


async def _note(connection: asyncpg.Connection, action: str, chosen: argparse.Namespace) -> None:
    await note(connection, AuditEntry(action, f"register {chosen.register}", person()))
