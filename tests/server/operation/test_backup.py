"""A backup made while the server serves; a restore that is complete, or changes nothing."""

import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.wire.registers import Role
from server.app import create_app
from server.database.shop import migrate, open_pool
from server.feed.changes import read_head
from server.operation.audit import AuditEntry, note
from server.operation.audit_chain import verify
from server.operation.backup import make_backup
from server.operation.dump_programs import ProgramFailed, without_password
from server.operation.restore import restore_backup
from server.place import Place
from server.refusals import Conflict, NotFound
from server.security.users import User
from tests.conftest import Databases
from tests.server.conftest import signing
from tests.server.messages import Lanes, order


@asynccontextmanager
async def signed_in(place: Place) -> AsyncIterator[httpx.AsyncClient]:
    """A server at this place, and a clerk of it."""
    app = create_app(place)
    async with app.router.lifespan_context(app):
        token = app.state.parts.tokens.issue(User("demo", "demo", Role.CLERK))
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(
            transport=signing(app), base_url="http://office", headers=headers
        ) as client:
            yield client


async def send(client: httpx.AsyncClient, parcel: tuple[bytes, str]) -> dict[str, Any]:
    raw, key = parcel
    response = await client.post("/v1/outbox", content=raw, headers={"Idempotency-Key": key})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def dsn(databases: Databases) -> str:
    return databases.sample()


@pytest.fixture
async def connection(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()


async def test_a_restored_database_is_the_one_that_was_backed_up(
    dsn: str, databases: Databases, connection: asyncpg.Connection, tmp_path: Path
) -> None:
    await note(connection, AuditEntry("test", "before"))
    counts = "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM customers)"
    backup = await make_backup(connection, dsn, tmp_path / "shop.backup")
    assert stat.S_IMODE(backup.file.stat().st_mode) == 0o600 or sys.platform == "win32"
    assert await connection.fetchval("SELECT sha256 FROM backups") == backup.sha256
    before = await read_head(connection)

    fresh = databases.empty()
    restored = await restore_backup(fresh, backup.file, tmp_path / "office", replace=False)
    there = await asyncpg.connect(fresh)
    try:
        assert await there.fetchrow(counts) == await connection.fetchrow(counts)
        assert restored.epoch > before.epoch
        assert (await read_head(there)).pos == before.pos
        verdict = await verify(there, backup.mark)
        assert verdict.defect == ""
        last = await there.fetchrow("SELECT * FROM audit_log ORDER BY n DESC LIMIT 1")
        assert (last["action"], last["target"]) == ("backup.restored", "shop.backup")
        # Triggers are there again: the feed counts, and nobody changes the audit log.
        await there.execute("UPDATE products SET available = available + 1")
        assert (await read_head(there)).pos > before.pos
        with pytest.raises(asyncpg.RaiseError):
            await there.execute("DELETE FROM audit_log")
    finally:
        await there.close()
    await migrate(fresh)


async def test_a_database_with_rows_is_only_replaced_when_that_is_said(
    dsn: str, connection: asyncpg.Connection, tmp_path: Path
) -> None:
    backup = await make_backup(connection, dsn, tmp_path / "shop.backup")
    with pytest.raises(Conflict, match="--replace"):
        await restore_backup(dsn, backup.file, tmp_path, replace=False)
    await connection.execute("DELETE FROM orders")
    restored = await restore_backup(dsn, backup.file, tmp_path, replace=True)
    assert restored.orders > 0


async def test_a_damaged_or_foreign_file_changes_nothing(
    dsn: str, connection: asyncpg.Connection, tmp_path: Path
) -> None:
    backup = await make_backup(connection, dsn, tmp_path / "shop.backup")
    whole = backup.file.read_bytes()
    head = await read_head(connection)
    for content in (whole[: len(whole) // 2], b"PGDMP nonsense", b"DROP TABLE orders;"):
        damaged = tmp_path / "damaged"
        damaged.write_bytes(content)
        with pytest.raises(ProgramFailed):
            await restore_backup(dsn, damaged, tmp_path, replace=True)
    assert await read_head(connection) == head
    with pytest.raises(NotFound):
        await restore_backup(dsn, tmp_path / "nothing", tmp_path, replace=True)


async def test_a_running_server_is_left_alone(
    dsn: str, connection: asyncpg.Connection, tmp_path: Path
) -> None:
    backup = await make_backup(connection, dsn, tmp_path / "shop.backup")
    pool = await open_pool(dsn)
    try:
        with pytest.raises(Conflict, match="stop it first"):
            await restore_backup(dsn, backup.file, tmp_path, replace=True)
    finally:
        await pool.close()


async def test_a_backup_never_overwrites_another_file(
    dsn: str, connection: asyncpg.Connection, tmp_path: Path
) -> None:
    file = tmp_path / "shop.backup"
    file.write_text("the only one")
    with pytest.raises(Conflict, match="exists already"):
        await make_backup(connection, dsn, file)
    assert file.read_text() == "the only one"
    with pytest.raises(NotFound):
        await make_backup(connection, dsn, tmp_path / "missing" / "shop.backup")
    assert not file.with_name(".shop.backup.part").exists()


def test_the_process_list_does_not_show_the_password() -> None:
    for dsn in ("postgresql://u:p%40x@h/d?host=/run", "postgresql://u@h/d?host=/run&password=p@x"):
        shown, password = without_password(dsn)
        assert password == "p@x"
        assert "p%40x" not in shown
        assert "p@x" not in shown
        assert shown.startswith("postgresql://u@h/d?host=")


async def test_a_register_starts_over_and_sends_again_what_the_backup_lacks(
    dsn: str, connection: asyncpg.Connection, tmp_path: Path
) -> None:
    lanes, place = Lanes(), Place(dsn, tmp_path / "office")
    lanes_first = lanes.parcel(order(serial=1))
    async with signed_in(place) as clerk:
        assert (await send(clerk, lanes_first))["status"] == "accepted_with_difference"
        backup = await make_backup(connection, dsn, tmp_path / "shop.backup")
        after = lanes.parcel(order(serial=2))
        taken = await send(clerk, after)
        epoch = (await clerk.get("/v1/health")).json()["epoch"]

    restored = await restore_backup(dsn, backup.file, tmp_path / "office", replace=True)
    assert restored.epoch > epoch
    async with signed_in(place) as clerk:
        cursor = {"epoch": epoch, "after": taken["server_pos"], "limit": 10}
        refused = await clerk.get("/v1/changes", params=cursor)
        assert (refused.status_code, refused.json()["code"]) == (409, "EPOCH")
        again = await send(clerk, after)
        assert again["status"] == taken["status"]
        assert again == await send(clerk, after)
        known = await send(clerk, lanes_first)
        assert known["status"] == "accepted_with_difference"
    uids = "SELECT count(*), count(DISTINCT order_uid) FROM orders WHERE order_id LIKE '%-07000_'"
    assert tuple(await connection.fetchrow(uids)) == (2, 2)
