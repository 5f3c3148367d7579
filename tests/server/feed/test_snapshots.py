"""The bootstrap file holds what the feed says at its position, and can be resumed."""

import asyncio
import hashlib
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import sqlcipher3
import zstandard

from app.wire import reference as ref
from app.wire.codec import decode, encode
from app.wire.reference_rows import credit_row, customer_rows, order_row, statistics_row
from app.wire.registers import Change, Entity, SnapshotManifest
from server.database.shop import snapshot_of
from server.feed import changes as feed
from server.feed.snapshots import KEPT_FILES, Snapshots
from tests.conftest import Databases


@pytest.fixture
async def snapshots(pool: asyncpg.Pool, databases: Databases, tmp_path: Path) -> Snapshots:
    dsn = await pool.fetchval("SELECT current_database()")
    return Snapshots(tmp_path / "snapshots", databases.address(dsn), pool)


def unpack(compressed: Path) -> sqlcipher3.Connection:
    plain = compressed.with_suffix(".plain")
    with compressed.open("rb") as source, plain.open("wb") as target:
        zstandard.ZstdDecompressor().copy_stream(source, target)
    database = sqlcipher3.connect(str(plain))
    database.row_factory = sqlcipher3.Row
    return database


def rows_of(database: sqlcipher3.Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in database.execute(f"SELECT * FROM {table}")]


async def latest_changes(pool: asyncpg.Pool) -> dict[tuple[Entity, str], Change]:
    async with snapshot_of(pool) as connection:
        rows = await feed.read_rows(connection, 0, 1_000_000)
    return {(row.change.e, row.change.id): row.change for row in rows}


async def test_the_file_holds_what_the_feed_says(pool: asyncpg.Pool, snapshots: Snapshots) -> None:
    await pool.execute("DELETE FROM customers WHERE customer_id = 'C000002'")
    await pool.execute("UPDATE products SET available = 1 WHERE product_id = 'P001'")
    manifest = await snapshots.manifest()
    file = snapshots.file(Path(manifest.url).name)
    assert file is not None
    changes = await latest_changes(pool)
    kept = [change for change in changes.values() if change.op == "U"]
    with closing(unpack(file)) as database:
        for entity, table, make in (
            (Entity.CREDIT, "credit", lambda c: credit_row(c.d)),
            (Entity.STATISTICS, "statistics", lambda c: statistics_row(c.id, c.d)),
            (Entity.CUSTOMER, "customers", lambda c: customer_rows(c.d).customer),
        ):
            expected = {c.id: make(c) | {"v": c.v} for c in kept if c.e is entity}
            found = {row["customer_id"]: row for row in rows_of(database, table)}
            assert found.keys() == expected.keys()
            for customer_id, row in found.items():
                shared = expected[customer_id].keys() - {"as_of"}
                assert {k: row[k] for k in shared} == {k: expected[customer_id][k] for k in shared}
        products = {row["product_id"]: row for row in rows_of(database, "products")}
        assert {c.id: encode(c.d).decode() for c in kept if c.e is Entity.PRODUCT} == {
            product_id: row["body"] for product_id, row in products.items()
        }
        assert {row["name"] for row in rows_of(database, "settings")} == {"pricing", "parameters"}
        orders = {c.id: order_row(c.d) | {"v": c.v} for c in kept if c.e is Entity.ORDER}
        for row in rows_of(database, "orders"):
            assert row == orders[row["order_uid"]]


async def test_the_file_says_what_it_is_and_how_much_it_holds(
    pool: asyncpg.Pool, snapshots: Snapshots
) -> None:
    manifest = await snapshots.manifest()
    file = snapshots.file(Path(manifest.url).name)
    assert file is not None
    assert hashlib.sha256(file.read_bytes()).hexdigest() == manifest.sha256
    async with pool.acquire() as connection:
        head = await feed.read_head(connection)
    with closing(unpack(file)) as database:
        assert database.execute("PRAGMA application_id").fetchone()[0] == ref.APPLICATION_ID
        assert database.execute("PRAGMA user_version").fetchone()[0] == ref.SCHEMA_VERSION
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        (cursor,) = rows_of(database, "feed_cursor")
        assert (cursor["epoch"], cursor["pos"]) == (head.epoch, head.pos)
        assert (manifest.epoch, manifest.pos) == (head.epoch, head.pos)
        for table, count in manifest.counts.items():
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == count
        indexes = {row["name"] for row in rows_of(database, "sqlite_master")}
        assert {str(i.name) for t in ref.reference.sorted_tables for i in t.indexes} <= indexes


