from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text, update
from sqlcipher3 import dbapi2

from app.wire import reference
from local_db.connections import open_encrypted
from local_db.database import ORDERS_FILE, Database, prepare_reference
from local_db.errors import NetworkDrive, StorageDamaged, WrongKey
from local_db.files import file_system_of, refuse_network_drive
from local_db.outbox import restart_inflight
from local_db.reference import find_customer
from local_db.reference_tables import ALL, customers
from local_db.tables import PreferenceRow
from tests.local_db.samples import KEY, customer, customer_change, write_snapshot

News = list[frozenset[str]]


@pytest.fixture
def news(database: Database) -> News:
    heard: News = []
    database.listen(heard.append)
    return heard


def remember(database: Database, name: str, value: str = "") -> None:
    with database.write() as session:
        session.add(PreferenceRow(name=name, value=value))


def has_copy(database: Database) -> bool:
    return database.has_reference


def names(database: Database) -> set[str]:
    with database.read() as session:
        return set(session.scalars(select(PreferenceRow.name)))


def test_listeners_hear_of_a_flushed_row(database: Database, news: News) -> None:
    remember(database, "a")
    assert news == [{"preferences"}]


def test_listeners_hear_of_a_core_statement(database: Database, news: News) -> None:
    with database.write() as session:
        session.execute(insert(PreferenceRow), [{"name": "a", "value": ""}])
    with database.write() as session:
        session.connection().execute(update(PreferenceRow).values(value="b"))
    assert news == [{"preferences"}, {"preferences"}]


def test_listeners_hear_once_and_after_the_transaction_has_closed(database: Database) -> None:
    seen: list[set[str]] = []
    database.listen(lambda tables: seen.append(names(database)))
    with database.write() as session:
        session.add(PreferenceRow(name="a", value=""))
        session.flush()
        session.add(PreferenceRow(name="b", value=""))
    assert seen == [{"a", "b"}]


def test_a_listener_may_write_itself(database: Database, news: News) -> None:
    def echo(tables: frozenset[str]) -> None:
        stop()
        remember(database, "echo")

    stop = database.listen(echo)
    remember(database, "a")
    assert names(database) == {"a", "echo"}
    assert len(news) == 2


def test_a_savepoint_does_not_publish(database: Database, news: News) -> None:
    with database.write() as session:
        with session.begin_nested():
            session.add(PreferenceRow(name="a", value=""))
        assert news == []
    assert news == [{"preferences"}]


def test_nobody_hears_of_a_transaction_that_failed(database: Database, news: News) -> None:
    with suppress(KeyError), database.write() as session:
        session.add(PreferenceRow(name="a", value=""))
        session.flush()
        raise KeyError
    assert news == []
    assert names(database) == set()


def test_nobody_hears_of_a_transaction_that_only_looked(database: Database, news: News) -> None:
    with database.write() as session:
        restart_inflight(session)
    assert news == []


def test_a_listener_that_stopped_hears_nothing(database: Database) -> None:
    heard: News = []
    stop = database.listen(heard.append)
    stop()
    stop()
    remember(database, "a")
    assert heard == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM preferences",
        "WITH x AS (SELECT 1) INSERT INTO preferences SELECT 'a', 'b'",
        "CREATE TABLE x (y)",
        "PRAGMA user_version = 9",
    ],
)
def test_a_write_as_text_is_refused(database: Database, statement: str) -> None:
    with pytest.raises(RuntimeError, match="not text"), database.write() as session:
        session.execute(text(statement))
    with pytest.raises(RuntimeError, match="not text"), database.write() as session:
        session.connection().exec_driver_sql(statement)


def test_reading_as_text_is_fine(database: Database) -> None:
    with database.write() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_a_reader_can_not_write(database: Database) -> None:
    with database.read() as session:
        session.add(PreferenceRow(name="a", value=""))
        with pytest.raises(RuntimeError, match="must be written in"):
            session.flush()


def test_a_second_write_inside_a_write_is_refused(database: Database) -> None:
    with database.write(), pytest.raises(RuntimeError, match="already open"), database.write():
        pass
    remember(database, "a")
    assert names(database) == {"a"}


def test_a_reader_inside_a_write_sees_what_was_committed_before(database: Database) -> None:
    with database.write() as session:
        session.add(PreferenceRow(name="a", value=""))
        session.flush()
        assert names(database) == set()
    assert names(database) == {"a"}


def test_a_reader_keeps_its_view_while_others_write(database: Database) -> None:
    with database.read() as session:
        before = set(session.scalars(select(PreferenceRow.name)))
        remember(database, "a")
        assert set(session.scalars(select(PreferenceRow.name))) == before
    assert names(database) == {"a"}


def test_orders_are_kept_with_wal_and_full_synchronisation(database: Database) -> None:
    with database.write() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        assert driver.execute("PRAGMA main.journal_mode").fetchone() == ("wal",)
        assert driver.execute("PRAGMA main.synchronous").fetchone() == (2,)
        assert driver.execute("PRAGMA busy_timeout").fetchone() == (2000,)
        assert driver.execute("PRAGMA temp_store").fetchone() == (2,)


def test_nothing_readable_reaches_the_disk(
    stocked: Database, profile: Path, tmp_path: Path
) -> None:
    body = customer(customer_name="王大明讀不到", email="nobody.reads.this@example.tw")
    plain = write_snapshot(tmp_path / "other.db", [customer_change(body)])
    assert body.customer_name.encode() in plain.read_bytes()
    stocked.adopt_reference(prepare_reference(profile, KEY, plain))
    remember(stocked, "secret", body.customer_name)
    on_disk = [file.read_bytes() for file in profile.iterdir()]
    stocked.close()
    on_disk += [file.read_bytes() for file in profile.iterdir()]
    assert not [True for content in on_disk if body.customer_name.encode() in content]
    assert not [True for content in on_disk if body.email.encode() in content]
    assert not [True for content in on_disk if b"SQLite format" in content]


