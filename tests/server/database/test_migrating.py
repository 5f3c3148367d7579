"""Migrations go on while others work, and others while they wait."""

import asyncio
import shutil
from pathlib import Path

import asyncpg
import pytest

from server.database import shop
from server.database.programs import PostgresUnavailable
from tests.conftest import Databases

NEXT = "9999_next"
CHANGE = "ALTER TABLE orders ADD COLUMN driver_rating integer;"


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program as it may be one release later: one script more."""
    scripts = tmp_path / "migrations"
    shutil.copytree(shop.MIGRATIONS, scripts)
    (scripts / f"{NEXT}.sql").write_text(CHANGE, encoding="utf-8")
    monkeypatch.setattr(shop, "MIGRATIONS", scripts)


@pytest.mark.usefixtures("next_version")
async def test_a_script_waits_for_who_works_and_stops_nobody_meanwhile(
    databases: Databases,
) -> None:
    dsn = databases.sample()
    busy, reader = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    at_work = busy.transaction()
    await at_work.start()
    await busy.execute("UPDATE orders SET hold_reason = '' WHERE false")
    migrating = asyncio.create_task(shop.migrate(dsn))
    try:
        async with asyncio.timeout(10):
            for _ in range(20):
                assert await reader.fetchval("SELECT count(*) FROM orders") >= 0
                await asyncio.sleep(0.05)
        assert not migrating.done()
        await at_work.rollback()
        await asyncio.wait_for(migrating, 10)
        assert await reader.fetchval("SELECT 1 FROM schema_step WHERE name = $1", NEXT)
    finally:
        await busy.close()
        await reader.close()


@pytest.mark.usefixtures("next_version")
async def test_a_table_that_is_never_free_is_said_plainly(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shop, "MIGRATION_ATTEMPTS", 2)
    monkeypatch.setattr(shop, "MIGRATION_PAUSE_S", 0)
    dsn = databases.sample()
    busy = await asyncpg.connect(dsn)
    async with busy.transaction():
        await busy.execute("UPDATE orders SET hold_reason = '' WHERE false")
        with pytest.raises(PostgresUnavailable, match=f"that {NEXT} changes"):
            await shop.migrate(dsn)
    await busy.close()


@pytest.mark.usefixtures("next_version")
async def test_several_processes_may_migrate_at_once(databases: Databases) -> None:
    dsn = databases.sample()
    await asyncio.gather(*(shop.migrate(dsn) for _ in range(4)))
    connection = await asyncpg.connect(dsn)
    done = await connection.fetch("SELECT name FROM schema_step WHERE name = $1", NEXT)
    await connection.close()
    assert len(done) == 1
