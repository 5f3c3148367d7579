"""The people who may sign in."""

import asyncio
import re
from dataclasses import dataclass

import asyncpg
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.wire.registers import Role
from server.refusals import Conflict, Malformed, NotFound

SHORTEST_PASSWORD = 8
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_HASHER = PasswordHasher()
# Verified when the name is unknown, so that an answer takes as long for either.
_NOBODY = _HASHER.hash("nobody has this password")


@dataclass(frozen=True, slots=True)
class User:
    """A person who may sign in."""

    username: str
    display_name: str
    role: Role
    active: bool = True


async def add_user(connection: asyncpg.Connection, user: User, password: str) -> None:
    """Create a person; raises `Malformed` or `Conflict`."""
    if not _NAME.fullmatch(user.username):
        raise Malformed("USERNAME", "A user name is 1-32 of a-z, 0-9, dot, dash, underscore.")
    _check_password(password)
    done = await connection.execute(
        """INSERT INTO users (username, display_name, role, password_hash, active)
           VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING""",
        *(user.username, user.display_name, user.role.value, await _hash(password), user.active),
    )
    if done.endswith(" 0"):
        raise Conflict("USER_EXISTS", f"There is a user {user.username} already.")


async def add_sample_user(connection: asyncpg.Connection, user: User) -> None:
    """Create a person of the sample shop, whose password is the user name."""
    await connection.execute(
        """INSERT INTO users (username, display_name, role, password_hash)
           VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING""",
        *(user.username, user.display_name, user.role.value, await _hash(user.username)),
    )


async def set_password(connection: asyncpg.Connection, username: str, password: str) -> None:
    """Give a person a new password and end all of that person's sessions; raises `NotFound`."""
    _check_password(password)
    done = await connection.execute(
        "UPDATE users SET password_hash = $2 WHERE username = $1",
        *(username, await _hash(password)),
    )
    if done.endswith(" 0"):
        raise NotFound("UNKNOWN_USER", f"There is no user {username}.")
    await _end_sessions(connection, username)


async def set_active(connection: asyncpg.Connection, username: str, *, active: bool) -> None:
    """Let a person sign in or not; closing ends all of that person's sessions. `NotFound`."""
    done = await connection.execute(
        "UPDATE users SET active = $2 WHERE username = $1", *(username, active)
    )
    if done.endswith(" 0"):
        raise NotFound("UNKNOWN_USER", f"There is no user {username}.")
    if not active:
        await _end_sessions(connection, username)


async def _end_sessions(connection: asyncpg.Connection, username: str) -> None:
    await connection.execute(
        "UPDATE sessions SET revoked_at = now() WHERE username = $1 AND revoked_at IS NULL",
        username,
    )


async def list_users(connection: asyncpg.Connection) -> tuple[User, ...]:
    """Everybody, by name."""
    rows = await connection.fetch("SELECT * FROM users ORDER BY username")
    return tuple(_user(row) for row in rows)


async def check_password(
    connection: asyncpg.Connection, username: str, password: str
) -> User | None:
    """The person, if the password is right and the person is active."""
    row = await connection.fetchrow(
        "SELECT * FROM users WHERE username = $1 AND active", username.strip().lower()
    )
    matches = await asyncio.to_thread(_verify, row["password_hash"] if row else _NOBODY, password)
    return _user(row) if row and matches else None


async def find_user(connection: asyncpg.Connection, username: str) -> User | None:
    """An active person by name."""
    row = await connection.fetchrow("SELECT * FROM users WHERE username = $1 AND active", username)
    return _user(row) if row else None


async def may_override(connection: asyncpg.Connection, username: str) -> bool:
    """Whether this person may let an order through what stops a clerk."""
    found = await connection.fetchval(
        "SELECT 1 FROM users WHERE username = $1 AND active AND role = ANY($2)",
        *(username, [Role.SUPERVISOR.value, Role.ADMIN.value]),
    )
    return found is not None


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Malformed("PASSWORD", f"A password has at least {SHORTEST_PASSWORD} characters.")


async def _hash(password: str) -> str:
    return await asyncio.to_thread(_HASHER.hash, password)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _user(row: asyncpg.Record) -> User:
    return User(row["username"], row["display_name"], Role(row["role"]), row["active"])