def test_another_key_is_refused_and_changes_nothing(database: Database, profile: Path) -> None:
    remember(database, "a")
    database.close()
    before = (profile / ORDERS_FILE).read_bytes()
    with pytest.raises(WrongKey, match="key of this machine"):
        Database(profile, "00" * 32)
    assert (profile / ORDERS_FILE).read_bytes() == before
    again = Database(profile, KEY)
    assert names(again) == {"a"}
    again.close()


def test_a_key_that_is_no_key_is_a_bug(profile: Path) -> None:
    with pytest.raises(ValueError, match="64 lower-case hexadecimal"):
        Database(profile, "secret'; --")


def test_a_damaged_file_is_named(database: Database, profile: Path) -> None:
    for number in range(200):
        remember(database, f"preference {number}", "x" * 200)
    database.close()
    with (profile / ORDERS_FILE).open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\0" * ((profile / ORDERS_FILE).stat().st_size - 20 * 4096))
    with pytest.raises(StorageDamaged, match="damaged"):
        Database(profile, KEY)


def test_a_network_drive_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Mount:
        mountpoint, fstype, opts = str(tmp_path.resolve()), "nfs4", "rw"

    monkeypatch.setattr("psutil.disk_partitions", lambda **_: [Mount])
    with pytest.raises(NetworkDrive, match="nfs4"):
        refuse_network_drive(tmp_path / "profile")


def test_the_disk_of_this_machine_is_known(tmp_path: Path) -> None:
    assert file_system_of(tmp_path) not in {"nfs", "cifs"}


def test_without_a_copy_the_reference_is_there_and_empty(database: Database) -> None:
    assert not has_copy(database)
    with database.read() as session:
        assert find_customer(session, "C000001") is None
    with pytest.raises(RuntimeError, match="bootstrap"):
        database.write_reference()


def test_adopting_a_copy_shows_it_at_once_and_tells(
    database: Database, news: News, profile: Path, tmp_path: Path
) -> None:
    plain = write_snapshot(tmp_path / "plain.db", [customer_change(customer())], pos=3)
    prepared = prepare_reference(profile, KEY, plain)
    assert not has_copy(database)
    database.adopt_reference(prepared)
    assert has_copy(database)
    assert news[-1] == ALL
    with database.read() as session:
        assert find_customer(session, "C000001") is not None


def test_a_flip_of_the_copy_leaves_open_readers_alone(
    stocked: Database, profile: Path, tmp_path: Path
) -> None:
    plain = write_snapshot(tmp_path / "next.db", [customer_change(customer())])
    prepared = prepare_reference(profile, KEY, plain)
    with stocked.read() as session:
        assert session.scalars(select(customers.c.customer_id)).all() == []
        stocked.adopt_reference(prepared)
        assert session.scalars(select(customers.c.customer_id)).all() == []
    with stocked.read() as session:
        assert session.scalars(select(customers.c.customer_id)).all() == ["C000001"]


def test_an_older_copy_is_deleted_at_the_next_start(
    stocked: Database, profile: Path, tmp_path: Path
) -> None:
    stocked.adopt_reference(prepare_reference(profile, KEY, write_snapshot(tmp_path / "next.db")))
    stocked.close()
    again = Database(profile, KEY)
    again.close()
    assert has_copy(again)
    assert sorted(file.name for file in profile.glob("ref-*")) == ["ref-2.db"]


@pytest.mark.parametrize("damage", ["deleted", "overwritten"])
def test_a_lost_copy_is_fetched_again_and_orders_stay(
    stocked: Database, profile: Path, tmp_path: Path, damage: str
) -> None:
    remember(stocked, "a")
    stocked.close()
    copy = profile / "ref-1.db"
    if damage == "deleted":
        copy.unlink()
    else:
        copy.write_bytes(b"\1" * 8192)
    again = Database(profile, KEY)
    assert not has_copy(again)
    assert names(again) == {"a"}
    prepared = prepare_reference(profile, KEY, write_snapshot(tmp_path / "next.db"))
    again.adopt_reference(prepared)
    assert has_copy(again)
    again.close()


def test_changes_of_the_copy_are_told_with_a_prefix(stocked: Database, news: News) -> None:
    with stocked.write_reference() as session:
        session.execute(insert(reference.customers), [new_customer_row()])
    assert news == [{"ref.customers"}]
    with stocked.read() as session:
        assert session.scalars(select(customers.c.customer_id)).all() == ["C1"]


def new_customer_row() -> dict[str, object]:
    return {
        "customer_id": "C1",
        "search_id": 1,
        "name": "王",
        "customer_type": "RESIDENTIAL",
        "status": "ACTIVE",
        "payment_terms": "CASH",
        "v": 1,
    }


def test_files_are_whole_without_the_wal_once_closed(database: Database, profile: Path) -> None:
    remember(database, "a")
    database.close()
    assert not (profile / f"{ORDERS_FILE}-wal").exists()
    connection = open_encrypted(profile / ORDERS_FILE, KEY, mode="ro")
    assert connection.execute("SELECT name FROM preferences").fetchall() == [("a",)]
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_the_driver_brings_an_sqlite_without_the_wal_reset_bug() -> None:
    assert dbapi2.sqlite_version_info >= (3, 51, 3)
