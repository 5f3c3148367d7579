"""Is the audit log whole? Reads every entry and computes the chain anew, apart from the database.

See docs/decisions/096-the-audit-log-is-a-chain.md.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

BEGINNING = bytes(32)
CHUNK = 2000
_ENTRIES = """
    SELECT n, at, actor, action, target, outcome, detail::text AS detail, correlation,
           previous_hash, hash
    FROM audit_log ORDER BY n
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored entry; `detail` is its JSON text."""

    n: int
    at: datetime
    actor: str
    action: str
    target: str
    outcome: str
    detail: str
    correlation: str
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry's number and hash: who has written it down can prove that nothing was changed."""

    n: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.n}:{self.hash.hex()}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much was read up to `mark`; `defect` says where the chain breaks first, or nothing."""

    entries: int
    mark: Mark
    defect: str = ""


async def verify(connection: asyncpg.Connection, known: Mark | None = None) -> Verdict:
    """Check every link, the end of the chain, and that the `known` entry still stands in it."""
    last, count = Mark(0, BEGINNING), 0
    missing = known
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        head = await read_mark(connection)
        async for row in connection.cursor(_ENTRIES, prefetch=CHUNK):
            entry = Entry(**dict(row))
            defect = _defect(entry, last)
            if defect:
                return Verdict(count, last, defect)
            last, count = Mark(entry.n, entry.hash), count + 1
            if missing is not None and last.n == missing.n:
                if last != missing:
                    return Verdict(count, last, f"Entry {last.n} is not the one that was noted.")
                missing = None
    if head != last:
        return Verdict(count, last, f"The log ends with {last.n}, but {head.n} were written.")
    if missing is not None:
        return Verdict(count, last, f"Entry {missing.n}, which was noted, is missing.")
    return Verdict(count, last)


async def read_mark(connection: asyncpg.Connection) -> Mark:
    """The newest entry, as it is kept apart from the log."""
    row = await connection.fetchrow("SELECT n, hash FROM audit_head WHERE k = 1")
    return Mark(row["n"], row["hash"])


def hash_of(entry: Entry) -> bytes:
    """SHA-256 over the fields as text, each after its length in bytes and a colon."""
    fields = (
        str(entry.n),
        entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        *(entry.actor, entry.action, entry.target, entry.outcome, entry.detail),
        *(entry.correlation, entry.previous_hash.hex()),
    )
    encoded = [field.encode() for field in fields]
    return hashlib.sha256(b"".join(b"%d:%b" % (len(part), part) for part in encoded)).digest()


def _defect(entry: Entry, last: Mark) -> str:
    if entry.n != last.n + 1:
        return f"Entry {last.n + 1} is missing."
    if entry.previous_hash != last.hash:
        return f"Entry {entry.n} does not follow entry {last.n}."
    if entry.hash != hash_of(entry):
        return f"Entry {entry.n} was changed."
    return ""
