import threading
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from app.wire.reference import APPLICATION_ID, SCHEMA_VERSION, reference
from local_db.connections import open_encrypted
from local_db.database import Database, prepare_reference
from local_db.errors import DiskFull, StorageDamaged, UnusableSnapshot
from local_db.reference_files import generation_of, generations
from tests.local_db.samples import KEY, customer, customer_change, write_snapshot

CHANGES = [customer_change(customer(number)) for number in range(1, 40)]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    (tmp_path / "profile").mkdir()
    return tmp_path / "profile"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return write_snapshot(tmp_path / "plain.db", CHANGES, pos=12)


def run(path: Path, *statements: str) -> None:
    connection = dbapi2.connect(path, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def rows(connection: dbapi2.Connection) -> dict[str, list[object]]:
    return {
        table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()
        for table in reference.tables
    }


def test_a_prepared_copy_holds_the_same_rows_and_index(directory: Path, plain: Path) -> None:
    run(plain, "ANALYZE")  # as the server does
    prepared = prepare_reference(directory, KEY, plain)
    ours, theirs = open_encrypted(prepared, KEY), dbapi2.connect(plain)
    assert rows(ours) == rows(theirs)
    search = "SELECT rowid FROM customer_search WHERE customer_search MATCH 'name : 大明'"
    assert len(ours.execute(search).fetchall()) == len(CHANGES)
    ours.execute("INSERT INTO customer_search(customer_search) VALUES ('integrity-check')")
    schema = "SELECT name, sql FROM sqlite_master ORDER BY name"
    assert ours.execute(schema).fetchall() == theirs.execute(schema).fetchall()
    assert ours.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert ours.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    assert ours.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    ours.close()
    theirs.close()


def test_generations_count_up(directory: Path, plain: Path) -> None:
    first = prepare_reference(directory, KEY, plain)
    second = prepare_reference(directory, KEY, plain)
    assert (generation_of(first), generation_of(second)) == (1, 2)
    assert generations(directory) == [1, 2]
    with pytest.raises(ValueError, match="no reference file"):
        generation_of(plain)


def test_a_copy_can_be_prepared_in_a_thread_while_orders_are_taken(
    database: Database, plain: Path
) -> None:
    prepare = database.reference_preparer()
    done: list[Path] = []
    thread = threading.Thread(target=lambda: done.append(prepare(plain, {"customers": 39})))
    thread.start()
    with database.write(), database.read():
        pass
    thread.join()
    database.adopt_reference(done[0])
    assert database.has_reference


@pytest.mark.parametrize(
    "spoil",
    [
        "PRAGMA application_id = 1",
        f"PRAGMA user_version = {SCHEMA_VERSION + 1}",
        "DELETE FROM feed_cursor",
        "DELETE FROM customers WHERE customer_id = 'C000001'",
    ],
)
def test_a_file_that_is_not_what_the_manifest_says_is_refused(
    directory: Path, plain: Path, spoil: str
) -> None:
    run(plain, spoil)
    with pytest.raises(UnusableSnapshot):
        prepare_reference(directory, KEY, plain, {"customers": len(CHANGES)})
    assert list(directory.iterdir()) == []


def test_a_damaged_file_is_refused(directory: Path, plain: Path) -> None:
    with plain.open("r+b") as file:
        file.seek(8 * 4096)
        file.write(b"\7" * (plain.stat().st_size - 16 * 4096))
    with pytest.raises(UnusableSnapshot, match="damaged"):
        prepare_reference(directory, KEY, plain)
    assert list(directory.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"<html>not a database</html>" * 400])
def test_something_else_is_refused(directory: Path, plain: Path, content: bytes) -> None:
    plain.write_bytes(content)
    with pytest.raises(UnusableSnapshot):
        prepare_reference(directory, KEY, plain)
    assert list(directory.iterdir()) == []


def test_a_missing_directory_or_full_disk_leaves_nothing_behind(
    directory: Path, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("local_db.reference_files.sync_file", full)
    with pytest.raises(DiskFull):
        prepare_reference(directory, KEY, plain)
    assert list(directory.iterdir()) == []


def test_a_file_under_another_key_is_not_adopted(
    database: Database, plain: Path, profile: Path
) -> None:
    prepared = prepare_reference(profile, "00" * 32, plain)
    with pytest.raises(StorageDamaged, match=r"ref-1\.db"):
        database.adopt_reference(prepared)
    assert not database.has_reference


def test_what_an_interrupted_download_left_is_swept_at_the_next_start(
    database: Database, profile: Path
) -> None:
    database.close()
    (profile / "ref-7.db.incoming").write_bytes(b"half")
    (profile / "ref-7.db.incoming-journal").write_bytes(b"half")
    again = Database(profile, KEY)
    again.close()
    assert [file.name for file in profile.glob("ref-*")] == []
