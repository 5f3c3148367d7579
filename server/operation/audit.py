"""The audit log: who did what, append-only, each entry bound to the one before by a hash.

See docs/decisions/096-the-audit-log-is-a-chain.md.
"""

import getpass
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import asyncpg

from server.operation import correlation

LONGEST = 200
SYSTEM = "system"


class Action(StrEnum):
    """What is written down; other modules may note actions of their own in the same form."""

    SIGNED_IN = "session.started"
    SIGN_IN_REFUSED = "session.refused"
    CREDIT_OVERRIDDEN = "order.credit-overridden"
    CANCELLATION_APPROVED = "order.cancellation-approved"
    USER_ADDED = "user.added"
    PASSWORD_CHANGED = "user.password-changed"
    USER_CLOSED = "user.closed"
    USER_REOPENED = "user.reopened"
    SECRET_SET = "secret.set"
    CHANGED = "request.change"
    CALLED = "call"
    CALLS_LOST = "call.unnoted"
    STARTED = "server.started"
    STOPPED = "server.stopped"
    BACKED_UP = "backup.made"
    RESTORED = "backup.restored"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry: who (`actor`) did what (`action`) to what (`target`), and how it ended.

    `detail` holds plain values, never names, addresses, numbers of persons, or secrets. Without
    a `correlation` it gets the one of the context.
    """

    action: str
    target: str
    actor: str = SYSTEM
    outcome: str = "ok"
    detail: Mapping[str, str | int | bool | None] = field(default_factory=dict)
    correlation: str = ""


async def note(connection: asyncpg.Connection, *entries: AuditEntry) -> None:
    """Write entries down in the caller's transaction; they are linked when it commits.

    Outside of a transaction they are committed at once, together.
    """
    await connection.execute(
        """INSERT INTO audit_inbox (actor, action, target, outcome, detail, correlation)
           SELECT e ->> 0, e ->> 1, e ->> 2, e ->> 3, e -> 4, e ->> 5
           FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS given (e, place)
           ORDER BY place""",
        json.dumps([_values(entry) for entry in entries]),
    )


def person() -> str:
    """Who gives a command at this machine; the operating system's word for it."""
    try:
        return f"{getpass.getuser()} (command)"
    except (OSError, KeyError, ImportError):
        return "command"


def _values(entry: AuditEntry) -> Sequence[object]:
    shown = [_plain(text) for text in (entry.actor, entry.action, entry.target, entry.outcome)]
    detail = {
        _plain(key): _plain(value) if isinstance(value, str) else value
        for key, value in entry.detail.items()
    }
    return [*shown, detail, _plain(entry.correlation or correlation.current())]


def _plain(text: str) -> str:
    """As PostgreSQL can keep it, and not longer than a line."""
    readable = text.replace("\x00", "").encode(errors="replace").decode()
    return readable[:LONGEST]