async def test_the_newest_customers_have_the_largest_search_ids(snapshots: Snapshots) -> None:
    manifest = await snapshots.manifest()
    file = snapshots.file(Path(manifest.url).name)
    assert file is not None
    with closing(unpack(file)) as database:
        rows = database.execute("SELECT last_order_on FROM customers ORDER BY search_id").fetchall()
        days = [row["last_order_on"] or "" for row in rows]
        assert days == sorted(days)
        statistics = {
            r["customer_id"]: r["last_order_date"] for r in rows_of(database, "statistics")
        }
        for row in rows_of(database, "customers"):
            assert row["last_order_on"] == statistics.get(row["customer_id"])


async def test_the_search_index_finds_a_customer(snapshots: Snapshots) -> None:
    manifest = await snapshots.manifest()
    file = snapshots.file(Path(manifest.url).name)
    assert file is not None
    with closing(unpack(file)) as database:
        count = database.execute("SELECT count(*) FROM customer_search").fetchone()[0]
        assert count == manifest.counts["customers"]


async def test_a_file_is_built_in_its_own_process(snapshots: Snapshots) -> None:
    manifest = await snapshots.manifest()
    assert manifest.counts["customers"] == 50


async def test_everybody_who_asks_at_once_gets_one_file(snapshots: Snapshots) -> None:
    manifests = await asyncio.gather(*(snapshots.manifest() for _ in range(5)))
    assert len({m.created_at for m in manifests}) == 1


async def test_a_file_that_fell_behind_is_built_anew(
    pool: asyncpg.Pool, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await snapshots.manifest()
    await pool.execute("UPDATE customers SET note='x' WHERE customer_id='C000123'")
    assert await snapshots.manifest() == first
    monkeypatch.setattr("server.feed.snapshots.MOST_CHANGES_SINCE", 0)
    assert (await snapshots.manifest()).pos == first.pos + 1


async def test_an_old_file_is_built_anew_only_when_something_changed(
    pool: asyncpg.Pool, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.feed.snapshots.LIFETIME", timedelta(0))
    first = await snapshots.manifest()
    assert await snapshots.manifest() == first
    await pool.execute("UPDATE customers SET note='x' WHERE customer_id='C000123'")
    assert (await snapshots.manifest()).pos == first.pos + 1


async def test_a_restarted_server_offers_the_file_it_had(
    pool: asyncpg.Pool, databases: Databases, tmp_path: Path
) -> None:
    address = databases.address(await pool.fetchval("SELECT current_database()"))
    first = await Snapshots(tmp_path / "s", address, pool).manifest()
    assert await Snapshots(tmp_path / "s", address, pool).manifest() == first


async def test_only_a_few_files_are_kept(
    pool: asyncpg.Pool, snapshots: Snapshots, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("server.feed.snapshots.MOST_CHANGES_SINCE", 0)
    for note in "abcde":
        await pool.execute("UPDATE customers SET note=$1 WHERE customer_id='C000123'", note)
        manifest = await snapshots.manifest()
    files = list((tmp_path / "snapshots").glob("*.db.zst"))
    assert len(files) == KEPT_FILES
    assert snapshots.file(Path(manifest.url).name) in files


async def test_a_download_is_resumed_where_it_broke_off(clerk: httpx.AsyncClient) -> None:
    manifest = decode(SnapshotManifest, (await clerk.get("/v1/snapshot")).content)
    whole = await clerk.get(manifest.url)
    etag = whole.headers["etag"]
    assert etag == f'"{manifest.sha256}"'
    half = manifest.size // 2
    rest = await clerk.get(manifest.url, headers={"Range": f"bytes={half}-", "If-Range": etag})
    assert rest.status_code == 206
    assert rest.headers["content-range"] == f"bytes {half}-{manifest.size - 1}/{manifest.size}"
    assert whole.content[:half] + rest.content == whole.content
    part = await clerk.get(manifest.url, headers={"Range": "bytes=10-19"})
    assert part.content == whole.content[10:20]


async def test_another_file_is_sent_whole_and_a_range_behind_the_end_is_refused(
    clerk: httpx.AsyncClient,
) -> None:
    manifest = decode(SnapshotManifest, (await clerk.get("/v1/snapshot")).content)
    changed = await clerk.get(manifest.url, headers={"Range": "bytes=10-", "If-Range": '"another"'})
    assert (changed.status_code, len(changed.content)) == (200, manifest.size)
    behind = await clerk.get(manifest.url, headers={"Range": f"bytes={manifest.size}-"})
    assert behind.status_code == 416


async def test_an_unchanged_manifest_is_not_sent_again(clerk: httpx.AsyncClient) -> None:
    etag = (await clerk.get("/v1/snapshot")).headers["etag"]
    again = await clerk.get("/v1/snapshot", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.db.zst", "..%2F..%2Fsecret.db.zst", "building.db"])
async def test_only_snapshots_can_be_downloaded(clerk: httpx.AsyncClient, name: str) -> None:
    assert (await clerk.get(f"/v1/snapshot/{name}")).status_code == 404
