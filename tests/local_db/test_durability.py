import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from local_db.connections import open_encrypted
from local_db.database import ORDERS_FILE, Database
from local_db.errors import DiskFull
from local_db.tables import CounterRow, OrderRow, OutboxRow
from tests.local_db.counters import enrol, take_order
from tests.local_db.samples import KEY

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and RLIMIT_FSIZE")


@contextmanager
def counter(profile: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """A process that saves orders in the profile."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.local_db.counters", str(profile), how],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


@pytest.fixture
def enrolled(profile: Path) -> Path:
    database = Database(profile, KEY)
    enrol(database)
    database.close()
    return profile


def kept(profile: Path) -> list[str]:
    """The printed numbers in the file; everything that belongs to them is proven whole."""
    connection = open_encrypted(profile / ORDERS_FILE, KEY)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    database = Database(profile, KEY)
    with database.read() as session:
        orders = session.execute(select(OrderRow.order_uid, OrderRow.order_id)).all()
        messages = set(session.scalars(select(OutboxRow.order_uid)))
        serial = session.scalar(select(func.max(CounterRow.serial))) or 0
    database.close()
    assert {uid for uid, _ in orders} == messages
    assert serial == len(orders)
    return sorted(number for _, number in orders)


def test_killed_before_the_commit_leaves_no_order_and_uses_no_number(enrolled: Path) -> None:
    with counter(enrolled, "before commit") as process:
        assert process.wait() < 0
    assert kept(enrolled) == []
    database = Database(enrolled, KEY)
    with database.write() as session:
        assert take_order(session) == "O-20260702-010001"
    database.close()


def test_killed_after_the_commit_leaves_exactly_one_order(enrolled: Path) -> None:
    with counter(enrolled, "after commit") as process:
        assert process.wait() < 0
    assert kept(enrolled) == ["O-20260702-010001"]


@pytest.mark.parametrize("orders", [1, 17, 60])
def test_killed_anywhere_keeps_every_order_that_was_reported(enrolled: Path, orders: int) -> None:
    with counter(enrolled, "never") as process:
        assert process.stdout is not None
        reported = [process.stdout.readline().strip() for _ in range(orders)]
        process.kill()
        reported += [line.strip() for line in process.stdout if line.endswith("\n")]
    found = kept(enrolled)
    assert found[: len(reported)] == reported
    assert len(found) - len(reported) in {0, 1}


def test_a_disk_without_room_refuses_the_order_and_the_file_stays_whole(enrolled: Path) -> None:
    with counter(enrolled, "full disk") as process:
        assert process.stdout is not None
        *saved, last = [line.strip() for line in process.stdout]
    assert last == "disk full"
    assert kept(enrolled) == saved


def test_after_a_full_disk_the_next_order_takes_the_same_number(database: Database) -> None:
    enrol(database)
    with database.write() as session:
        take_order(session)
        driver = session.connection().connection.driver_connection
        assert driver is not None
        pages = driver.execute("PRAGMA main.page_count").fetchone()[0]
    driver.execute(f"PRAGMA main.max_page_count = {pages}")
    heard: list[frozenset[str]] = []
    database.listen(heard.append)
    with pytest.raises(DiskFull, match="Nothing was saved"):
        save_much(database)
    assert heard == []
    driver.execute("PRAGMA main.max_page_count = 100000")
    with database.write() as session:
        assert take_order(session) == "O-20260702-010002"


def save_much(database: Database) -> None:
    with database.write() as session:
        take_order(session, note="x" * 100_000)
