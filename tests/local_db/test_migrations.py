from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlcipher3 import dbapi2

from local_db.connections import open_encrypted
from local_db.database import ORDERS_FILE, Database
from local_db.errors import DiskFull, NewerSchema, StorageBusy, WrongKey
from local_db.migrations import bring_up_to_date, steps
from local_db.tables import OrderRow, OutboxRow, Row
from tests.local_db.samples import KEY

EARLIER_SCHEMAS = sorted(Path(__file__).parent.glob("schemas/*.sql"))
FUTURE = (*steps(), "ALTER TABLE orders ADD COLUMN tip INTEGER NOT NULL DEFAULT 0;")


def build(path: Path, script: str, schema: int) -> None:
    """An orders file as a program of that schema left it."""
    connection = open_encrypted(path, KEY)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.executescript(script)
    connection.execute(f"PRAGMA user_version = {schema}")
    connection.close()


def value(path: Path, query: str) -> object:
    connection = open_encrypted(path, KEY)
    row = connection.execute(query).fetchone()
    connection.close()
    return row[0]


def normalised(sql: str) -> str:
    return " ".join(sql.split())


def test_the_migrations_lead_to_the_tables_of_the_program(tmp_path: Path) -> None:
    bring_up_to_date(tmp_path / ORDERS_FILE, KEY)
    connection = open_encrypted(tmp_path / ORDERS_FILE, KEY)
    found = {
        normalised(sql)
        for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    }
    connection.close()
    wanted: set[str] = set()
    for table in Row.metadata.sorted_tables:
        wanted.add(normalised(str(CreateTable(table).compile(dialect=sqlite.dialect()))))
        for index in table.indexes:
            wanted.add(normalised(str(CreateIndex(index).compile(dialect=sqlite.dialect()))))
    assert found == wanted


def test_every_schema_so_far_has_a_sample() -> None:
    assert [path.stem for path in EARLIER_SCHEMAS] == [
        f"{n:04}" for n in range(1, len(steps()) + 1)
    ]


@pytest.mark.parametrize("sample", EARLIER_SCHEMAS, ids=lambda path: path.stem)
def test_orders_saved_under_an_earlier_schema_are_still_there(profile: Path, sample: Path) -> None:
    profile.mkdir()
    build(profile / ORDERS_FILE, sample.read_text("utf-8"), int(sample.stem))
    database = Database(profile, KEY)
    with database.read() as session:
        order = session.scalars(select(OrderRow)).one()
        assert order.order_id == "O-20260702-010001"
        assert session.scalars(select(OutboxRow)).one().order_uid == order.order_uid
    database.close()


def test_a_migration_keeps_the_file_it_started_from(tmp_path: Path) -> None:
    path = tmp_path / ORDERS_FILE
    build(path, EARLIER_SCHEMAS[0].read_text("utf-8"), 1)
    bring_up_to_date(path, KEY, FUTURE)
    assert value(path, "PRAGMA user_version") == 2
    assert value(path, "SELECT tip FROM orders") == 0
    kept = tmp_path / f"{ORDERS_FILE}.schema-1"
    assert value(kept, "PRAGMA user_version") == 1
    assert value(kept, "SELECT order_id FROM orders") == "O-20260702-010001"


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / ORDERS_FILE
    build(path, EARLIER_SCHEMAS[0].read_text("utf-8"), 1)
    with pytest.raises(dbapi2.OperationalError):
        bring_up_to_date(path, KEY, (*FUTURE, "ALTER TABLE nothing ADD COLUMN x;"))
    assert value(path, "PRAGMA user_version") == 1
    bring_up_to_date(path, KEY, FUTURE)
    assert value(path, "PRAGMA user_version") == 2


def test_a_migration_without_room_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / ORDERS_FILE
    build(path, EARLIER_SCHEMAS[0].read_text("utf-8"), 1)
    greedy = (
        "PRAGMA max_page_count = 1; CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(1e6));"
    )
    with pytest.raises(DiskFull):
        bring_up_to_date(path, KEY, (*steps(), greedy))
    assert value(path, "PRAGMA user_version") == 1


def test_a_migration_takes_what_was_still_in_the_wal(tmp_path: Path) -> None:
    path, copy = tmp_path / ORDERS_FILE, tmp_path / "copy" / ORDERS_FILE
    build(path, EARLIER_SCHEMAS[0].read_text("utf-8"), 1)
    writer = open_encrypted(path, KEY)
    writer.execute("INSERT INTO preferences VALUES ('late', 'x')")
    copy.parent.mkdir()
    for suffix in ("", "-wal"):  # what a killed program leaves
        source = path.with_name(path.name + suffix)
        copy.with_name(source.name).write_bytes(source.read_bytes())
    writer.close()
    bring_up_to_date(copy, KEY, FUTURE)
    assert value(copy, "SELECT count(*) FROM preferences WHERE name = 'late'") == 1


def test_a_file_in_use_is_not_migrated(tmp_path: Path) -> None:
    path = tmp_path / ORDERS_FILE
    build(path, EARLIER_SCHEMAS[0].read_text("utf-8"), 1)
    user = open_encrypted(path, KEY)
    user.execute("SELECT * FROM orders").fetchall()
    with pytest.raises(StorageBusy):
        bring_up_to_date(path, KEY, FUTURE)
    user.close()
    assert value(path, "PRAGMA user_version") == 1


def test_a_file_of_a_newer_program_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / ORDERS_FILE
    build(path, EARLIER_SCHEMAS[0].read_text("utf-8"), 1)
    bring_up_to_date(path, KEY, FUTURE)
    before = path.read_bytes()
    with pytest.raises(NewerSchema, match="newer version"):
        bring_up_to_date(path, KEY)
    assert path.read_bytes() == before


def test_a_wrong_key_is_told_before_anything_else(tmp_path: Path) -> None:
    bring_up_to_date(tmp_path / ORDERS_FILE, KEY)
    with pytest.raises(WrongKey):
        bring_up_to_date(tmp_path / ORDERS_FILE, "00" * 32, FUTURE)
