"""How the server stands, for people: `luckygas-server status`."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg

from app.domain.hours import business_date
from app.transport.trust import expires_at
from server.database.shop import waiting_migrations
from server.operation.audit_chain import read_mark
from server.operation.queues import owed_by_integration
from server.operation.sightings import last_seen

COUNTED = ("customers", "products", "orders", "registers", "users")
_DATABASE = "SELECT current_database() AS name, pg_database_size(current_database()) AS bytes"
_TODAY = """
    SELECT count(*) AS orders, count(*) FILTER (WHERE status = 'HELD') AS held,
           coalesce(sum(payable) FILTER (WHERE status <> 'CANCELLED'), 0)::bigint AS payable
    FROM orders WHERE order_date = $1
"""
_SERVERS = """
    SELECT count(*)
    FROM pg_stat_activity
    WHERE application_name = 'luckygas-server' AND datname = current_database()
"""


_FAILED = "SELECT name, last_error FROM schedule_runs WHERE outcome = 'failed' ORDER BY name"


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that is shown; instants are aware UTC, ages seconds, amounts whole 元."""

    version: str
    postgresql: str
    database: str
    database_bytes: int
    waiting_migrations: tuple[str, ...]
    is_served: bool
    feed_pos: int
    feed_epoch: int
    rows: Mapping[str, int]
    orders_today: int
    held_today: int
    payable_today: int
    owed: Mapping[str, int]
    refused: Mapping[str, int]
    oldest_owed_seconds: int
    failed_schedules: Mapping[str, str]
    registers_seen: Mapping[int, datetime | None]
    certificates: Mapping[str, datetime]
    last_backup_at: datetime | None
    audit_mark: str

    def plain(self) -> dict[str, Any]:
        """For JSON: instants as text."""
        return {key: _plain(value) for key, value in asdict(self).items()}

    def lines(self, now: datetime) -> Iterator[tuple[str, str]]:
        """Label and text of every line."""
        schema = "up to date" if not self.waiting_migrations else (
            f"{len(self.waiting_migrations)} steps behind"
        )  # fmt: skip
        yield "version", self.version
        yield "PostgreSQL", f"{self.postgresql}  {self.database}  {_size(self.database_bytes)}"
        yield "schema", schema
        yield "server", "running" if self.is_served else "not running"
        yield "feed", f"{self.feed_pos} (epoch {self.feed_epoch})"
        yield from ((table, str(count)) for table, count in self.rows.items())
        yield (
            "today",
            (f"{self.orders_today} orders, {self.held_today} held, {self.payable_today:,} 元"),
        )
        yield "owed", _by_integration(self.owed, self.oldest_owed_seconds)
        yield "refused", _by_integration(self.refused, 0)
        yield from (("failed", f"{name}: {why}") for name, why in self.failed_schedules.items())
        for register, seen_at in self.registers_seen.items():
            yield f"register {register:02}", _ago(seen_at, now)
        for name, ends in self.certificates.items():
            yield "certificate", f"{name} until {ends:%Y-%m-%d} ({(ends - now).days} days)"
        yield "backup", _ago(self.last_backup_at, now)
        yield "audit", self.audit_mark


async def read_status(connection: asyncpg.Connection, data_dir: Path) -> Status:
    """How things stand at this moment."""
    database = await connection.fetchrow(_DATABASE)
    head = await connection.fetchrow("SELECT pos, epoch FROM feed_head")
    today = await connection.fetchrow(_TODAY, business_date(datetime.now(UTC)))
    waiting = await owed_by_integration(connection)
    return Status(
        version=version("luckygas-counter"),
        postgresql=connection.get_settings().server_version.split()[0],
        database=database["name"],
        database_bytes=database["bytes"],
        waiting_migrations=await waiting_migrations(connection),
        is_served=bool(await connection.fetchval(_SERVERS)),
        feed_pos=head["pos"],
        feed_epoch=head["epoch"],
        rows={
            table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in COUNTED
        },
        orders_today=today["orders"],
        held_today=today["held"],
        payable_today=today["payable"],
        owed={w.integration: w.depth for w in waiting if w.state == "owed"},
        refused={w.integration: w.depth for w in waiting if w.state == "refused"},
        oldest_owed_seconds=round(
            max((w.oldest_s for w in waiting if w.state == "owed"), default=0)
        ),
        failed_schedules=dict(map(tuple, await connection.fetch(_FAILED))),
        registers_seen=await last_seen(connection),
        certificates=_certificates(data_dir),
        last_backup_at=await connection.fetchval("SELECT max(at) FROM backups"),
        audit_mark=str(await read_mark(connection)),
    )


def _certificates(data_dir: Path) -> dict[str, datetime]:
    """The server's certificate as the environment names it, else those of the own authority."""
    named = os.environ.get("LUCKYGAS_TLS_CERT")
    files = [Path(named)] if named else sorted((data_dir / "ca" / "servers").glob("*.pem"))
    found = {}
    for file in files:
        try:
            found[file.name] = expires_at(file)
        except (OSError, ValueError):
            continue
    return found


def _by_integration(counts: Mapping[str, int], oldest_s: int) -> str:
    if not counts:
        return "nothing"
    told = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    return f"{told} (oldest {timedelta(seconds=oldest_s)})" if oldest_s else told


def _ago(instant: datetime | None, now: datetime) -> str:
    if instant is None:
        return "never"
    passed = timedelta(seconds=round((now - instant).total_seconds()))
    return f"{instant:%Y-%m-%d %H:%M} UTC ({passed} ago)"


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:,.0f} MB"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return value
